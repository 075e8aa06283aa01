import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import { keepAdopted } from "../dynamic/resource";
import type { Same } from "../shared/validation";
import { definition } from "./definition";
import type { Inputs } from "./definition";

/**
 * The icon of a connector.
 *
 * @remarks {@link svgIcon} makes one out of an SVG file.
 */
export interface ConnectorIconArgs {
  /**
   * The image as a data URI: `data:image/svg+xml,` and the URL-encoded SVG markup. SVG markup as it is, the content of a file
   * for example, gets encoded. The https address of an image is taken as well, although Bitrix24 does not document it.
   */
  dataImage: pulumi.Input<string>;
  /** Background colour, in a form that CSS knows: `#rrggbb`, `red`, `rgb(25, 0, 255)`. Default: chosen by Bitrix24. */
  color?: pulumi.Input<string>;
  /** CSS background size, such as `80%`. Default: chosen by Bitrix24. */
  size?: pulumi.Input<string>;
  /** CSS background position, such as `center`. Default: chosen by Bitrix24. */
  position?: pulumi.Input<string>;
}

/** The icon of a connector that is not switched on; everything in it may be left out. */
export interface ConnectorDisabledIconArgs {
  /** The image, as in {@link ConnectorIconArgs.dataImage}. Default: that of the icon. */
  dataImage?: pulumi.Input<string>;
  /** Background colour, in a form that CSS knows. Default: chosen by Bitrix24. */
  color?: pulumi.Input<string>;
  /** CSS background size, such as `80%`. Default: chosen by Bitrix24. */
  size?: pulumi.Input<string>;
  /** CSS background position, such as `center`. Default: chosen by Bitrix24. */
  position?: pulumi.Input<string>;
}

/** What a {@link Connector} is made of. */
export interface ConnectorArgs {
  /**
   * REST `ID`. What the connector is called in every other call. Letters a-z in lower case, digits and `_`, not digits
   * alone, at most 255 characters; begin it with a prefix of your own. Capitals become lower case, as Bitrix24 keeps them so;
   * a dash is taken too, with a warning for a new connector. Another ID makes another connector (replace).
   */
  connectorId: pulumi.Input<string>;
  /** REST `NAME`. Name shown in the contact centre, 1 to 255 characters. */
  name: pulumi.Input<string>;
  /** REST `ICON`. Bitrix24 never gives it back: a change made elsewhere goes unnoticed. */
  icon: pulumi.Input<ConnectorIconArgs>;
  /**
   * REST `ICON_DISABLED`. Icon while the connector is not switched on. Default: none. Bitrix24 cannot remove it again, so
   * when it is taken out of a program it is overwritten with `icon`. Never given back by Bitrix24.
   */
  iconDisabled?: pulumi.Input<ConnectorDisabledIconArgs>;
  /**
   * REST `PLACEMENT_HANDLER`. Address of the settings page that Bitrix24 opens for the connector, in the browser of whoever
   * sets it up: http or https. Never given back by Bitrix24.
   */
  placementHandler: pulumi.Input<string>;
  /**
   * REST `COMMENT`. A text shown with the settings page. Bitrix24 takes it, but does not document it; it is never given back.
   * Default: none.
   */
  comment?: pulumi.Input<string>;
  /** REST `DEL_EXTERNAL_MESSAGES`. Whether messages of the customer may be deleted. Default: true. */
  delExternalMessages?: pulumi.Input<boolean>;
  /** REST `EDIT_INTERNAL_MESSAGES`. Whether operators may edit their own messages. Default: true. */
  editInternalMessages?: pulumi.Input<boolean>;
  /** REST `DEL_INTERNAL_MESSAGES`. Whether operators may delete their own messages. Default: true. */
  delInternalMessages?: pulumi.Input<boolean>;
  /** REST `NEWSLETTER`. Whether the channel can be used for CRM mailings. Default: true. */
  newsletter?: pulumi.Input<boolean>;
  /** REST `NEED_SYSTEM_MESSAGES`. Whether system messages are sent to the channel. Default: true. */
  needSystemMessages?: pulumi.Input<boolean>;
  /** REST `NEED_SIGNATURE`. Whether the operator's name is put into messages. Default: true. */
  needSignature?: pulumi.Input<boolean>;
  /**
   * REST `CHAT_GROUP`. true: dialogs are told apart by chat, and the CRM tracker does not run; false: by user.
   * Default: false.
   */
  chatGroup?: pulumi.Input<boolean>;
  /**
   * Whether a connector of this ID that is there already, under another name, may be taken over and overwritten. Matters
   * only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

true satisfies Same<pulumi.Unwrap<ConnectorArgs>, Inputs>;

export interface Connector extends Outputs<Omit<ConnectorArgs, "adopt">> {}

/**
 * A connector of Open Channels: a channel such as a chat application or an SMS gateway that operators can connect to an
 * open line.
 *
 * Creating calls `imconnector.register`, deleting `imconnector.unregister`; both need the access token of a full OAuth
 * application with the scope `imopenlines`. A connector of the same ID and name that is there already is taken for the
 * remains of an interrupted run, with a warning; one with another name is refused unless {@link ConnectorArgs.adopt} is set. Of all
 * properties Bitrix24 gives back only ID and name, so `pulumi refresh` notices a connector that was removed or renamed.
 *
 * ```ts
 * const acme = new bitrix24.Connector("acme", {
 *   connectorId: "acme_chat",
 *   name: "Acme Chat",
 *   icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
 *   placementHandler: "https://acme.example/bitrix24/settings",
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-register.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-unregister.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-list.html
 */
export class Connector extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** Earlier settings pages that could not be removed yet; the next `pulumi up` tries again. Secret: they may have been. */
  declare public readonly formerPlacementHandlers: pulumi.Output<string[] | undefined>;

  /**
   * Declares a connector.
   *
   * @param name name of the resource within the stack
   * @param args what the connector is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: ConnectorArgs, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
    keepAdopted(this, "connectorId", args);
  }
}
