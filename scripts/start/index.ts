/** `npm start`: what the package does, with the real Pulumi and a portal on this machine. */
import { deployAndKeep, stopKept } from "./keep";
import { deployAndRemove } from "./once";

const usage = `npm start              deploys examples/quickstart to a local portal and removes it again
npm start -- --keep    leaves portal and stack up, to go on with
npm start -- --stop    removes what --keep left`;

async function main(options: string[]): Promise<boolean> {
  switch (options.join(" ")) {
    case "":
      return await deployAndRemove();
    case "--keep":
      return await deployAndKeep();
    case "--stop":
      return await stopKept();
    default:
      console.error(usage);
      return false;
  }
}

// Ctrl-C reaches the running `pulumi` as well; its end leads to ours, with everything put away.
process.on("SIGINT", () => {});

main(process.argv.slice(2)).then(
  (good) => (process.exitCode = good ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
