import type { ConnectorSummary } from "../connector/properties";
import type { EventHandlerProperties } from "../event-handler/properties";
import type { PlacementProperties } from "../placement/properties";
import { lineSettings } from "./line";
import { Code, comment, literal } from "./literal";
import { eventName, Names } from "./names";
import type { Found } from "./read";

/** Marks what Bitrix24 does not tell. It is no address and no image, so a preview refuses it and names the property. */
export const placeholder = "FILL IN";

const settingsPage = "SETTING_CONNECTOR";

function declaration(kind: string, constant: string | undefined, resource: string, args: object): string {
  const text = `new bitrix24.${kind}(${literal(resource)}, ${literal({ adopt: true, ...args })});\n`;
  return constant === undefined ? text : `const ${constant} = ${text}`;
}

/** Writes the program, and knows which constant stands for what. */
class Writer {
  private readonly names = new Names();
  private readonly lineConstants = new Map<number, string>();
  private readonly connectorConstants = new Map<string, string>();

  constructor(private readonly found: Found) {}

  lines(): string[] {
    return this.found.lines.map((line) => {
      const { resource, constant } = this.names.next(line.lineName ?? "", `line-${line.lineId}`);
      this.lineConstants.set(line.lineId, constant);
      const { settings, unsayable } = lineSettings(line);
      const remark =
        unsayable.length === 0
          ? ""
          : comment(`Left out, because its value on the portal is none that can be given: ${unsayable.join(", ")}.`);
      return remark + this.declared(constant, "OpenLine", resource, { lineId: line.lineId, ...settings });
    });
  }

  connectors(): string[] {
    return this.found.connectors.map((connector) => {
      const { connectorId, name } = connector;
      const { resource, constant } = this.names.next(connectorId, "connector");
      this.connectorConstants.set(connectorId, constant);
      const { pages, remark } = this.pagesOf(connector);
      const remarks = [
        'Bitrix24 tells of a connector its ID and name only. Fill in the icon, such as bitrix24.svgIcon("acme.svg"), and flags that are',
        "not as by default: the first `pulumi up` registers it again with what stands here. Another application's connector: remove it here.",
        ...remark,
      ];
      const [page = `${placeholder}: address of the settings page`] = pages;
      const icon = { dataImage: `${placeholder}: the icon` };
      const args = { connectorId, name, icon, placementHandler: page };
      return comment(remarks.join("\n")) + this.declared(constant, "Connector", resource, args);
    });
  }

  /** The settings page, where the portal shows whose it is. */
  private pagesOf({ name }: ConnectorSummary): { pages: string[]; remark: string[] } {
    const all = this.found.placements.filter(({ placement }) => placement === settingsPage);
    const handlers = [...new Set(all.filter(({ title }) => title === name).map(({ handler }) => handler))];
    if (handlers.length === 1) return { pages: handlers, remark: [] };
    const candidates = [...new Set(all.map(({ handler }) => handler))];
    if (candidates.length === 0) return { pages: [], remark: [] };
    return { pages: [], remark: [`Settings pages of this application's connectors: ${candidates.join(", ")}`] };
  }

  activations(): string[] {
    return this.found.activations.map(({ connectorId, lineId }) => {
      const connector = this.connectorConstants.get(connectorId) ?? "";
      const line = this.lineConstants.get(lineId) ?? "";
      const { resource } = this.names.next(`${connectorId}-on-${line}`, `activation-${lineId}`);
      const args = { connectorId: new Code(`${connector}.connectorId`), lineId: new Code(`${line}.lineId`) };
      return declaration("ConnectorActivation", undefined, resource, args);
    });
  }

  eventHandlers(): string[] {
    return this.found.eventHandlers.map((handler: EventHandlerProperties) => {
      const { resource } = this.names.next(eventName(handler.event), "event");
      const { eventType, ...rest } = handler;
      return declaration("EventHandler", undefined, resource, eventType === "offline" ? handler : rest);
    });
  }

  placements(): string[] {
    const own = this.found.placements.filter(({ placement }) => placement !== settingsPage);
    return own.map((page) => {
      const { resource } = this.names.next(page.title ?? page.placement, page.placement);
      return declaration("Placement", undefined, resource, placementArgs(page));
    });
  }

  /** A constant is only worth its name where something refers to it. */
  private declared(constant: string, kind: string, resource: string, args: object): string {
    const isUsed = this.found.activations.some(
      ({ connectorId, lineId }) =>
        this.connectorConstants.get(connectorId) === constant || this.lineConstants.get(lineId) === constant,
    );
    return declaration(kind, isUsed ? constant : undefined, resource, args);
  }
}

/** Texts in one language are given without naming it. */
function placementArgs({ langAll = {}, options = {}, ...page }: PlacementProperties): object {
  const hasLanguages = Object.keys(langAll).length > 1;
  const { title: _title, description: _description, ...key } = page;
  return {
    ...(hasLanguages ? { ...key, langAll } : page),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

function section(title: string, declarations: readonly string[]): string {
  return declarations.length === 0 ? "" : `\n${comment(title)}${declarations.join("\n")}`;
}

/** A program in TypeScript that takes over what a portal has. */
export function toProgram(found: Found): string {
  const writer = new Writer(found);
  const header = comment(
    `What ${found.portal} has, taken under management: nothing is added or removed. \`pulumi preview\` tells what it would change.`,
  );
  return [
    header,
    comment(found.untold.join("\n")).replace(/^\/\/ \n$/, ""),
    'import * as bitrix24 from "pulumi-bitrix24";\n',
    section("Open lines, with the settings that are not those of a new line.", writer.lines()),
    section("Connectors.", writer.connectors()),
    section(
      "Where connectors are switched on. Bitrix24 does not tell their data; give `data` only where it is to be sent.",
      writer.activations(),
    ),
    section("Events that Bitrix24 calls an address for.", writer.eventHandlers()),
    section("Pages in Bitrix24's interface. Bitrix24 does not tell their icons.", writer.placements()),
  ].join("");
}
