import { doors, Life } from "./lives";

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
    });
  }
}
