import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import type { Same } from "../shared/validation";
import { definition } from "./definition";
import type { Inputs } from "./definition";

/** What the line's operators see of the channel; everything in it may be left out. */
export interface ConnectorDataArgs {
  /** REST `ID`. The channel's ID in the external system. */
  id?: pulumi.Input<string>;
  /** REST `URL`. Public link to the channel, of any length. */
  url?: pulumi.Input<string>;
  /** REST `URL_IM`. Link for the operators' own interface, of any length. Default on the portal: `url`. */
  urlIm?: pulumi.Input<string>;
  /** REST `NAME`. Name of the channel. */
  name?: pulumi.Input<string>;
}

/** What a {@link ConnectorActivation} is made of. */
export interface ConnectorActivationArgs {
  /**
   * REST `CONNECTOR`. ID of a registered connector; capitals become lower case, as Bitrix24 keeps them when it registers a
   * connector. Another one makes another activation (replace).
   */
  connectorId: pulumi.Input<string>;
  /** REST `LINE`. Number of the open line. Another one makes another activation (replace). */
  lineId: pulumi.Input<number>;
  /** REST `ACTIVE`. Whether the connector is switched on. Default: true. */
  active?: pulumi.Input<boolean>;
  /**
   * REST `DATA` of `imconnector.connector.data.set`. Default: none is sent. Bitrix24 never gives it back: a change made
   * elsewhere goes unnoticed. A field that is taken out of the program is removed from the portal, for which the connector
   * is switched off and on again.
   */
  data?: pulumi.Input<ConnectorDataArgs>;
  /**
   * Whether an activation that is there already is taken over as it is: if the connector is configured on the line and the
   * program gives no data, nothing is sent. Matters only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

true satisfies Same<pulumi.Unwrap<ConnectorActivationArgs>, Inputs>;

export interface ConnectorActivation extends Outputs<Omit<ConnectorActivationArgs, "adopt" | "active">> {}

/**
 * A connector switched on (or off) on an open line, with the channel's data.
 *
 * Creating calls `imconnector.activate` and, if there is data, `imconnector.connector.data.set`, then asks
 * `imconnector.status`; a connector that the portal reports as not configured or in error fails the resource. Deleting
 * switches it off. A connector that was switched off elsewhere is noticed by `pulumi refresh`.
 *
 * ```ts
 * const support = new bitrix24.OpenLine("support", { lineName: "Support" });
 * const acme = new bitrix24.Connector("acme", {
 *   connectorId: "acme_chat",
 *   name: "Acme Chat",
 *   icon: bitrix24.svgIcon("acme.svg"),
 *   placementHandler: "https://acme.example/bitrix24/settings",
 * });
 * new bitrix24.ConnectorActivation("acme-on-support", {
 *   connectorId: acme.connectorId,
 *   lineId: support.lineId,
 *   data: { id: "acme-1", name: "Acme", url: "https://acme.example" },
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-activate.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-connector-data-set.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-status.html
 */
export class ConnectorActivation extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** Whether the connector is switched on, as the portal reports it. */
  declare public readonly active: pulumi.Output<boolean>;
  /** Whether the portal reports the connector as completely set up on the line (`CONFIGURED`). */
  declare public readonly configured: pulumi.Output<boolean>;
  /** Whether the portal reports an error of the connector on the line (`ERROR`). */
  declare public readonly error: pulumi.Output<boolean>;

  /**
   * Declares an activation.
   *
   * @param name name of the resource within the stack
   * @param args what the activation is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: ConnectorActivationArgs, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
  }
}
