import { createHash } from "node:crypto";
import type { Answer } from "./calls";
import type { Values } from "./look";

/** The mark that a line bears while it is not finished: the same whenever it is made for the same resource. */
export function markerFor(inputs: object, resource: string | undefined): string {
  return markerOf(resource ?? createHash("sha256").update(JSON.stringify(inputs)).digest("hex"));
}

export function markerOf(resource: string): string {
  return `[pulumi ${resource.slice(0, 12)}]`;
}

const markerAtEnd = /\s*\[pulumi [0-9a-f]{12}\]$/;
/** Room for the marker in the 255 characters that a name may have, also where each is stored as a code of ten. */
const longestStart = 20;

/**
 * What a new line is added with. It is recognized by its name, which says what it will be; a line whose name Bitrix24 is to
 * choose cannot get that name afterwards, so it has the marker where the default name of operators is. Neither is seen by
 * customers: a line that is not active takes no dialogs.
 */
export function marked(wanted: Values, marker: string): Values {
  const { lineName } = wanted as { lineName?: string };
  return lineName === undefined
    ? { ...wanted, active: false, defaultOperatorData: { name: marker } }
    : { ...wanted, active: false, lineName: `${[...lineName].slice(0, longestStart).join("")} ${marker}` };
}

/** What has to be sent to make a line that was added with {@link marked} what is wanted. */
export function unmarked(wanted: Values): Values {
  if (wanted.lineName !== undefined) return { lineName: wanted.lineName, active: wanted.active };
  return { active: wanted.active, defaultOperatorData: wanted.defaultOperatorData ?? { name: "" } };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function operatorName(answer: Answer): string {
  const data = answer["DEFAULT_OPERATOR_DATA"];
  return typeof data === "object" && data !== null ? textOf((data as Record<string, unknown>)["NAME"]) : textOf(data);
}

/** Whether a line bears a certain marker. Some servers give the operators' data as one text. */
export function bears(marker: string, answer: Answer): boolean {
  return textOf(answer["LINE_NAME"]).endsWith(marker) || operatorName(answer).includes(marker);
}

/** What is left to be sent of a line that bears any marker; undefined where it bears none. */
export function unfinished(wanted: Values, answer: Answer): Values | undefined {
  const name = textOf(answer["LINE_NAME"]);
  if (markerAtEnd.test(name)) {
    // The program may have taken the name back meanwhile; Bitrix24 chooses none any more.
    return unmarked({ ...wanted, lineName: wanted.lineName ?? (name.replace(markerAtEnd, "") || undefined) });
  }
  return markerAtEnd.test(operatorName(answer)) ? unmarked({ ...wanted, lineName: undefined }) : undefined;
}
