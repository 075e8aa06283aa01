import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";

const provider = [process.execPath, "--require", "ts-node/register", join(__dirname, "declaring-process.ts")];
/** What a process of the engine does for a provider: it starts one. */
const engine = `require("node:child_process").spawnSync(${JSON.stringify(provider[0])}, ${JSON.stringify(provider.slice(1))}, { stdio: "inherit" })`;

/** What a provider of that command knows of what it has declared itself. */
async function known(command: string): Promise<unknown> {
  const words = ["-e", engine, command];
  const child = spawn(process.execPath, words, { argv0: "pulumi", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(await text(child.stdout));
}

describe("What the processes of a command tell each other", function () {
  // There nothing tells which command a process works for.
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  it("is what the program declares on a portal, as long as the command brings it about", async () => {
    assert.deepEqual(await known("up"), [true, false]);
    assert.deepEqual(await known("destroy"), [false, false]);
    assert.deepEqual(await known("preview"), [false, false]);
  });

  it("is nothing while the program is watched: what it declared before the last change would stay for ever", async () => {
    assert.deepEqual(await known("watch"), [false, false]);
  });
});
