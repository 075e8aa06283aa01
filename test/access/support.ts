import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { Console } from "../../provider/cli/console";
import { main } from "../../provider/cli/index";
import { readSettings, type SettingName, type Settings } from "../../provider/access/settings";
import type { JournalEntry, Portal, TokenPair } from "../../provider/portal";

/** Gives a function for folders that are removed after the suite. */
export function temporaryFolders(): () => string {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "bitrix24-access-"));
    folders.push(folder);
    return folder;
  };
}

/** Settings as a stack would have them. */
export function settings(given: Partial<Record<SettingName, string>>): Settings {
  return readSettings((name) => given[name], {});
}

/** Settings that hold all there is to renew a token of the portal. */
export function renewable(portal: Portal): Partial<Record<SettingName, string>> {
  const { clientId, clientSecret } = portal.application;
  return { portal: portal.url, oauthServer: portal.authorizationServer, clientId, clientSecret };
}

/** The requests for tokens that the portal's authorization server has got. */
export function tokenRequests(portal: Portal): JournalEntry[] {
  return portal.journal.filter(({ method }) => method === "oauth.token");
}

export function writeFile(path: string, content: unknown, mode = 0o600): string {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}

/** A token file in this package's style for a pair that the portal has issued. */
export function writePair(path: string, portal: Portal, pair: TokenPair, more: object = {}): string {
  const { clientId, clientSecret } = portal.application;
  const { accessToken, refreshToken, expires } = pair;
  const oauthServer = portal.authorizationServer;
  return writeFile(path, {
    portal: portal.url,
    clientId,
    clientSecret,
    oauthServer,
    accessToken,
    refreshToken,
    expires,
    ...more,
  });
}

export function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
}

/** Whatever an operation throws, which it has to. */
export async function failureOf(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  throw new assert.AssertionError({ message: "It should have failed." });
}

export function hides(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `A secret shows in: ${text}`);
}

/** A server on a free port that answers whatever a test wants. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ url: string; count: () => number; close: () => Promise<void> }> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().once("end", () => answer(request, response, ++count));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => count, close };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** What a run of the command line came to. */
export interface Run {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Collects what is written, and lets a test wait for a part of it. */
export class Screen extends PassThrough {
  text = "";

  constructor() {
    super();
    this.on("data", (chunk: Buffer) => (this.text += chunk.toString("utf8")));
  }

  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found) return found;
      await new Promise((resolve) => this.once("data", () => setImmediate(resolve)));
    }
  }
}

/** Runs the command line in this process. */
export async function runCli(
  commandLine: readonly string[],
  environment: Record<string, string> = {},
  input: Readable = Readable.from([]),
  output = new Screen(),
  folder?: string,
): Promise<Run> {
  const errors = new Screen();
  const console: Console = { input, output, errors, environment, folder };
  const exitCode = await main(commandLine, console);
  await new Promise((resolve) => setImmediate(resolve));
  return { exitCode, output: output.text, errors: errors.text };
}
