import type {
  ActivationContent,
  ConnectorContent,
  DialogContent,
  EventHandlerContent,
  LineContent,
  MessageContent,
  PlacementContent,
  PortalContent,
} from "../content";
import type { DeliveredEvent } from "../delivery";
import type { ActiveRule } from "../faults";
import type { ShownCall, ShownRequest } from "../recent";
import { html, shortened } from "./html";
import type { Html } from "./html";

/** What the page shows. */
export interface View {
  content: Required<PortalContent>;
  /** Lists of further parts, such as bots, by their names. */
  parts: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  requests: readonly ShownRequest[];
  deliveries: readonly DeliveredEvent[];
  faults: readonly ActiveRule[];
  /** Milliseconds since 1970, by the portal's clock. */
  now: number;
}

/** The whole page. */
export function page(view: View): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Local Bitrix24 portal</title>
        <link rel="stylesheet" href="/_portal/page.css" />
        <link rel="icon" href="data:," />
        <script src="/_portal/page.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#connectors">Skip to the connectors</a>
        <main>${header(view)} ${sections(view)}</main>
        <p id="status" role="status"></p>
      </body>
    </html>`.text;
}

function header({ content }: View): Html {
  return html`<header>
    <h1>Local Bitrix24 portal</h1>
    <p class="facts">${content.portal} · generation ${content.generation} · plan ${content.plan}</p>
  </header>`;
}

function sections(view: View): readonly Html[] {
  const { connectors, lines, dialogs, eventHandlers, placements } = view.content;
  return [
    section("connectors", "Connectors", connectors.length, connectorCards(view.content)),
    section("lines", "Open lines", lines.length, lineCards(view.content)),
    section("dialogs", "Dialogs", dialogs.length, html`${dialogs.map(dialog)}`),
    section("handlers", "Event handlers", eventHandlers.length, handlerTable(eventHandlers, view.deliveries)),
    section("placements", "Placements", placements.length, placementTable(placements)),
    ...Object.entries(view.parts).map(([name, rows]) => section(name, titleOf(name), rows.length, partTable(rows))),
    section("faults", "Faults, clock and tokens", view.faults.length, switches(view)),
    section("requests", "Last requests", view.requests.length, requestTable(view.requests)),
  ];
}

function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function section(id: string, title: string, count: number, content: Html): Html {
  return html`<section data-key="${id}" aria-labelledby="${id}">
    <h2 id="${id}" tabindex="-1">${title} <span class="dim">(${count})</span></h2>
    ${content}
  </section>`;
}

function connectorCards({ connectors, activations, lines }: Required<PortalContent>): Html {
  if (connectors.length === 0) return html`<p class="dim">None is registered yet.</p>`;
  const names = new Map(lines.map(({ lineId, lineName }) => [lineId, lineName]));
  const places = new Map<string, ActivationContent[]>();
  for (const one of activations) {
    const key = one.connectorId.toLowerCase();
    places.set(key, [...(places.get(key) ?? []), one]);
  }
  const cards = connectors.map((one) => connectorCard(one, places.get(one.connectorId) ?? [], names));
  return html`<ul class="cards">
    ${cards}
  </ul>`;
}

function connectorCard(
  one: ConnectorContent,
  activations: readonly ActivationContent[],
  lines: ReadonlyMap<number | undefined, string>,
): Html {
  const { connectorId, name, icon, comment, application } = one;
  const places = activations.map(
    ({ lineId, active, error }) =>
      html`<li>
        ${shortened(lines.get(lineId) ?? `line ${String(lineId)}`)}: ${state(active === true, error === true)}
      </li>`,
  );
  return html`<li data-key="connector ${connectorId} ${application}">
    <div class="head">
      ${iconOf(connectorId, application ?? "", icon ?? {})}
      <div>
        <h3>${shortened(name)}</h3>
        <span class="dim">${shortened(connectorId)}</span>
      </div>
    </div>
    ${comment ? html`<p class="dim">${shortened(comment)}</p>` : ""}
    ${
      places.length === 0
        ? html`<p class="dim">On no line.</p>`
        : html`<ul class="plain">
            ${places}
          </ul>`
    }
  </li>`;
}

function state(active: boolean, error: boolean): Html {
  if (error) return html`<span class="bad">in error</span>`;
  return active ? html`<span class="on">on</span>` : html`<span class="off">off</span>`;
}

/** The icon itself is fetched from this portal, never from elsewhere. */
function iconOf(
  connectorId: string,
  application: string,
  { color, dataImage = "" }: NonNullable<ConnectorContent["icon"]>,
): Html {
  const source = `/_portal/icon?${new URLSearchParams({ connectorId, application, v: String(dataImage.length) }).toString()}`;
  return html`<span class="icon" aria-hidden="true">
    <svg viewBox="0 0 1 1" preserveAspectRatio="none"><rect width="1" height="1" fill="${color ?? "none"}" /></svg>
    ${dataImage.startsWith("data:image/") ? html`<img src="${source}" alt="" loading="lazy" />` : ""}
  </span>`;
}

function lineCards({ lines, activations, connectors, users }: Required<PortalContent>): Html {
  if (lines.length === 0) return html`<p class="dim">There is none yet.</p>`;
  const names = new Map(connectors.map(({ connectorId, name }) => [connectorId, name]));
  const people = new Map(users.map((user) => [user.id, `${user.name ?? ""} ${user.lastName ?? ""}`.trim()]));
  const cards = lines.map((line) => {
    const on = activations.filter(({ lineId, active }) => lineId === line.lineId && active);
    const queue = (line.operators ?? []).map(
      ({ userId, userName }) => userName ?? people.get(userId) ?? String(userId),
    );
    const connected = on.map(({ connectorId }) => names.get(connectorId.toLowerCase()) ?? connectorId);
    return html`<li data-key="line ${line.lineId}">
      <h3>${shortened(line.lineName)} <span class="dim">no. ${line.lineId}</span></h3>
      ${state(line["active"] === true, false)}
      <ul class="plain">
        <li>Connected: ${shortened(connected.join(", ") || "nothing")}</li>
        <li>Queue, ${String(line["queueType"])}: ${shortened(queue.join(", ") || "nobody")}</li>
        <li>Hours: ${hours(line)}</li>
      </ul>
    </li>`;
  });
  return html`<ul class="cards">
    ${cards}
  </ul>`;
}

function hours(line: LineContent): string {
  if (line["worktimeEnable"] !== true) return "always";
  const off = Array.isArray(line["worktimeDayoff"]) ? line["worktimeDayoff"].join(", ") : "";
  const days = off === "" ? "" : `, closed on ${off}`;
  return `${String(line["worktimeFrom"])}–${String(line["worktimeTo"])} ${String(line["worktimeTimezone"])}${days}`;
}

function dialog({ connectorId, lineId, chatId, name, user, messages, finished }: DialogContent): Html {
  const key = `dialog ${connectorId} ${String(lineId)} ${chatId}`;
  const who = [user?.name, user?.lastName].filter(Boolean).join(" ") || (user?.id ?? "");
  const place = html`<input type="hidden" name="connectorId" value="${connectorId}" />
    <input type="hidden" name="lineId" value="${lineId}" data-number />
    <input type="hidden" name="chatId" value="${chatId}" />`;
  return html`<article data-key="${key}">
    <h3>
      ${shortened(name ?? "") || shortened(chatId)}
      <span class="dim">${shortened(who)}, ${connectorId} on line ${lineId}${finished ? ", finished" : ""}</span>
    </h3>
    <ol class="talk">
      ${messages.map(message)}
    </ol>
    <form data-to="/_portal/answer" data-done="The answer is on its way to the connector.">
      ${place}
      <label>Answer as an operator <input name="text" required autocomplete="off" /></label>
      <button>Send</button>
    </form>
    ${
      finished
        ? ""
        : html`<form data-key="finish" data-to="/_portal/finish" data-done="The dialog is finished.">
            ${place}
            <button>Finish the dialog</button>
          </form>`
    }
  </article>`;
}

function message({ messageId, from, text, deleted, edited, status, files = [] }: MessageContent): Html {
  const notes = [
    edited && "changed",
    deleted && "deleted",
    status,
    files.length > 0 && `${String(files.length)} files`,
  ].filter(Boolean);
  const shown = deleted ? html`<del>${shortened(text, 2000)}</del>` : html`${shortened(text, 2000)}`;
  return html`<li data-key="message ${messageId}" class="${from}">
    <span class="dim">${from === "client" ? "Client" : "Operator"}:</span> ${shown}
    ${notes.length === 0 ? "" : html`<span class="dim">(${notes.join(", ")})</span>`}
    ${from === "operator" && !deleted && messageId !== undefined ? operatorSwitches(messageId, text) : ""}
  </li>`;
}

/** An operator can take back and mend what he has written. */
function operatorSwitches(messageId: number, text: string): Html {
  return html`<details>
    <summary>Change or delete</summary>
    <form data-to="/_portal/answer/${messageId}" data-done="The message is changed.">
      <label>New text <input name="text" value="${text}" required autocomplete="off" /></label>
      <button>Change</button>
    </form>
    <form data-to="/_portal/answer/${messageId}" data-method="DELETE" data-done="The message is deleted.">
      <button>Delete</button>
    </form>
  </details>`;
}

function table(head: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p class="dim">There is none yet.</p>`;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function handlerTable(handlers: readonly EventHandlerContent[], deliveries: readonly DeliveredEvent[]): Html {
  const rows = handlers.map(({ event, handler = "", eventType }) => {
    const last = deliveries.findLast((one) => one.event === event && one.handler === handler);
    const outcome = last === undefined ? "" : (last.error ?? String(last.status ?? "on its way"));
    return html`<tr>
      <td>${shortened(event)}</td>
      <td>${eventType === "offline" ? "offline" : shortened(handler)}</td>
      <td>${outcome}</td>
    </tr>`;
  });
  return table(["Event", "Handler", "Last call"], rows);
}

