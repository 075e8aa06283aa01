import { removeRunFolder, runFolder } from "./engine/temporary";

/** Before the first test and in the first process: all processes of the run share one temporary folder. */
export function mochaGlobalSetup(): void {
  runFolder();
}

export function mochaGlobalTeardown(): void {
  removeRunFolder();
}
