import assert from "node:assert/strict";
import { runKill } from "./kills";

// Kills at other moments, of other commands and in other ways are run by `npm run faults`.
describe("A stack whose command is killed", () => {
  it("has exactly what it declares after cancel and up, and leaves nothing after destroy", async function () {
    if (process.platform !== "linux") this.skip();
    const { problems } = await runKill({
      command: "up",
      way: "all processes",
      moment: 0.4,
      silent: false,
      configured: false,
      recovery: "up",
      door: "dynamic",
    });
    assert.deepEqual(problems, []);
  });
});