function placementTable(placements: readonly PlacementContent[]): Html {
  const rows = placements.map(
    ({ placement, handler, title = "" }) =>
      html`<tr>
        <td>${shortened(placement)}</td>
        <td>${shortened(title)}</td>
        <td>${shortened(handler)}</td>
      </tr>`,
  );
  return table(["Placement", "Title", "Handler"], rows);
}

/** What a further part keeps: its short texts and numbers. */
function partTable(records: readonly Record<string, unknown>[]): Html {
  const isShown = (value: unknown): value is string | number | boolean =>
    ["string", "number", "boolean"].includes(typeof value);
  const names = Object.entries(records[0] ?? {})
    .filter(([, value]) => isShown(value))
    .map(([name]) => name)
    .slice(0, 5);
  const rows = records.map((record) => {
    const cells = names.map(
      (name) => html`<td>${isShown(record[name]) ? shortened(String(record[name]), 60) : ""}</td>`,
    );
    return html`<tr>
      ${cells}
    </tr>`;
  });
  return table(names, rows);
}

function switches({ faults, now }: View): Html {
  const active = faults.map(
    ({ id, hits, rule }) =>
      html`<li data-key="fault ${id}">
        <span class="bad"
          >${shortened(JSON.stringify({ ...rule, method: rule.method === undefined ? undefined : String(rule.method) }))}</span
        >
        struck ${hits} times
        <form data-to="/_portal/faults/${id}" data-method="DELETE" data-done="The fault is gone.">
          <button>Remove</button>
        </form>
      </li>`,
  );
  return html` <ul class="plain">
      ${active}
    </ul>
    <form data-to="/_portal/faults" data-done="The portal misbehaves from now on.">
      <label>Method <input name="method" placeholder="all" autocomplete="off" /></label>
      <label>Code <input name="code" list="codes" required autocomplete="off" /></label>
      <label>Times <input name="times" type="number" min="1" data-number placeholder="always" /></label>
      <button>Refuse</button>
      <datalist id="codes">
        <option value="QUERY_LIMIT_EXCEEDED"></option>
        <option value="OPERATION_TIME_LIMIT"></option>
        <option value="INTERNAL_SERVER_ERROR"></option>
        <option value="expired_token"></option>
        <option value="ACCESS_DENIED"></option>
      </datalist>
    </form>
    <form data-to="/_portal/faults" data-done="Connections are cut from now on.">
      <label>Method <input name="method" placeholder="all" autocomplete="off" /></label>
      <label
        >Cut the connection
        <select name="reset">
          <option value="before">before the work</option>
          <option value="after">after the work</option>
        </select>
      </label>
      <label>Times <input name="times" type="number" min="1" data-number placeholder="always" /></label>
      <button>Cut</button>
    </form>
    <form data-to="/_portal/clock" data-done="The clock has moved.">
      <label
        >It is ${new Date(now).toISOString().slice(0, 16)}Z. Move the clock by seconds
        <input name="advance" type="number" required data-number value="3600" />
      </label>
      <button>Move</button>
    </form>
    <form data-to="/_portal/tokens/expire" data-done="All access tokens are expired.">
      <button>Let all access tokens expire</button>
    </form>
    <form data-to="/_portal/faults" data-method="DELETE" data-done="No fault is left.">
      <button>Remove every fault</button>
    </form>`;
}

function requestTable(requests: readonly ShownRequest[]): Html {
  const rows = requests.toReversed().map(
    (one) =>
      html`<tr>
        <td>${one.at.slice(11, 19)}</td>
        <td>${callList(one)}</td>
        <td>${outcome(one.status === 0 ? "connection cut" : String(one.status), one)}</td>
      </tr>`,
  );
  return table(["Time", "Call", "Answer"], rows);
}

function callList({ method, calls }: ShownRequest): Html {
  if (method !== "batch") return html`${shortened(method)}`;
  const inner = calls.map((call: ShownCall) => html`<li>${shortened(call.method)} ${outcome("", call)}</li>`);
  return html`<details>
    <summary>batch of ${calls.length}</summary>
    <ul class="plain">
      ${inner}
    </ul>
  </details>`;
}

function outcome(status: string, { error, fault }: { error?: string; fault?: true }): Html {
  const mark = fault ? html` <span class="bad">fault</span>` : "";
  return html`${status} ${error === undefined ? "" : html`<span class="bad">${shortened(error)}</span>`}${mark}`;
}
