import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { describe } from "./control/describe";
import { problemsOf } from "./control/schemas";
import { seed } from "./control/seed";
import { FileError, readJsonFile } from "./options";
import type { State } from "./state";

/** How long changes wait for further ones before they are written, in milliseconds. */
const delay = 200;

const saved = z.object({
  version: z.literal(1),
  memberId: z.string(),
  license: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  applications: z.array(z.object({ clientId: z.string(), clientSecret: z.string() })),
  webhooks: z.array(z.object({ userId: z.int(), secret: z.string(), scopes: z.array(z.string()) })),
  tokens: z.array(
    z.object({
      kind: z.enum(["access", "refresh"]),
      token: z.string(),
      clientId: z.string(),
      userId: z.int(),
      until: z.number(),
    }),
  ),
  content: z.record(z.string(), z.unknown()),
});

export type Saved = z.infer<typeof saved>;

/** What a state file says; undefined when there is none yet. */
export function readStateFile(path: string): Saved | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = saved.safeParse(readJsonFile(path, "state file"));
  if (parsed.success) return parsed.data;
  throw new FileError(`The state file ${path} is not one of this portal. ${problemsOf(parsed.error)}`);
}

/** Puts what a file has kept into a portal whose default application is there already. */
export function restore(state: State, kept: Saved): void {
  state.memberId = kept.memberId;
  state.license = kept.license;
  seed(state, kept.content);
  for (const { clientId, clientSecret } of kept.applications) {
    const application = state.applications.get(clientId);
    if (application !== undefined) application.clientSecret = clientSecret;
  }
  for (const { userId, secret, scopes } of kept.webhooks) {
    const user = state.users.get(userId);
    if (user !== undefined) state.webhooks.set(`${String(userId)}/${secret}`, { user, secret, scopes });
  }
  for (const { kind, token, clientId, userId, until } of kept.tokens) {
    const application = state.applications.get(clientId);
    const user = state.users.get(userId);
    if (application !== undefined && user !== undefined)
      state.tokens.restore(kind, token, { application, user, until });
  }
}

/** Keeps content and credentials in a file, which nobody else may read. */
export class StateFile {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly path: string,
    readonly state: State,
    readonly credentials: Pick<Saved, "accessToken" | "refreshToken">,
  ) {}

  /** Something may have changed: it is written soon. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.write();
    }, delay).unref();
  }

  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const temporary = `${this.path}.${String(process.pid)}.tmp`;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(temporary, `${JSON.stringify(this.#saved(), undefined, 2)}\n`, { mode: 0o600 });
      renameSync(temporary, this.path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown";
      throw new FileError(`The state file ${this.path} cannot be written (${code}).`);
    }
  }

  #saved(): Saved {
    const { memberId, license, applications, webhooks, tokens } = this.state;
    return {
      version: 1,
      memberId,
      license,
      ...this.credentials,
      applications: [...applications.values()].map(({ clientId, clientSecret }) => ({ clientId, clientSecret })),
      webhooks: [...webhooks.values()].map(({ user, secret, scopes }) => ({ userId: user.id, secret, scopes })),
      tokens: tokens.saved(),
      content: { ...describe(this.state) },
    };
  }
}
