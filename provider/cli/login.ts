import { accessSync, constants, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Command, Option } from "commander";
import { z } from "zod";
import { requestTokens, tokenError } from "../access/authorization-server";
import type { Application, IssuedTokens } from "../access/authorization-server";
import { readAnswer } from "../rest/envelope";
import { Bitrix24Error } from "../rest/errors";
import type { Refusal } from "../rest/refusal";
import { rememberSecret } from "../rest/secrets";
import { defaultOauthServer, readAddress, SettingsError } from "../access/settings";
import { hostOf, isReadable, unencryptedWarning } from "../rest/address";
import { canonicalPath, withLock, writeTokenFile } from "../access/token-file";
import { newTokenFile, parseTokenFile } from "../access/token-file-format";
import { Transport } from "../rest/transport";
import { print, Prompt, UserError } from "./console";
import type { Console } from "./console";
import {
  addressSetting,
  descriptions,
  permission,
  permissionOption,
  setting,
  stackOption,
  tokenFileSetting,
} from "./options";
import type { Options } from "./options";
import { openBrowser } from "./browser";
import { listenForCode, usualCallback } from "./callback";
import { readProject } from "./project";
import type { Project } from "./project";
import { beginSignIn, readCode } from "./sign-in";
import type { BroughtCode, SignIn } from "./sign-in";

export type LoginOptions = Options & {
  readonly omitClientSecret?: boolean;
  readonly stack?: string;
  readonly callback: string;
  /** False where no browser is to be opened. */
  readonly browser?: boolean;
};

interface Wanted {
  readonly portal: string;
  readonly application: Application;
  readonly oauthServer: string;
  readonly path: string;
}

/** A file that is there is only replaced where it is a token file of the same portal. */
function checkExisting(path: string, portal: string): void {
  let owner: string | undefined;
  try {
    owner = parseTokenFile(readFileSync(path, "utf8"), path).portal;
  } catch (error) {
    if (!(error instanceof SettingsError))
      throw new UserError(`${path} exists and cannot be read. Choose another --token-file.`);
    throw new UserError(
      `${path} exists and is no token file. It is left alone: choose another --token-file, or remove it.`,
    );
  }
  if (owner !== undefined && owner !== hostOf(portal))
    throw new UserError(`${path} holds the tokens of ${owner}. It is left alone: choose another --token-file.`);
}

/** Nothing is asked of the user that would be lost in the end: the file must be writable and ours to replace. */
function checkTarget(path: string, portal: string): void {
  if (existsSync(path)) checkExisting(path, portal);
  const folder = dirname(path);
  try {
    // Whoever names a folder of his own for the tokens need not make it first; it is for nobody else.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`The folder ${folder} is not there or not writable (${reason}). Choose another --token-file.`);
  }
}

async function gather(given: LoginOptions, project: Project, console: Console, prompt: Prompt): Promise<Wanted> {
  // The stack's configuration counts before the environment, as for the provider.
  const options: Options = { ...project.settings, ...given };
  const unencrypted = permission(options, console);
  const portal =
    addressSetting("portal", options, console, unencrypted) ??
    readAddress("portal", await prompt.ask("Address of the portal"), unencrypted);
  const oauthServer = addressSetting("oauthServer", options, console) ?? defaultOauthServer;
  const path = canonicalPath(tokenFileSetting(options, console));
  checkTarget(path, portal);
  const clientId = setting("clientId", options, console) ?? (await prompt.ask("Client ID of the application"));
  const clientSecret =
    setting("clientSecret", project.settings, console) ?? (await prompt.ask("Client secret of the application", true));
  rememberSecret(clientSecret);
  return { portal, application: { clientId, clientSecret }, oauthServer, path };
}

