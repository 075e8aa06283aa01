import * as pulumi from "@pulumi/pulumi";
import { Connector } from "./connector";
import type { ConnectorArgs } from "./connector";
import { ConnectorActivation } from "./connector-activation";
import type { ConnectorDataArgs } from "./connector-activation";
import { programRefusal } from "./dynamic/refusal";
import { EventHandler } from "./event-handler";
import { OpenLine } from "./open-line";
import type { OpenLineArgs } from "./open-line/args";

/** What an {@link OpenChannel} is made of. */
export interface OpenChannelArgs {
  /** The connector to register. */
  connector: ConnectorArgs;
  /**
   * The open line to create, or to take over with `adopt`. Default: a line that has the connector's name and is otherwise
   * as Bitrix24 creates it. Not together with `lineId`.
   */
  line?: OpenLineArgs;
  /** Number of an open line that is there already and that the channel only uses, such as one of another channel. */
  lineId?: pulumi.Input<number>;
  /** Whether the connector is switched on. Default: true. */
  active?: pulumi.Input<boolean>;
  /** What the line's operators see of the channel. Default: none is sent. */
  data?: pulumi.Input<ConnectorDataArgs>;
  /**
   * Address of your application that Bitrix24 calls when something happens in the channel: http or https, public host name.
   * Default: no events are bound.
   *
   * Bitrix24 binds events to an application, not to a channel: one handler gets those of all channels of the application.
   * So where there are several channels, give it to one of them only, or to each another address.
   */
  eventHandler?: pulumi.Input<string>;
  /**
   * The events that it is called for. Default: what a channel has to know to pass everything on, namely messages that
   * operators send, change and delete (`ONIMCONNECTORMESSAGEADD`, `…UPDATE`, `…DELETE`), and that the connector was switched
   * off (`ONIMCONNECTORSTATUSDELETE`) or its line deleted (`ONIMCONNECTORLINEDELETE`). Goes with `eventHandler`.
   */
  events?: readonly string[];
  /**
   * Whether a connector of this ID, its activation and its event handlers are taken over where they are there already; an
   * existing line is taken over with `line: { adopt: true, lineId }`. Matters only when the parts are created.
   * Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

const defaultEvents = [
  "ONIMCONNECTORMESSAGEADD",
  "ONIMCONNECTORMESSAGEUPDATE",
  "ONIMCONNECTORMESSAGEDELETE",
  "ONIMCONNECTORSTATUSDELETE",
  "ONIMCONNECTORLINEDELETE",
] as const;

/**
 * What tells the event handlers of a channel apart. The table that Pulumi shows has 16 columns for a name in a terminal of 80,
 * that of the channel included, so the word that differs comes first. Names are short because what is told of a resource or of
 * the run stands behind the longest of them: a wait is seen in a terminal of 100.
 */
const handlerNames: Readonly<Record<string, string>> = {
  ONIMCONNECTORMESSAGEADD: "add",
  ONIMCONNECTORMESSAGEUPDATE: "update",
  ONIMCONNECTORMESSAGEDELETE: "delete",
  ONIMCONNECTORDIALOGSTART: "start",
  ONIMCONNECTORDIALOGFINISH: "finish",
  ONIMCONNECTORSTATUSDELETE: "status",
  ONIMCONNECTORLINEDELETE: "line-delete",
};

/** Name and former names of the handler of an event; the event's own name where it is none of the usual ones. */
function handlerName(channel: string, event: string): { readonly name: string; readonly aliases: pulumi.Alias[] } {
  const former = `${channel}-${event.toLowerCase()}`;
  const known = handlerNames[event.toUpperCase()];
  return known === undefined
    ? { name: former, aliases: [] }
    : { name: `${channel}-${known}`, aliases: [{ name: former }] };
}

/** Inputs that contradict each other; each resource checks its own. */
function check(args: OpenChannelArgs): void {
  const errors: { propertyPath: string; reason: string }[] = [];
  if (args.line !== undefined && args.lineId !== undefined) {
    errors.push({
      propertyPath: "lineId",
      reason: "must be left out where line is given (to take an existing line over: line: { adopt: true, lineId })",
    });
  }
  if (args.events !== undefined && args.eventHandler === undefined) {
    errors.push({ propertyPath: "events", reason: "goes with eventHandler, the address that is called" });
  }
  const upperCase = (args.events ?? []).map((event) => event.toUpperCase());
  upperCase.forEach((event, index) => {
    if (upperCase.indexOf(event) < index)
      errors.push({ propertyPath: `events[${index}]`, reason: `names ${event} a second time` });
  });
  if (errors.length === 0) return;
  const lines = errors.map(({ propertyPath, reason }) => `  ${propertyPath} ${reason}`);
  throw programRefusal({
    code: "INVALID_ARGUMENTS",
    what: ["OpenChannel", ...lines].join("\n"),
    meaning: "these arguments contradict each other. Nothing was sent.",
    wayOut: "correct the arguments that are named.",
  });
}

/**
 * A working channel from one declaration: an open line, a connector, the connector switched on on that line, and handlers of
 * its events.
 *
 * The parts are resources of their own below it. Handlers are bound before the connector is switched on, and unbound after
 * it was switched off, so no message goes astray.
 *
 * ```ts
 * const acme = new bitrix24.OpenChannel("acme", {
 *   line: { lineName: "Support" },
 *   connector: {
 *     connectorId: "acme_chat",
 *     name: "Acme Chat",
 *     icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
 *     placementHandler: "https://acme.example/bitrix24/settings",
 *   },
 *   eventHandler: "https://acme.example/bitrix24/events",
 * });
 * ```
 */
export class OpenChannel extends pulumi.ComponentResource {
  /** The open line, `<name>-line`; undefined where the channel uses one that is there already. */
  public readonly line: OpenLine | undefined;
  /** The connector, `<name>-connector`. */
  public readonly connector: Connector;
  /** The connector on the line, `<name>-activation`. */
  public readonly activation: ConnectorActivation;
  /**
   * The event handlers: `<name>-add`, `-update` and `-delete` for messages, `-start` and `-finish` for dialogs, `-status` for
   * the connector that was switched off, `-line-delete`, and `<name>-<event in lower case>` for others.
   */
  public readonly eventHandlers: readonly EventHandler[];
  /** ID of the connector, for further activations and messages. */
  public readonly connectorId: pulumi.Output<string>;
  /** Number of the open line. */
  public readonly lineId: pulumi.Output<number>;
  /** Whether the portal reports the connector as completely set up on the line. */
  public readonly configured: pulumi.Output<boolean>;

