import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";

/** What is the matter with a portal. */
export type Condition = "well" | "slow" | "limited" | "down" | "renamed";

/** A row of portals.json, and what there is to know of it. */
export interface Member {
  readonly name: string;
  readonly portal: string;
  readonly tokenFile: string;
  readonly condition: Condition;
  readonly running: Portal;
}

/** Of ten portals one is slow, one limited, one down and one renamed. */
const conditions: readonly Condition[] = [
  "well",
  "slow",
  "well",
  "limited",
  "well",
  "down",
  "well",
  "renamed",
  "well",
  "well",
];

function writeTokens(file: string, portal: Portal): void {
  const { clientId, clientSecret } = portal.application;
  const { authorizationServer: oauthServer, memberId } = portal;
  const { accessToken, refreshToken, expires } = portal.issueTokens();
  const tokens = {
    portal: portal.url,
    clientId,
    clientSecret,
    oauthServer,
    memberId,
    accessToken,
    refreshToken,
    expires,
  };
  writeFileSync(file, JSON.stringify(tokens));
  chmodSync(file, 0o600);
}

async function start(index: number, folder: string): Promise<Member> {
  const condition = conditions[index % conditions.length] ?? "well";
  const running = await startPortal(condition === "limited" ? { limits: "standard" } : {});
  const name = `portal-${String(index + 1).padStart(3, "0")}`;
  const portal = running.url;
  writeTokens(join(folder, `${name}.json`), running);
  if (condition === "slow") running.fail({ delay: 1000 });
  if (condition === "limited") running.fail({ code: "QUERY_LIMIT_EXCEEDED", times: 3 });
  if (condition === "down") await running.close();
  return { name, portal, tokenFile: `${name}.json`, condition, running };
}

/** Starts portals, and puts their table and token files into the folder of a fleet. */
export async function startPortals(count: number, folder: string): Promise<readonly Member[]> {
  const members = await Promise.all(Array.from({ length: count }, (_, index) => start(index, folder)));
  const rows = members.map(({ name, portal, tokenFile }) => ({ name, portal, tokenFile }));
  writeFileSync(join(folder, "portals.json"), JSON.stringify(rows));
  return members;
}

/** Renames those that are to be renamed: under the old address they only say where they are now. */
export async function rename(members: readonly Member[]): Promise<void> {
  for (const { condition, running } of members) if (condition === "renamed") await running.move();
}

/** Enters where a renamed portal is now, and where it was. */
export function enterNewAddresses(members: readonly Member[], folder: string): void {
  const rows = members.map(({ name, portal, tokenFile, condition, running }) => ({
    name,
    tokenFile,
    ...(condition === "renamed" ? { portal: running.url, formerPortal: portal } : { portal }),
  }));
  writeFileSync(join(folder, "portals.json"), JSON.stringify(rows));
}
