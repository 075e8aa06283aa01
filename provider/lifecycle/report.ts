import type { Explanations } from "./explanations";

/** How an error is made ready for the user. */
export interface Reporting {
  /** What has been explained already. */
  readonly explanations: Explanations;
  /** A message as it may be shown: what came from outside has no effect on a terminal, what is secret is hidden. */
  harmless(message: string): string;
}

/** What the user reads of an error. Errors of the program itself keep their stack: they are defects. */
export function messageOf(error: unknown, reporting: Reporting, remark?: string): string {
  const said = reporting.harmless(error instanceof Error ? error.message : String(error));
  const message = remark === undefined ? said : `${said}\n  ${remark}`;
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isDefect
    ? `${message}\nThis is a defect of pulumi-bitrix24; please report it.\n${error.stack ?? ""}`
    : reporting.explanations.once(error, message);
}
