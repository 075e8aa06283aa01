import assert from "node:assert/strict";
import { Gathering, type Clock } from "../../provider/rest/gathering";
import { EngineModel } from "./engine-model";

/** A clock that a test turns by hand. */
class HandClock implements Clock {
  time = 1_000;
  now(): number {
    return this.time;
  }
  later(): never {
    throw new Error("The gathering only says how long to wait.");
  }
}

describe("The gathering of operations into one request", () => {
  let clock: HandClock;
  let gathering: Gathering;

  beforeEach(() => {
    clock = new HandClock();
    gathering = new Gathering(clock);
  });

  function begin(count: number, gap = 10): void {
    for (let index = 0; index < count; index++) {
      if (index > 0) clock.time += gap;
      gathering.begin();
    }
  }
  function end(count: number): void {
    for (let index = 0; index < count; index++) gathering.end();
  }
  /** Waits as long as the gathering wants to; gives the milliseconds. */
  function patience(): number {
    let waited = 0;
    for (let wait = gathering.pause(); wait > 0; wait = gathering.pause()) {
      assert.ok(waited < 20_000, "it never ends");
      clock.time += wait;
      waited += wait;
    }
    return waited;
  }

  it("never makes an operation wait that comes alone", () => {
    gathering.begin();
    assert.equal(gathering.pause(), 0);
    gathering.end();
    clock.time += 60_000;
    gathering.begin();
    assert.equal(gathering.pause(), 0);
  });

  it("lets operations that follow closely upon each other wait for more, and not for long", () => {
    begin(2);
    assert.ok(gathering.pause() > 10);
    const waited = patience();
    assert.ok(waited >= 10 && waited <= 3_000, `waited ${waited} ms`);
  });

  it("goes on waiting with an operation that comes after a long silence while others are still open", () => {
    begin(2);
    clock.time += 6_000;
    gathering.begin();
    assert.ok(gathering.pause() > 0);
    end(3);
    clock.time += 6_000;
    gathering.begin();
    assert.equal(gathering.pause(), 0, "it comes alone");
  });

  it("waits anew with each operation that comes", () => {
    begin(2);
    clock.time += gathering.pause() - 1;
    gathering.begin();
    assert.ok(gathering.pause() > 1);
  });

  it("sends at once when as many are open as the engine has shown to have at once", () => {
    for (let round = 0; round < 4; round++) {
      begin(8);
      patience();
      end(8);
      clock.time += 30;
    }
    begin(7);
    assert.ok(gathering.pause() > 0, "the eighth is still to come");
    clock.time += 10;
    gathering.begin();
    assert.equal(gathering.pause(), 0);
  });

  it("does not wait for the engine's full number again and again when fewer are left at the end", () => {
    for (let round = 0; round < 4; round++) {
      begin(8);
      patience();
      end(8);
      clock.time += 30;
    }
    begin(3);
    const first = patience();
    end(3);
    clock.time += 30;
    begin(3);
    const second = patience();
    assert.ok(first <= 5_000 && second < first, `${first} ms, then ${second} ms`);
  });

  it("does not slow down a chain, where each operation begins when the one before has ended", () => {
    let waited = 0;
    for (let link = 0; link < 50; link++) {
      gathering.begin();
      waited += patience();
      clock.time += 20;
      gathering.end();
      clock.time += 15;
    }
    assert.ok(waited <= 1_500, `waited ${waited} ms in 50 links`);
  });

  it("forgets a burst after a silence", () => {
    begin(8);
    patience();
    end(8);
    clock.time += 60_000;
    gathering.begin();
    assert.equal(gathering.pause(), 0);
  });

  for (const [count, parallel] of [
    [300, 64],
    [1_000, 64],
    [1_000, 50],
    [1_000, 32],
  ] as const) {
    it(`keeps batches full for ${count} resources, ${parallel} at once, however slowly the engine writes what it has recorded`, () => {
      for (const growth of [0, 0.03, 0.1, 0.2]) {
        const { requests, seconds } = new EngineModel(count, parallel, (recorded) => 5 + growth * recorded, 200).run();
        const least = Math.ceil(count / Math.min(parallel, 50));
        assert.ok(requests.length <= least + 4, `${growth}: ${requests.join(" ")}`);
        // The engine has to write all of it twice, before and after.
        const writing = (2 * (5 * count + (growth * count ** 2) / 2)) / 1_000;
        assert.ok(seconds <= writing + 0.5 * least, `${growth}: ${seconds} s, of which ${writing} s are the engine's`);
      }
    });
  }
});
