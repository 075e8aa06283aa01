/** Runs programs with the real Pulumi engine, in temporary folders, for tests. */
export { expectOk } from "./result";
export type { Result, Summary } from "./result";
export { createProject, Project } from "./project";
export type { ProjectOptions, RunOptions, UpOptions, ConfigValue, Language } from "./project";
export type { StackState, ResourceState } from "./state";
export { engineFolder } from "./environment";
