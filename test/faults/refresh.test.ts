import assert from "node:assert/strict";
import { doors } from "../doors/door";
import { known, programOf } from "../doors/lives";
import { Bench, contentsAfter } from "./cell";
import { referred } from "./program";

const all = programOf(known("new"), "first");

describe("A command that refreshes first", () => {
  for (const door of doors) {
    it(`keeps what goes on under another name (${door.name})`, async () => {
      const bench = await Bench.open({ ground: "new", door: door.key, pace: { speed: 20 } });
      // A line under another name is another line, and a provider of messages wants to be taken over with adopt.
      const others = all.filter(({ type }) => type !== "OpenLine" && type !== "MessageSender");
      const alone = others.filter(({ args }) => referred(args).length === 0);
      try {
        assert.deepEqual((await bench.up(alone)).errors, []);
        const renamed = alone.map((one) => ({ ...one, name: `${one.name}-renamed` }));
        const { errors, steps } = await bench.up(renamed, { refresh: true });
        assert.deepEqual(errors, []);
        assert.ok(steps.length >= 2 * alone.length);
        assert.deepEqual(bench.contents(), await contentsAfter(alone));
      } finally {
        await bench.close();
      }
    });

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