async function exchange(wanted: Wanted, code: string): Promise<IssuedTokens & { refreshToken: string }> {
  const grant = { grant_type: "authorization_code", code } as const;
  const outcome = await requestTokens(wanted.oauthServer, wanted.application, grant);
  if ("refusal" in outcome) throw tokenError(wanted.oauthServer, outcome);
  const { refreshToken } = outcome.tokens;
  if (refreshToken !== undefined) return { ...outcome.tokens, refreshToken };
  const refusal: Refusal = {
    code: "UNEXPECTED_ANSWER",
    description: "without a proper refresh_token",
    httpStatus: 200,
  };
  throw tokenError(wanted.oauthServer, { refusal });
}

const infoSchema = z.object({ INSTALLED: z.boolean().optional().catch(undefined) });

const notInstalled =
  "The application is not installed completely (app.info says INSTALLED: false): events will not be delivered and placements not be shown until its " +
  "installation page has called installFinish. An application that uses the API only is installed at once.";

/** Whether the new token works as the provider needs it: in the context of an application. */
async function verify(portal: string, token: string, console: Console): Promise<void> {
  const credentials = { token: () => Promise.resolve(token), renew: () => Promise.resolve(token) };
  const transport = new Transport({ portal, credentials, tell: (message) => print(console.output, `! ${message}`) });
  const delivery = await transport.send("app.info", {});
  const outcome = "answer" in delivery ? readAnswer(delivery.answer) : { refusal: delivery.refusal };
  if (!("refusal" in outcome)) {
    if (infoSchema.safeParse(outcome.value).data?.INSTALLED === false) print(console.output, `! ${notInstalled}`);
    return;
  }
  const error = new Bitrix24Error({ method: "app.info", host: hostOf(portal) }, outcome.refusal);
  // The tokens are good all the same if the portal is only busy.
  if (!error.isPassing) throw error;
  print(console.output, `! The tokens could not be tried out: ${error.message}`);
}

async function store(
  wanted: Wanted,
  tokens: IssuedTokens & { refreshToken: string },
  omitSecret: boolean,
): Promise<void> {
  const { portal, application, oauthServer, path } = wanted;
  const text = newTokenFile({
    portal,
    clientId: application.clientId,
    clientSecret: omitSecret ? undefined : application.clientSecret,
    oauthServer: oauthServer === defaultOauthServer ? undefined : oauthServer,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    expires: tokens.expires,
    memberId: tokens.memberId,
    userId: tokens.userId,
    scope: tokens.scope,
  });
  await withLock(path, () => writeTokenFile(path, text));
}

