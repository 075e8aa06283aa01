import { quoted } from "../rest/text";
import type { Definition, Properties, Recorded } from "../shared/definition";
import type { Connection } from "./connection";
import { changedInputs, fromState, toState } from "./state";

/** What is to be looked at before it is taken over. */
export interface Adopted<S> {
  readonly connection: Connection<S>;
  readonly own: Properties;
  /** Names of inputs that are secret. */
  readonly secretInputs: readonly string[];
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : quoted(value);
}

function change(name: string, before: unknown, after: unknown, isSecret: boolean): string {
  return isSecret ? `${name} [secret]` : `${name} ${shown(before)} → ${shown(after)}`;
}

/**
 * What taking something over would change, in a sentence; undefined where nothing of the kind is taken over. Changes nothing.
 * @throws Error where there is nothing to be taken over, and nothing would be created in its place
 */
export async function foreseeAdoption<I extends object, C extends object, S>(
  definition: Definition<I, C, S>,
  { connection, own, secretInputs }: Adopted<S>,
): Promise<string | undefined> {
  const { adopting } = definition;
  if (!adopting) return undefined;
  const { session, portal } = connection;
  const inputs = definition.schema.parse(own);
  const title = definition.thing(inputs)?.title ?? definition.type;
  const read = (): ReturnType<typeof definition.read> =>
    definition.read(session, adopting.id(inputs), inputs as unknown as Recorded<I, C>);
  const seen = await connection.operation(read);
  if (!seen && adopting.absent) throw adopting.absent(session, inputs);
  if (!seen) return `adopt: ${title} is not on ${portal} yet and will be created.`;
  const outputs = toState(definition, {
    portal,
    inputs: { ...(inputs as Properties), ...seen.inputs },
    computed: seen.computed as Properties,
  });
  const state = fromState<I, C>(outputs);
  const given = inputs as Properties;
  const recorded: Properties = { ...state.recorded };
  const changes = [...changedInputs(definition, state, given)].map((name) =>
    change(name, recorded[name], given[name], secretInputs.includes(name)),
  );
  const unread = adopting.unread.filter((name) => given[name] !== undefined);
  const differences = changes.length === 0 ? "matches the program" : `will be changed: ${changes.join(", ")}`;
  const sent =
    unread.length === 0
      ? ""
      : `; ${unread.join(", ")} will be sent as the program has it, for Bitrix24 does not tell it`;
  return `adopt: ${title} on ${portal} ${differences}${sent}.`;
}
