import { writeFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { generate } from "selfsigned";
import { temporaryFolder } from "../engine/temporary";
import { startPortal, type Portal, type PortalOptions } from "../../provider/portal";

/** The portals that cells run on: generations of the server, and the newest one behind TLS. */
export const grounds = ["new", "middle", "old", "TLS"] as const;
export type Ground = (typeof grounds)[number];

/** Whether the portal is of an older generation. */
export function isOld(ground: Ground): boolean {
  return ground === "middle" || ground === "old";
}

let pair: Promise<{ key: string; cert: string }> | undefined;

/** A certificate that this process trusts, and those that it starts to renew a token. */
async function certificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), cert]);
  const file = join(temporaryFolder("certificate"), "portal.pem");
  writeFileSync(file, cert);
  process.env["NODE_EXTRA_CA_CERTS"] = file;
  return { key, cert };
}

async function optionsOf(ground: Ground): Promise<PortalOptions> {
  if (ground !== "TLS") return { generation: ground };
  pair ??= certificate();
  return { https: await pair };
}

export async function portalOn(ground: Ground): Promise<Portal> {
  return startPortal(await optionsOf(ground));
}
