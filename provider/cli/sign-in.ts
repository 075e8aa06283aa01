import { randomBytes } from "node:crypto";
import { UserError } from "./console";

/** The page on which the user lets the application in. */
export interface SignIn {
  /** Address to open in a browser. */
  readonly address: string;
  /** Comes back with the code, and shows that the code belongs to this sign-in. */
  readonly state: string;
}

export function beginSignIn(portal: string, clientId: string): SignIn {
  const state = randomBytes(16).toString("hex");
  const address = new URL("/oauth/authorize/", portal);
  address.searchParams.set("client_id", clientId);
  address.searchParams.set("state", state);
  return { address: address.href, state };
}

const again = "Run the command again, and open the address that it prints.";

/** What the user has brought back from the browser. */
export interface BroughtCode {
  readonly code: string;
  /** Host of the portal that gave the code, if the whole address was entered. */
  readonly domain?: string;
}

function codeFromAddress(entered: string, state: string): BroughtCode {
  const parameters = new URLSearchParams(entered.slice(entered.indexOf("?") + 1).replace(/#.*$/, ""));
  const code = parameters.get("code");
  if (!code) {
    throw new UserError(
      "The address has no code in it. Enter the address at which the browser ends up after you have let the application in, not the one you opened.",
    );
  }
  if (parameters.get("state") !== state) {
    throw new UserError(`The address belongs to another sign-in: its state is not the one of this one. ${again}`);
  }
  return { code, domain: parameters.get("domain") ?? undefined };
}

/**
 * Finds the authorization code in what the user entered: the code alone, or the whole address at which the browser ended.
 * @throws UserError
 */
export function readCode(entered: string, state: string): BroughtCode {
  if (/[?&]code=|^[a-z][a-z0-9+.-]*:\/\//i.test(entered)) return codeFromAddress(entered, state);
  if (/^[\w.~-]+$/.test(entered)) return { code: entered };
  throw new UserError("This is neither a code nor an address. Enter the whole address at which the browser ended up.");
}
