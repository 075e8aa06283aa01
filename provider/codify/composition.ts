import type { ConnectorSummary } from "../connector/properties";
import type { PlacementProperties } from "../placement/properties";
import { lineSettings } from "./line";
import { eventName, Names } from "./names";
import type { Found } from "./read";

/** Marks what Bitrix24 does not tell. It is no address, image or text of Bitrix24's, so a preview refuses it by name. */
export const placeholder = "FILL IN";

/** A property of another resource of the program. */
export class Reference {
  constructor(
    /** Name of that resource. */
    readonly resource: string,
    readonly property: string,
  ) {}
}

/** A resource that takes over something of the portal, in no language yet. */
export interface Declared {
  readonly kind: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What its reader has to know, a line each. */
  readonly remarks: readonly string[];
}

/** Resources of one kind. */
export interface Section {
  readonly title: string;
  readonly declared: readonly Declared[];
}

/** All that a program says. */
export interface Composition {
  /** Host of the portal. */
  readonly portal: string;
  /** What stands before everything else, a line each. */
  readonly remarks: readonly string[];
  readonly sections: readonly Section[];
}

/** The words of a remark that depend on the language of the program. */
export interface Wording {
  /** How an icon is given: `bitrix24.svgIcon("acme.svg")`. */
  readonly icon: string;
}

const settingsPage = "SETTING_CONNECTOR";

function declare(kind: string, name: string, args: object, remarks: readonly string[] = []): Declared {
  return { kind, name, args: { adopt: true, ...args }, remarks };
}

/** Gives everything a name, and knows which resource stands for what. */
class Composer {
  private readonly names = new Names();
  private readonly lineNames = new Map<number, string>();
  private readonly connectorNames = new Map<string, string>();

  constructor(
    private readonly found: Found,
    private readonly wording: Wording,
  ) {}

  lines(): Declared[] {
    return this.found.lines.map((line) => {
      const name = this.names.next(line.lineName ?? "", `line-${line.lineId}`);
      this.lineNames.set(line.lineId, name);
      const { settings, unsayable } = lineSettings(line);
      const remark = `Left out, because its value on the portal is none that can be given: ${unsayable.join(", ")}.`;
      return declare("OpenLine", name, { lineId: line.lineId, ...settings }, unsayable.length === 0 ? [] : [remark]);
    });
  }

  connectors(): Declared[] {
    return this.found.connectors.map((connector) => {
      const { connectorId, name: title } = connector;
      const name = this.names.next(connectorId, "connector");
      this.connectorNames.set(connectorId, name);
      const { pages, remark } = this.pagesOf(connector);
      const [page = `${placeholder}: address of the settings page`] = pages;
      const icon = { dataImage: `${placeholder}: the icon` };
      return declare("Connector", name, { connectorId, name: title, icon, placementHandler: page }, [
        `Bitrix24 tells of a connector its ID and name only. Fill in the icon, ${this.wording.icon}, and flags that are`,
        "not as by default: the first `pulumi up` registers it again with what stands here. Another application's connector: remove it here.",
        ...remark,
      ]);
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

  activations(): Declared[] {
    return this.found.activations.map(({ connectorId, lineId }) => {
      const connector = this.connectorNames.get(connectorId) ?? "";
      const line = this.lineNames.get(lineId) ?? "";
      const name = this.names.next(`${connectorId}-on-${line}`, `activation-${lineId}`);
      const args = { connectorId: new Reference(connector, "connectorId"), lineId: new Reference(line, "lineId") };
      return declare("ConnectorActivation", name, args);
    });
  }

  eventHandlers(): Declared[] {
    return this.found.eventHandlers.map((handler) => {
      const { eventType, ...rest } = handler;
      const name = this.names.next(eventName(handler.event), "event");
      return declare("EventHandler", name, eventType === "offline" ? handler : rest);
    });
  }

  placements(): Declared[] {
    const own = this.found.placements.filter(({ placement }) => placement !== settingsPage);
    return own.map((page) => {
      const name = this.names.next(page.title ?? page.placement, page.placement);
      return declare("Placement", name, placementArgs(page));
    });
  }

  bots(): Declared[] {
    return this.found.bots.map(({ type, ...bot }) => {
      const name = this.names.next(bot.code ?? "", "bot");
      const isCalled = bot.eventMode === "webhook";
      return declare("Bot", name, {
        ...bot,
        ...(type === undefined || type === "openline" ? {} : { type }),
        ...(isCalled ? { webhookUrl: `${placeholder}: address that Bitrix24 calls` } : {}),
      });
    });
  }

  senders(): Declared[] {
    return this.found.senders.map((code) => {
      const handler = `${placeholder}: address that Bitrix24 calls`;
      // A name may be any text, so this one is marked as a language that there is not.
      const name = { [placeholder]: "the name that users see" };
      return declare("MessageSender", this.names.next(code, "sender"), { code, handler, name });
    });
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

/** What a program says that takes over what a portal has. */
export function compose(found: Found, wording: Wording): Composition {
  const composer = new Composer(found, wording);
  const sections: Section[] = [
    { title: "Open lines, with the settings that are not those of a new line.", declared: composer.lines() },
    { title: "Connectors.", declared: composer.connectors() },
    {
      title:
        "Where connectors are switched on. Bitrix24 does not tell their data; give `data` only where it is to be sent.",
      declared: composer.activations(),
    },
    { title: "Events that Bitrix24 calls an address for.", declared: composer.eventHandlers() },
    {
      title: "Pages in Bitrix24's interface. Bitrix24 does not tell their icons.",
      declared: composer.placements(),
    },
    { title: "Bots. Bitrix24 tells neither their avatars nor the addresses that it calls.", declared: composer.bots() },
    {
      title:
        "Message providers. Bitrix24 tells nothing of them but their codes: the first `pulumi up` sends what stands here.",
      declared: composer.senders(),
    },
  ];
  return {
    portal: found.portal,
    remarks: [
      `What ${found.portal} has, taken under management: nothing is added or removed. \`pulumi preview\` tells what it would change.`,
      ...found.untold,
    ],
    sections: sections.filter(({ declared }) => declared.length > 0),
  };
}

/** Names of the resources that others refer to. */
export function referredTo({ sections }: Composition): ReadonlySet<string> {
  const values = sections.flatMap(({ declared }) => declared).flatMap(({ args }) => Object.values(args));
  return new Set(values.flatMap((value) => (value instanceof Reference ? [value.resource] : [])));
}