  /**
   * Declares a channel.
   *
   * @param name name of the component within the stack; its parts are named after it
   * @param args what the channel is made of
   * @param opts Pulumi's options of every component
   */
  constructor(name: string, args: OpenChannelArgs, opts?: pulumi.ComponentResourceOptions) {
    check(args);
    super("bitrix24:index:OpenChannel", name, {}, opts);
    const { connector, active, data, eventHandler: handler, adopt } = args;
    const part: pulumi.CustomResourceOptions = { parent: this };

    let { lineId } = args;
    if (lineId === undefined) {
      this.line = new OpenLine(`${name}-line`, args.line ?? { lineName: connector.name }, part);
      lineId = this.line.lineId;
    }
    this.connector = new Connector(`${name}-connector`, { adopt, ...connector }, part);
    const events = handler === undefined ? [] : (args.events ?? defaultEvents);
    this.eventHandlers = events.map((event) => {
      const { name: own, aliases } = handlerName(name, event);
      return new EventHandler(own, { event: event.toUpperCase(), handler, adopt }, { ...part, aliases });
    });
    this.activation = new ConnectorActivation(
      `${name}-activation`,
      { connectorId: this.connector.connectorId, lineId, active, data, adopt },
      { ...part, dependsOn: [...this.eventHandlers] },
    );

    this.connectorId = this.connector.connectorId;
    this.lineId = this.activation.lineId;
    this.configured = this.activation.configured;
    this.registerOutputs({ connectorId: this.connectorId, lineId: this.lineId, configured: this.configured });
  }
}
