/** What the user reads of an error. Errors of the program itself keep their stack: they are defects. */
export function messageOf(error: unknown, harmless: (message: string) => string, remark?: string): string {
  const said = harmless(error instanceof Error ? error.message : String(error));
  const message = remark === undefined ? said : `${said}\n  ${remark}`;
  const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  return isDefect
    ? `${message}\nThis is a defect of pulumi-bitrix24; please report it.\n${error.stack ?? ""}`
    : message;
}
