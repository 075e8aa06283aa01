import { answers, field, kindOf, refused, shows, since } from "./check";
import type { Check } from "./check";
import type { AskedPortal, Way } from "./portal";

const nothing = "pb24verify.nothing";

/** The codes of a batch's commands, and what its results look like. */
async function batch(portal: AskedPortal, cmd: unknown, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { result } = await portal.call("batch", { cmd, ...more });
  const errors = Object.entries((field(result, "result_error") ?? {}) as Record<string, unknown>);
  const codes = Object.fromEntries(errors.map(([name, one]) => [name, field(one, "error")]));
  const results = field(result, "result");
  return JSON.stringify({ results: Array.isArray(results) ? results.length : Object.keys(results ?? {}), codes });
}

/** Whether a call is answered at all when it is made in another way. */
const works = (statement: string, method: string, way: Way): Check =>
  shows(statement, "200 boolean", async (portal) => {
    const { status, result } = await portal.call(method, {}, way);
    return `${String(status)} ${kindOf(result)}`;
  });

export const requestChecks: readonly Check[] = [
  answers(
    "a method that does not exist is told before the token is looked at",
    refused(404, "ERROR_METHOD_NOT_FOUND"),
    (portal) => portal.call(nothing, {}, { token: "wrong" }),
  ),
  answers("an unknown token is refused", refused(401, "invalid_token"), (portal) =>
    portal.call("user.admin", {}, { token: "wrong" }),
  ),
  answers("no token is refused", refused(401, "NO_AUTH_FOUND"), (portal) =>
    portal.call("user.admin", {}, { token: "none" }),
  ),
  works("the token may stand in a Bearer header", "user.admin", { token: "header" }),
  works("names of methods are read in any case", "USER.Admin", {}),
  works("names of methods may end in .json", "user.admin", { suffix: ".json" }),
  works("parameters may come as a form", "user.admin", { form: "a[b][]=1" }),
  shows(
    "operating time is told on new portals always; seconds of the start are whole there",
    since("operating, operating_reset_at, whole", "operating or not, a fraction"),
    async (portal) => {
      const { time } = await portal.call("user.admin");
      const told = ["operating", "operating_reset_at"].filter((name) => kindOf(time?.[name]) === "number");
      const isWhole = Number.isInteger(time?.["start"]);
      if (!isWhole && typeof time?.["start"] === "number") return "operating or not, a fraction";
      return [...told, isWhole ? "whole" : "no time"].join(", ");
    },
  ),
  shows(
    "method.get: tells what exists, and nothing exists without a name",
    "[true,true,false,false]",
    async (portal) => {
      const known = (await portal.call("method.get", { name: "imconnector.list" })).result;
      const none = (await portal.call("method.get")).result;
      return JSON.stringify([known, none].flatMap((one) => [field(one, "isExisting"), field(one, "isAvailable")]));
    },
  ),
  answers("feature.get: without CODE it is refused", refused(400, "CODE_EMPTY"), (portal) =>
    portal.call("feature.get"),
  ),
  shows("app.info: tells the application and the plan", "number, string, boolean, string", async (portal) => {
    const { result } = await portal.call("app.info");
    return ["ID", "STATUS", "INSTALLED", "LICENSE"].map((name) => kindOf(field(result, name))).join(", ");
  }),
  shows(
    "batch: an error belongs to its command, numbers as keys make lists",
    '{"results":0,"codes":{"0":"ERROR_METHOD_NOT_FOUND"}}',
    (portal) => batch(portal, [nothing]),
  ),
  shows(
    "batch: goes on after an error, and stops there with halt",
    '{"results":["b"],"codes":{"a":"ERROR_METHOD_NOT_FOUND"}} {"results":0,"codes":{"a":"ERROR_METHOD_NOT_FOUND"}}',
    async (portal) => {
      const cmd = { a: nothing, b: "user.admin" };
      return `${await batch(portal, cmd)} ${await batch(portal, cmd, { halt: 1 })}`;
    },
  ),
  shows("batch: no batch inside of a batch", '{"results":0,"codes":{"a":"ERROR_BATCH_METHOD_NOT_ALLOWED"}}', (portal) =>
    batch(portal, { a: "batch?cmd[x]=user.admin" }),
  ),
  shows(
    "batch: what is over fifty is refused, command by command",
    "50 done, 51: ERROR_BATCH_LENGTH_EXCEEDED",
    async (portal) => {
      const cmd = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`c${String(index + 1)}`, "user.admin"]));
      const { result } = await portal.call("batch", { cmd });
      const done = Object.keys(field(result, "result") ?? {}).length;
      const errors = (field(result, "result_error") ?? {}) as Record<string, unknown>;
      return `${String(done)} done, ${Object.entries(errors)
        .map(([name, one]) => `${name.slice(1)}: ${String(field(one, "error"))}`)
        .join(", ")}`;
    },
  ),
];
