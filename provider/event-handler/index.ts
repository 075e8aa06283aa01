import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import type { Same } from "../shared/validation";
import { definition } from "./definition";
import type { Inputs } from "./definition";

/** Settings of an offline event. */
export interface EventHandlerOptionsArgs {
  /** REST `minTimeout`. Least time between two notifications of `ONOFFLINEEVENT`, in seconds. Default on the portal: 1. */
  minTimeout?: pulumi.Input<number>;
}

/** What an {@link EventHandler} is made of. A change of anything makes another one (replace, the old one first). */
export interface EventHandlerArgs {
  /**
   * REST `event`. Name of the event, in any letter case: `ONIMCONNECTORMESSAGEADD`. One that looks like the misspelt name of
   * an event that Bitrix24 documents is accepted with a warning.
   */
  event: pulumi.Input<string>;
  /**
   * REST `handler`. Address that Bitrix24 calls: http or https, public host name, at most 255 characters. Required for online
   * events; Bitrix24 ignores it for offline ones.
   */
  handler?: pulumi.Input<string>;
  /** REST `auth_type`. ID of the user on whose behalf the handler is called. Default, and 0: the user who causes the event. */
  authType?: pulumi.Input<number>;
  /** REST `event_type`. `online` calls the handler, `offline` queues the event. Default: `online`. */
  eventType?: pulumi.Input<"online" | "offline">;
  /** REST `auth_connector`. Key of the source for offline events. Default: none. */
  authConnector?: pulumi.Input<string>;
  /** REST `options`. Default: none. Never given back by Bitrix24. */
  options?: pulumi.Input<EventHandlerOptionsArgs>;
  /**
   * Whether a handler that is bound already is taken over without asking Bitrix24 to bind it. Matters only when the
   * resource is created. Default: false; a handler that turns out to be bound already is taken over all the same.
   */
  adopt?: pulumi.Input<boolean>;
}

true satisfies Same<pulumi.Unwrap<EventHandlerArgs>, Inputs>;

export interface EventHandler extends Outputs<Omit<EventHandlerArgs, "adopt">> {}

/**
 * A handler of an event: an address of your application that Bitrix24 calls, for example when an operator answers.
 *
 * Creating calls `event.bind`, deleting `event.unbind`; both need the access token of a full OAuth application, and the
 * token of an administrator for offline events and for `authType`. Only the binding that the program describes is ever
 * touched, never the same handler bound for another user. A handler that was removed elsewhere is noticed by
 * `pulumi refresh`. The resource's ID is `EVENT@handler`, without the query of the handler and other parts that can
 * hold a key.
 *
 * ```ts
 * new bitrix24.EventHandler("on-message", {
 *   event: "ONIMCONNECTORMESSAGEADD",
 *   handler: "https://acme.example/bitrix24/events",
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/events/event-bind.html
 * @see https://apidocs.bitrix24.com/api-reference/events/event-unbind.html
 * @see https://apidocs.bitrix24.com/api-reference/events/event-get.html
 */
export class EventHandler extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** The user for whom the portal has bound the handler by itself, because the token is not an administrator's. */
  declare public readonly boundAuthType: pulumi.Output<number | undefined>;

  /**
   * Declares an event handler.
   *
   * @param name name of the resource within the stack
   * @param args what the handler is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: EventHandlerArgs, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
  }
}
