import type { Session } from "../rest/session";
import type { Definition, Properties } from "../shared/definition";
import * as kinds from "./kinds";

/** A definition whose inputs and outputs are as the engine has them: any. */
export type AnyDefinition = Definition<Properties, Properties, Session>;

/** Every kind of resource. */
export const definitions = Object.values(kinds) as unknown as readonly AnyDefinition[];
