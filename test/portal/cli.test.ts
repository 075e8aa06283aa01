import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { runPortal } from "../../provider/portal/cli";
import { root } from "../../scripts/lib/paths.mjs";

/** Runs the command in this process until `use` is done with what it printed. */
async function run(
  args: readonly string[],
  use: (output: () => string) => Promise<void>,
): Promise<{ code: number; output: string }> {
  const events = new EventEmitter();
  const stop = once(events, "stop").then(() => undefined);
  const printed = once(events, "printed");
  let output = "";
  const running = runPortal(args, stop, (part) => {
    output += part;
    events.emit("printed");
  });
  await printed;
  await use(() => output);
  events.emit("stop");
  return { code: await running, output };
}

const variable = (output: string, name: string): string =>
  new RegExp(`^export ${name}=(\\S+)$`, "m").exec(output)?.[1] ?? "";

describe("npm run portal", () => {
  it("prints lines for a shell that lead to a working portal", async () => {
    const { code, output } = await run(["--generation", "middle"], async (printed) => {
      const auth = variable(printed(), "BITRIX24_ACCESS_TOKEN");
      const response = await fetch(`${variable(printed(), "BITRIX24_PORTAL")}/rest/profile?auth=${auth}`);
      assert.equal(response.status, 200);
      const refresh = new URLSearchParams({
        grant_type: "refresh_token",
        client_id: variable(printed(), "BITRIX24_CLIENT_ID"),
        client_secret: variable(printed(), "BITRIX24_CLIENT_SECRET"),
        refresh_token: variable(printed(), "BITRIX24_REFRESH_TOKEN"),
      });
      const token = await fetch(`${variable(printed(), "BITRIX24_OAUTH_SERVER")}/oauth/token/`, {
        method: "POST",
        body: refresh,
      });
      assert.equal(token.status, 200);
    });
    assert.equal(code, 0);
    assert.match(output, /generation "middle"/);
    assert.ok(
      output
        .trimEnd()
        .split("\n")
        .every((line) => /^(#|export )/.test(line)),
    );
  });

  it("tells each request with --verbose, without a credential", async () => {
    const { output } = await run(["--verbose", "--limits", "standard"], async (printed) => {
      const auth = variable(printed(), "BITRIX24_ACCESS_TOKEN");
      await fetch(`${variable(printed(), "BITRIX24_PORTAL")}/rest/batch?auth=${auth}&cmd[a]=profile`);
      await fetch(`${variable(printed(), "BITRIX24_PORTAL")}/rest/nothing?auth=${auth}`);
    });
    assert.match(output, /^GET batch \[profile\] → 200$/m);
    assert.match(output, /^GET nothing → 404 ERROR_METHOD_NOT_FOUND$/m);
    assert.equal(output.split(variable(output, "BITRIX24_ACCESS_TOKEN")).length, 2);
  });

  it("explains itself, and refuses what it does not know with exit code 2", async () => {
    const nothing = (): Promise<void> => Promise.resolve();
    assert.equal((await run(["--help"], nothing)).code, 0);
    for (const [args, message] of [
      [["--generation", "future"], /old, middle, new/],
      [["--limits", "some"], /none, standard, enterprise/],
      [["--port", "99999"], /0 to 65535/],
      [["--colour"], /--colour/],
    ] as const) {
      const { code, output } = await run(args, nothing);
      assert.equal(code, 2);
      assert.match(output, message);
    }
  });

  it("ends with exit code 0 on Ctrl-C", async () => {
    const args = ["--require", "ts-node/register/transpile-only", join(root, "provider", "cli", "index.ts"), "portal"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (output += part));
    while (!output.includes("BITRIX24_CLIENT_SECRET")) await once(child.stdout, "data");
    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 0);
    assert.match(output, /^export BITRIX24_PORTAL=http:\/\/127\.0\.0\.1:\d+$/m);
  });
});
