import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { nodeEnvironment, root } from "../../scripts/lib/paths.mjs";

/** A registry of npm that has this package as it would be published, and sends everything else to the usual one. */
export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

function describe(manifest: Record<string, unknown>, tarball: Buffer, url: string): object {
  const version = String(manifest["version"]);
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const shasum = createHash("sha1").update(tarball).digest("hex");
  const dist = { tarball: `${url}/pulumi-bitrix24/-/pulumi-bitrix24-${version}.tgz`, integrity, shasum };
  const versions = { [version]: { ...manifest, dist } };
  return { name: "pulumi-bitrix24", "dist-tags": { latest: version }, versions };
}

/**
 * @param tarball the packed package
 * @param manifest its package.json
 */
export async function startRegistry(tarball: string, manifest: Record<string, unknown>): Promise<Registry> {
  const usual = await promisify(execFile)("npm", ["config", "get", "registry"], { cwd: root, env: nodeEnvironment() });
  const elsewhere = usual.stdout.trim().replace(/\/$/, "");
  const packed = readFileSync(tarball);
  let url = "";
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/pulumi-bitrix24") {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(describe(manifest, packed, url)));
    } else if (path.startsWith("/pulumi-bitrix24/-/")) response.writeHead(200).end(packed);
    // Audits and the like: there is nothing to be said.
    else if (path.startsWith("/-/")) response.writeHead(404).end();
    else response.writeHead(307, { location: elsewhere + path }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, close };
}