/** A path as it can be pasted into a shell. */
function quoted(path: string): string {
  return /^[\w./~+:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The commands that are still to be entered until the stack is deployed. */
function nextCommands({ portal, path }: Wanted, project: Project): string[] {
  const { stack, settings } = project;
  const set = (words: string, value: string): string =>
    `pulumi config set ${stack === undefined ? "" : `--stack ${quoted(stack)} `}${words} ${quoted(value)}`;
  const isKnown = settings.portal !== undefined && hostOf(settings.portal) === hostOf(portal);
  const isUsed = settings.tokenFile !== undefined && canonicalPath(settings.tokenFile) === path;
  return [
    ...(isKnown ? [] : [set("bitrix24:portal", portal)]),
    ...(isUsed ? [] : [set("--plaintext bitrix24:tokenFile", path)]),
    "npx pulumi-bitrix24 doctor",
    "pulumi up",
  ];
}

function explainNext(console: Console, wanted: Wanted, omitSecret: boolean, project: Project): void {
  print(console.output, `✓ Signed in. The tokens are in ${wanted.path}, readable by you alone.`);
  if (omitSecret)
    print(console.output, "  The client secret is not in it: set BITRIX24_CLIENT_SECRET wherever the file is used.");
  print(console.output, "Go on in the project's folder with:");
  for (const command of nextCommands(wanted, project)) print(console.output, `  ${command}`);
  print(console.output, `Keep the file out of git: add ${basename(wanted.path)}* to .gitignore.`);
}

/** The code, from whichever comes first: the browser that is sent to this machine, or the user who enters it. */
async function awaitCode(
  { address, state }: SignIn,
  options: LoginOptions,
  console: Console,
  prompt: Prompt,
): Promise<BroughtCode> {
  const callback = await listenForCode(options.callback, state);
  try {
    const isOpen = options.browser !== false && (await openBrowser(address, console));
    const entered = prompt.ask("Address or code");
    if (callback === undefined) return readCode(await entered, state);
    // Where nobody can enter anything, the browser may still bring it.
    const byHand = entered.catch((error: unknown) => {
      if (isOpen && prompt.hasEnded) return callback.arrival;
      throw error;
    });
    return readCode(await Promise.race([byHand, callback.arrival]), state);
  } finally {
    callback?.close();
  }
}

function explainSignIn(console: Console, address: string, callback: LoginOptions["callback"]): void {
  print(
    console.output,
    "Open this address in a browser, as the user on whose behalf the provider is to work (an administrator):\n",
  );
  print(console.output, `  ${address}\n`);
  print(
    console.output,
    `If the application's handler path is ${callback}, that is all. Else enter here, within 30 seconds, the address\n` +
      "at which the browser ends up, or the code in it.",
  );
}

/** A portal that was renamed still answers under its former address. */
function noteRenamed(console: Console, portal: string, domain: string | undefined): void {
  if (domain === undefined || domain === new URL(portal).hostname || domain === hostOf(portal)) return;
  print(console.output, `! The portal calls itself ${domain}. If it was renamed, use that address in bitrix24:portal.`);
}

/** Gets the first pair of tokens of a full OAuth application and writes it to a token file. */
export async function login(options: LoginOptions, console: Console): Promise<void> {
  const prompt = new Prompt(console);
  try {
    const project = await readProject(console, options.stack);
    if (project.problem !== undefined)
      print(console.output, `! The stack's configuration is not looked at: ${project.problem}.`);
    const wanted = await gather(options, project, console, prompt);
    // The browser will send more than the token that way.
    if (isReadable(new URL(wanted.portal))) print(console.output, `! ${unencryptedWarning(wanted.portal)}`);
    const { address, state } = beginSignIn(wanted.portal, wanted.application.clientId);
    explainSignIn(console, address, options.callback);
    const { code, domain } = await awaitCode({ address, state }, options, console, prompt);
    noteRenamed(console, wanted.portal, domain);
    const tokens = await exchange(wanted, code);
    await verify(wanted.portal, tokens.accessToken, console);
    const omitSecret = options.omitClientSecret === true;
    await store(wanted, tokens, omitSecret);
    explainNext(console, wanted, omitSecret, project);
  } finally {
    prompt.close();
  }
}

/** Refuses what could be seen by every user of the machine, and stands in shell histories. */
function refuseSecret(): never {
  throw new UserError(
    "The client secret is not taken as an argument, where others can see it. Set BITRIX24_CLIENT_SECRET, or enter it when asked. " +
      "If it has been used as an argument on a machine that others use, make a new one.",
  );
}

export function loginCommand(run: (work: () => Promise<void>) => Promise<void>, console: Console): Command {
  return new Command("login")
    .description("get the first tokens of an application and write them to a token file")
    .addOption(stackOption())
    .option("--portal <address>", descriptions.portal)
    .addOption(permissionOption())
    .option("--client-id <id>", descriptions.clientId)
    .option("--token-file <path>", descriptions.tokenFile)
    .option("--oauth-server <address>", descriptions.oauthServer)
    .option("--callback <address>", "address of this machine that is the application's handler path", usualCallback)
    .option("--no-browser", "open no browser, only print the address")
    .option("--omit-client-secret", "do not write the client secret to the token file")
    .addOption(new Option("--client-secret [secret]").hideHelp())
    .addHelpText("after", "\nThe client secret is read from BITRIX24_CLIENT_SECRET, or asked for.")
    .action((options: LoginOptions) =>
      run(() => ("clientSecret" in options ? refuseSecret() : login(options, console))),
    );
}
