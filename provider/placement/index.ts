import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import type { Same } from "../shared/validation";
import { definition } from "./definition";
import type { Inputs } from "./definition";

/** The texts of a placement in one language. */
export interface PlacementTextsArgs {
  /** REST `TITLE`. Default: empty. */
  title?: pulumi.Input<string>;
  /** REST `DESCRIPTION`. Default: empty. */
  description?: pulumi.Input<string>;
  /** REST `GROUP_NAME`. Default: empty. */
  groupName?: pulumi.Input<string>;
}

/** An image that Bitrix24 keeps a copy of. */
export interface PlacementIconArgs {
  /** Name of the file with its ending, such as `acme.svg`; no path, at most 255 characters. */
  name: pulumi.Input<string>;
  /**
   * What is in the file, in Base64, at most 1,000,000 characters. A data URI is more than that: only what follows
   * `base64,` belongs here.
   *
   * @remarks `readFileSync("acme.svg", "base64")` gives it.
   */
  content: pulumi.Input<string>;
}

/** What a {@link Placement} is made of. A change of anything makes another one (replace, the old one first). */
export interface PlacementArgs {
  /** REST `PLACEMENT`. Code of the place, in any letter case: `CONTACT_CENTER`, `SETTING_CONNECTOR` or any other. */
  placement: pulumi.Input<string>;
  /** REST `HANDLER`. Address that Bitrix24 opens there: http or https, public host name, at most 255 characters. */
  handler: pulumi.Input<string>;
  /** REST `TITLE`. Title in the portal's first language. Default: the application's name. Ignored where `langAll` is given. */
  title?: pulumi.Input<string>;
  /** REST `DESCRIPTION`. Default: empty. Ignored where `langAll` is given. */
  description?: pulumi.Input<string>;
  /** REST `GROUP_NAME`. Default: empty. Ignored where `langAll` is given. */
  groupName?: pulumi.Input<string>;
  /**
   * REST `LANG_ALL`. Texts by language, in the two letters that Bitrix24 has for it: `en`, `de`, `br` (Portuguese of Brazil),
   * `la` (Spanish), `sc` and `tc` (Chinese), ... Default: none.
   */
  langAll?: pulumi.Input<Record<string, pulumi.Input<PlacementTextsArgs>>>;
  /** REST `OPTIONS`. Settings of the place, under Bitrix24's own names. What the place does not know is dropped. */
  options?: pulumi.Input<Record<string, pulumi.Input<string | number | boolean>>>;
  /**
   * REST `ICON` (its `fileData`). The picture shown with the place, where the place shows one and the portal is new enough.
   * Default: none. Never given back by Bitrix24: a change made elsewhere goes unnoticed.
   */
  icon?: pulumi.Input<PlacementIconArgs>;
  /** REST `USER_ID`. User for whom the place is bound; few places allow it. Default: everybody. */
  userId?: pulumi.Input<number>;
  /**
   * Whether a binding of the same place and handler that is there already may be taken over, also if its texts differ; it
   * is then bound anew. Matters only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

true satisfies Same<pulumi.Unwrap<PlacementArgs>, Inputs>;

export interface Placement extends Outputs<Omit<PlacementArgs, "adopt">> {}

/**
 * A place in the portal's interface where a page of your application appears, for example a tile in the contact centre.
 *
 * Creating calls `placement.bind`, deleting `placement.unbind`; both need the access token of an administrator and the
 * scope `placement`, besides the scope of the place itself (`contact_center` for `CONTACT_CENTER`). What `placement.get`
 * shows of it is compared by `pulumi refresh`. The resource's ID is `PLACEMENT@handler`, without the query of the handler and other parts
 * that can hold a key.
 *
 * The settings page of a connector (`SETTING_CONNECTOR`) is bound by registering the connector: the two are the same
 * binding if the handlers are the same, and removing one removes it for both. Declare it as a placement only where no
 * {@link Connector} of the stack has that handler.
 *
 * ```ts
 * new bitrix24.Placement("tile", {
 *   placement: "CONTACT_CENTER",
 *   handler: "https://acme.example/bitrix24/tile",
 *   langAll: { en: { title: "Acme Chat" }, de: { title: "Acme-Chat" } },
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/widgets/placement-bind.html
 * @see https://apidocs.bitrix24.com/api-reference/widgets/placement-unbind.html
 * @see https://apidocs.bitrix24.com/api-reference/widgets/placement-get.html
 */
export class Placement extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /**
   * Declares a placement.
   *
   * @param name name of the resource within the stack
   * @param args what the placement is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: PlacementArgs, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
  }
}
