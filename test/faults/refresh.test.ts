import assert from "node:assert/strict";
import { doors } from "../doors/door";
import { known, programOf } from "../doors/lives";
import { Bench, contentsAfter } from "./cell";

const all = programOf(known("new"), "first");

describe("A command that refreshes first", () => {
  for (const door of doors) {
    it(`removes what has left the program, and keeps the rest (${door.name})`, async () => {
      const bench = await Bench.open({ ground: "new", door: door.key, pace: { speed: 20 } });
      try {
        assert.deepEqual((await bench.up(all)).errors, []);
        const [line, ...others] = all.filter(({ type }) => type === "OpenLine");
        const kept = [...(line ? [line] : assert.fail()), ...all.filter(({ type }) => type === "EventHandler")];
        assert.ok(others.length > 0);
        assert.deepEqual((await bench.up(kept, { refresh: true })).errors, []);
        assert.deepEqual(bench.contents(), await contentsAfter(kept));
        assert.deepEqual((await bench.destroy({ refresh: true })).errors, []);
        assert.deepEqual(bench.contents(), await contentsAfter([]));
      } finally {
        await bench.close();
      }
    });
  }
});
