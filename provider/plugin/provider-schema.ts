import { z } from "zod";
import type { Same } from "../shared/validation";

const text = z.string().optional();
const flag = z.boolean().optional();

/** What a program may give a provider. */
export const providerSchema = z.strictObject({
  portal: text,
  formerPortal: text,
  // Between the engine and a provider everything that is no text is JSON.
  allowUnencryptedHttp: z.preprocess((value) => (value === "true" ? true : value === "false" ? false : value), flag),
  accessToken: text,
  refreshToken: text,
  clientId: text,
  clientSecret: text,
  tokenFile: text,
  tokenCommand: text,
  oauthServer: text,
});

type Inputs = z.infer<typeof providerSchema>;

/** What a program configures a provider with, where it does not leave it to the stack's configuration or the environment. */
export interface ProviderArgs {
  /** Address of the portal, such as `https://acme.bitrix24.com`, or its host alone. Another portal makes other resources (replace). */
  portal?: string;
  /** Address that the portal had before it was renamed: the resources recorded with it are still the same. */
  formerPortal?: string;
  /** Whether the portal may be asked without encryption although it is not on this machine. Default: false. */
  allowUnencryptedHttp?: boolean;
  /** Access token of a full OAuth application. It lives for an hour. */
  accessToken?: string;
  /** Refresh token, with which the access token is renewed when it has expired. Goes with `clientId` and `clientSecret`. */
  refreshToken?: string;
  /** The application's ID (`client_id`), as its card in the portal shows it. */
  clientId?: string;
  /** The application's key (`client_secret`), as its card in the portal shows it. */
  clientSecret?: string;
  /** Path of a JSON file with the current tokens, which is rewritten when they are renewed; `npx pulumi-bitrix24 login` makes one. */
  tokenFile?: string;
  /** A command that prints the current token as JSON, for vaults. It runs again when the token has expired. */
  tokenCommand?: string;
  /** Address of the authorization server. Default: `https://oauth.bitrix.info`. */
  oauthServer?: string;
}

true satisfies Same<ProviderArgs, Inputs>;
