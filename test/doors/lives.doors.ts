import { doors } from "./door";
import { Life } from "./lives";

/** Each life is some twenty commands, on a machine that may have other work. */
const patience = 900_000;

for (const door of doors) {
  for (const generation of ["old", "middle", "new"] as const) {
    it(`${door.name} creates, updates, repairs, replaces and removes every kind of resource (${generation} generation)`, async () => {
      const life = await Life.begin(door, generation);
      try {
        await life.isCreated();
        await life.isUpdated();
        await life.drifts();
        await life.isReplaced();
        await life.isDestroyed();
      } finally {
        await life.end();
      }
    }).timeout(patience);
  }
}
