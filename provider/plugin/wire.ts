import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../shared/definition";

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

/** Properties as the engine sent them, marks included. */
export function fromWire(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, present(part)]));
}

/** Properties for the engine. */
export function toWire(properties: Properties): Struct {
  return Struct.fromJavaScript(present(properties) as Record<string, JavaScriptValue>);
}
