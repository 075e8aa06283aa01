import { refusal, missingArgument } from "./errors";
import { isArray, isEmpty, isSet, toInteger, toText, isTrue } from "./php";
import type { Call } from "./call";

/** `imconnector.activate`: on unless `ACTIVE` is empty to PHP, so "N" is on. */
export function activate(call: Call): boolean {
  const [connector, line] = target(call, true);
  if (!isSet(call.params["ACTIVE"])) throw missingArgument("ACTIVE");
  const { activations } = call.state;
  if (isTrue(call.params["ACTIVE"])) {
    const record = activations.findOrCreate(call.request, connector, line);
    activations.write(call.request, connector, line, {
      ...record,
      active: true,
      connection: true,
      register: true,
      error: false,
    });
    return true;
  }
  const existed = activations.find(call.request, connector, line) !== undefined;
  activations.write(call.request, connector, line, undefined);
  if (existed) raiseOff(call, connector, line);
  // New portals say `false` only where the record could not be deleted, which does not happen here.
  return existed || call.state.generation === "new";
}

/** The application that registered the connector learns that it is off. */
function raiseOff({ state, caller: { user } }: Call, connector: string, line: number): void {
  for (const { ID, application } of state.connectors.all()) {
    if (ID !== connector) continue;
    state.raise({ event: "ONIMCONNECTORSTATUSDELETE", data: { connector, line }, application, user });
  }
}

/** `imconnector.status`: reading creates the record. */
export function status(call: Call): Record<string, unknown> {
  const [connector, line] = target(call, false);
  const record = call.state.activations.findOrCreate(call.request, connector, line);
  const configured = record.active && record.connection && record.register;
  return {
    LINE: line,
    CONNECTOR: call.state.generation === "new" ? connector.toLowerCase() : connector,
    ERROR: record.error,
    CONFIGURED: configured,
    STATUS: configured && !record.error,
  };
}

const dataFields = ["ID", "URL", "URL_IM", "NAME"] as const;

/** `imconnector.connector.data.set`: merges, and what is empty keeps its old value. */
export function setData(call: Call): boolean {
  const [connector, line] = target(call, true);
  const given = call.params["DATA"];
  const isAccepted = isArray(given) && call.state.generation === "new";
  if (!isSet(given) || (isArray(given) && isEmpty(given) && !isAccepted)) throw missingArgument("DATA");
  if (!isArray(given))
    throw refusal("ERROR_ARGUMENT", "The value of an argument 'DATA' must be of type array", { argument: "DATA" });
  const record = call.state.activations.findOrCreate(call.request, connector, line);
  const data = { ...record.data };
  for (const field of dataFields) {
    const value = (given as Record<string, unknown>)[field];
    if (!isEmpty(value)) data[field] = toText(value);
  }
  call.state.activations.write(call.request, connector, line, { ...record, connection: true, register: true, data });
  return true;
}

/** The connector's ID is not lower-cased here. */
function target(call: Call, lineRequired: boolean): [connector: string, line: number] {
  const { CONNECTOR: connector, LINE: line } = call.params;
  if (!isSet(connector) || connector === "") throw missingArgument("CONNECTOR");
  if (lineRequired && (!isSet(line) || line === "")) throw missingArgument("LINE");
  return [toText(connector), toInteger(line)];
}
