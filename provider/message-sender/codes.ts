import type { Codes } from "../rest/codes";
import type { Refusals } from "../shared/refusal";

const denied = {
  meaning: "The user to whom the token belongs is no administrator, or the token does not belong to an application.",
  hint: "Sign in as an administrator, with a full OAuth application.",
};
const failed = {
  meaning: "The portal could not store the message provider.",
  hint: "Run the command again. If it stays, report the time and the method to Bitrix24's support.",
};
const reportBug = "Please report this message: the provider should have refused the input before sending it.";

/** What Bitrix24's codes about message providers mean. */
export const codes: Codes = {
  "messageservice.sender.add ACCESS_DENIED": denied,
  "messageservice.sender.update ACCESS_DENIED": denied,
  "messageservice.sender.list ACCESS_DENIED": denied,
  "messageservice.sender.delete ACCESS_DENIED": denied,
  ERROR_SENDER_VALIDATION_FAILURE: {
    meaning:
      "The portal does not accept the code, the type or the name of the message provider, for the reason it gives.",
    hint: "Correct what the portal's text names, then run the command again.",
  },
  ERROR_SENDER_ALREADY_INSTALLED: {
    meaning: "The application has a message provider of this code already; another program has just added it.",
    hint: "Choose another code, or set adopt: true to take the existing one over.",
  },
  ERROR_SENDER_ADD_FAILURE: failed,
  ERROR_SENDER_UPDATE_FAILURE: failed,
  ERROR_SENDER_CODE_REQUIRED: { meaning: "The code of the message provider is missing.", hint: reportBug },
  ERROR_SENDER_OTHER_PARAMS_REQUIRED: { meaning: "There is nothing to change.", hint: reportBug },
  ERROR_SENDER_NOT_FOUND: {
    meaning: "The application has no message provider of this code: somebody has removed it.",
    hint: "Run `pulumi refresh`, then `pulumi up`, which adds it anew.",
  },
};

/** What this package refuses by itself. */
export const refusals = {
  SENDER_EXISTS: {
    meaning:
      "it may be somebody else's work, or this stack's own: under a resource that was renamed, or that is being replaced; Bitrix24 tells nothing of it but its code.",
    wayOut:
      "set adopt: true to take it over with the handler, the name and the description of the program; name the old resource in the option aliases (after a rename), or set the option deleteBeforeReplace: true (when it is replaced); or choose another code.",
  },
  SENDER_NOT_ADDED: {
    meaning: "the portal did not store it, or something on the way answered in its place.",
    wayOut: "run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal.",
  },
  SENDER_STILL_THERE: {
    meaning: "the portal did not remove it, or something on the way answered in its place.",
    wayOut: "sign in as an administrator, and run the command again.",
  },
} as const satisfies Refusals;

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals;
