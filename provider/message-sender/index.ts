import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import type { Same } from "../shared/validation";
import { definition } from "./definition";
import type { Inputs } from "./definition";

/** What a {@link MessageSender} is made of. */
export interface MessageSenderArgs {
  /**
   * REST `CODE`. Code of the provider, once in an application: letters a-z and A-Z, digits, `.`, `-` and `_`. A change makes
   * another one (replace).
   */
  code: pulumi.Input<string>;
  /** REST `TYPE`. Kind of messages. Bitrix24 has only `SMS`. Default: `SMS`. */
  type?: pulumi.Input<"SMS">;
  /**
   * REST `HANDLER`. Address that Bitrix24 calls for every message that is to be sent: http or https. Never given back by
   * Bitrix24: a change made elsewhere goes unnoticed.
   */
  handler: pulumi.Input<string>;
  /**
   * REST `NAME`. Name under which users choose the provider: a text, or texts by language, `en`, `de` and so on, in the two
   * letters that Bitrix24 has for it. Never given back by Bitrix24.
   */
  name: pulumi.Input<string | Record<string, pulumi.Input<string>>>;
  /** REST `DESCRIPTION`. As `name`. Default: none. Never given back by Bitrix24. */
  description?: pulumi.Input<string | Record<string, pulumi.Input<string>>>;
  /**
   * Whether a provider of the application with the same code that is there already may be taken over; it then gets handler,
   * name and description of the program. Matters only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

true satisfies Same<pulumi.Unwrap<MessageSenderArgs>, Inputs>;

export interface MessageSender extends Outputs<Omit<MessageSenderArgs, "adopt">> {}

/**
 * An SMS or message provider: users of CRM choose it to send messages, and workflows use it. Bitrix24 calls
 * {@link MessageSenderArgs.handler} for each message; your application tells what became of it with
 * `messageservice.message.status.update`.
 *
 * Creating calls `messageservice.sender.add`, changing `messageservice.sender.update`, deleting `messageservice.sender.delete`;
 * all need the access token of an administrator, of a full OAuth application with the scope `messageservice`. Bitrix24 tells
 * nothing but the codes of an application's providers, so `pulumi refresh` notices one that was removed, and each change
 * sends all of it. One that is there already is refused unless {@link MessageSenderArgs.adopt} is set. The resource's ID is the code.
 *
 * ```ts
 * new bitrix24.MessageSender("sms", {
 *   code: "acme_sms",
 *   handler: "https://acme.example/bitrix24/sms",
 *   name: { en: "Acme SMS", de: "Acme-SMS" },
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/messageservice/messageservice-sender-add.html
 * @see https://apidocs.bitrix24.com/api-reference/messageservice/messageservice-sender-update.html
 * @see https://apidocs.bitrix24.com/api-reference/messageservice/messageservice-sender-list.html
 * @see https://apidocs.bitrix24.com/api-reference/messageservice/messageservice-sender-delete.html
 */
export class MessageSender extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /**
   * Declares a message provider.
   *
   * @param name name of the resource within the stack
   * @param args what the provider is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: MessageSenderArgs, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
  }
}
