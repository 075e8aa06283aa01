import { runPortal } from "./cli";

const stop = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
});

void runPortal(process.argv.slice(2), stop, (text) => process.stdout.write(text)).then((code) => {
  process.exitCode = code;
});
