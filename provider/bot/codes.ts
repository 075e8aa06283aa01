import type { Codes } from "../rest/codes";
import type { Refusals } from "../shared/refusal";

const useApplication =
  'Use the access token of a full OAuth application (a local application of type "Server" will do).';
const reportBug = "Please report this message: the provider should have refused the input before sending it.";
const refresh = "Run `pulumi refresh`, then `pulumi up`, which registers it anew.";
const noMethod = {
  meaning: "The portal does not know the current methods of bots (imbot.v2): its edition is too old for them.",
  hint: "Update the portal, or take the Bot out of the program.",
};
const invalidCallback = {
  meaning: "The portal does not accept the address of the bot's handler.",
  hint: "Set webhookUrl to an https address that Bitrix24 can reach from outside.",
};

/** What Bitrix24's codes about bots mean. */
export const codes: Codes = {
  "imbot.v2.Bot.register ERROR_METHOD_NOT_FOUND": noMethod,
  "imbot.v2.Bot.get ERROR_METHOD_NOT_FOUND": noMethod,
  BOT_TOKEN_NOT_SPECIFIED: {
    meaning: "The method was called with a webhook, which needs a token of the bot's own.",
    hint: useApplication,
  },
  BOT_TOKEN_INVALID_LENGTH: { meaning: "The token of the bot is too long.", hint: reportBug },
  BOT_CODE_REQUIRED: { meaning: "The code of the bot is empty.", hint: "Set code." },
  BOT_PROPERTIES_REQUIRED: { meaning: "The bot has no name.", hint: "Set properties.name." },
  BOT_CODE_ALREADY_TAKEN: {
    meaning: "A bot of another application has this code.",
    hint: "Choose another code, or remove the other bot from the portal.",
  },
  BOT_INVALID_TYPE: {
    meaning: "The portal does not know the type of the bot.",
    hint: "Set type to openline, bot, supervisor or personal.",
  },
  BOT_INVALID_EVENT_MODE: {
    meaning: "The portal does not know the way in which the bot is to get its events.",
    hint: "Set eventMode to fetch or webhook.",
  },
  BOT_WEBHOOK_URL_REQUIRED: {
    meaning: "A bot that gets its events as requests needs an address for them.",
    hint: "Set webhookUrl, or eventMode to fetch.",
  },
  BOT_INVALID_CALLBACK: invalidCallback,
  BOT_REGISTER_FAILED: {
    meaning: "The portal could not register the bot.",
    hint: "Compare the properties with the documentation of imbot.v2.Bot.register, then run the command again.",
  },
  BOT_LIMIT_EXCEEDED: {
    meaning: "The application has as many bots as the portal allows (100).",
    hint: "Remove bots of the application that nobody needs.",
  },
  BOT_AVATAR_INCORRECT_TYPE: {
    meaning: "The avatar is no image that the portal takes.",
    hint: "Set properties.avatar to a PNG, JPEG, GIF or WebP image in Base64; in TypeScript botAvatar() makes it of a file.",
  },
  BOT_AVATAR_INCORRECT_SIZE: {
    meaning: "The avatar is larger than 5000 × 5000 pixels.",
    hint: "Make the image smaller; it is shown small anyway.",
  },
  BOT_ID_REQUIRED: { meaning: "The number of the bot is missing.", hint: reportBug },
  BOT_NOT_FOUND: { meaning: "The portal has no such bot: somebody has removed it.", hint: refresh },
  BOT_OWNERSHIP_ERROR: {
    meaning: "The bot belongs to another application, and only that can change or remove it.",
    hint: "Use a token of the application that registered it, choose another code, or take the resource out of the stack with `pulumi state delete`.",
  },
  BOT_TOKEN_ROTATION_FAILED: { meaning: "The token of the bot could not be changed.", hint: reportBug },
  BOT_UNREGISTER_FAILED: {
    meaning: "The portal could not remove the bot.",
    hint: "Run the command again. If it stays, remove the bot in Bitrix24 and run `pulumi refresh`.",
  },
  PARAMS_REQUIRED: { meaning: "Neither the number nor the code of the bot was given.", hint: reportBug },
};

/** What this package refuses by itself. */
export const refusals = {
  BOT_EXISTS: {
    meaning:
      "it is somebody else's work, or this stack's own: under a resource that was renamed, or that is being replaced.",
    wayOut:
      "if it is the stack's own, name the old resource in the option aliases (after a rename), or set the option deleteBeforeReplace: true (when it is replaced). " +
      "If it is another bot of the application, choose another code, or set adopt: true to take it over.",
  },
  BOT_IS_FOREIGN: {
    meaning: "codes are taken once in a portal, and only the application that registered a bot can change it.",
    wayOut: "choose another code, or remove the other bot from the portal.",
  },
  BOT_HAS_OTHER_TYPE: {
    meaning: "Bitrix24 cannot change the type of a bot that is there.",
    wayOut: "give this resource the type that the bot has, choose another code, or remove the bot first.",
  },
  BOT_NOT_REGISTERED: {
    meaning: "the portal did not store it, or something on the way answered in its place.",
    wayOut: "run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal.",
  },
  BOT_NOT_STORED: {
    meaning: "the portal did not store the change, or something on the way answered in its place.",
    wayOut: "run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal.",
  },
  BOT_STILL_REGISTERED: {
    meaning: "the portal did not remove it, or something on the way answered in its place.",
    wayOut: "run the command again; if it stays, remove the bot in Bitrix24 and run `pulumi refresh`.",
  },
  AVATAR_NOT_READABLE: {
    meaning: "the file is not there, counted from the folder in which the program runs, or may not be read.",
    wayOut: "give the path of an image, or a data URI.",
  },
  AVATAR_NOT_IMAGE: {
    meaning: "Bitrix24 takes nothing but images as avatars.",
    wayOut: "give a PNG, JPEG, GIF, WebP or BMP image.",
  },
} as const satisfies Refusals;

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals;
