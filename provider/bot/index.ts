import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import type { Outputs } from "../dynamic/outputs";
import { PortalResource } from "../dynamic/portal-resource";
import type { Same } from "../shared/validation";
import { definition } from "./definition";
import type { Inputs } from "./definition";

export { botAvatar } from "./avatar";

/** How a {@link Bot} appears in chats. */
export interface BotPropertiesArgs {
  /** REST `name`. Name of the bot, at most 255 characters. */
  name: pulumi.Input<string>;
  /** REST `lastName`. Last name. Default: none. */
  lastName?: pulumi.Input<string>;
  /** REST `workPosition`. Position, shown in the profile. Default: none. */
  workPosition?: pulumi.Input<string>;
  /**
   * REST `color`. Colour of the avatar: `red`, `green`, `mint`, `lightBlue`, `darkBlue`, `purple`, `aqua`, `pink`, `lime`,
   * `brown`, `azure`, `khaki`, `sand`, `marengo`, `gray` or `graphite`, in any letter case. Default: Bitrix24 chooses one.
   */
  color?: pulumi.Input<string>;
  /** REST `gender`. `M` or `F`; some languages of the portal's messages depend on it. Default: Bitrix24 chooses. */
  gender?: pulumi.Input<"M" | "F">;
  /**
   * REST `avatar`. An image in Base64, at most 5000 × 5000 pixels and 5,000,000 characters. Default: none. Never given
   * back by Bitrix24: a change made elsewhere goes unnoticed, and taking it out of the program leaves the avatar that is there.
   *
   * @remarks {@link botAvatar} makes it of a file.
   */
  avatar?: pulumi.Input<string>;
}

/** What a {@link Bot} is made of. */
export interface BotArgs {
  /** REST `code`. Code of the bot, once in a portal. A change makes another bot (replace, the old one first). */
  code: pulumi.Input<string>;
  /**
   * REST `type`. `openline`: for open lines alone; `bot`: for groups and private chats, and for open lines with
   * {@link BotArgs.isSupportOpenline}; `supervisor` and `personal`: see all messages of their chats; `network`. A change makes
   * another bot (replace, the old one first). Default: `openline` (that of REST is `bot`).
   */
  type?: pulumi.Input<"openline" | "bot" | "supervisor" | "personal" | "network">;
  /** REST `properties`. How it appears. */
  properties: pulumi.Input<BotPropertiesArgs>;
  /**
   * REST `eventMode`. How the bot gets its events: `fetch` (it asks with `imbot.v2.Event.get`, and none is lost) or `webhook`
   * (Bitrix24 sends them to {@link BotArgs.webhookUrl}). Default: `fetch`.
   */
  eventMode?: pulumi.Input<"fetch" | "webhook">;
  /**
   * REST `webhookUrl`. Address to which Bitrix24 sends the events: http or https, public host name, at most 255 characters.
   * Required where `eventMode` is `webhook`. Never given back by Bitrix24: a change made elsewhere goes unnoticed.
   */
  webhookUrl?: pulumi.Input<string>;
  /** REST `isHidden`. Whether the bot is left out of the list of contacts. Default: false. */
  isHidden?: pulumi.Input<boolean>;
  /** REST `isReactionsEnabled`. Whether its messages can be reacted to. Default: true. */
  isReactionsEnabled?: pulumi.Input<boolean>;
  /**
   * REST `isSupportOpenline`. Whether a bot of another type than `openline` works in open lines, too. Default: false.
   */
  isSupportOpenline?: pulumi.Input<boolean>;
  /**
   * REST `backgroundId`. Background of its chats: `azure`, `mint`, `steel`, `slate`, `teal`, `cornflower`, `sky`, `peach` or
   * `frost`. Default: the background that each user has chosen.
   */
  backgroundId?: pulumi.Input<"azure" | "mint" | "steel" | "slate" | "teal" | "cornflower" | "sky" | "peach" | "frost">;
  /**
   * Whether a bot of the application with the same code that is there already may be taken over, also if its properties
   * differ. Matters only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

true satisfies Same<pulumi.Unwrap<BotArgs>, Inputs>;

export interface Bot extends Outputs<Omit<BotArgs, "adopt">> {}

/**
 * A chatbot. One that works in open lines can greet customers there, answer them, and hand over to operators:
 * `welcomeBotId: bot.botId` of an {@link OpenLine}.
 *
 * Creating calls `imbot.v2.Bot.register`, changing `imbot.v2.Bot.update`, deleting `imbot.v2.Bot.unregister`; all need the
 * access token of a full OAuth application with the scope `imbot`. A bot of the same code that is there already is refused
 * unless {@link BotArgs.adopt} is set or nothing of it differs, which is taken for the remains of an interrupted run, with a warning. What
 * `imbot.v2.Bot.get` shows of it is compared by `pulumi refresh`. The resource's ID is the code.
 *
 * An application with several bots that get their events by `webhook`: when the address of one of them changes or the bot
 * is removed, Bitrix24 goes on sending events to the former address as long as there is another bot. A warning says so.
 *
 * ```ts
 * const bot = new bitrix24.Bot("greeter", {
 *   code: "acme_greeter",
 *   properties: { name: "Acme", workPosition: "First line", color: "mint", avatar: bitrix24.botAvatar("acme.png") },
 *   eventMode: "webhook",
 *   webhookUrl: "https://acme.example/bitrix24/bot",
 * });
 *
 * new bitrix24.OpenLine("support", { lineName: "Support", welcomeBotEnable: true, welcomeBotId: bot.botId });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-register.html
 * @see https://apidocs.bitrix24.com/api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-update.html
 * @see https://apidocs.bitrix24.com/api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-unregister.html
 * @see https://apidocs.bitrix24.com/api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-get.html
 * @see https://apidocs.bitrix24.com/api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-list.html
 * @see https://apidocs.bitrix24.com/tutorials/chat-bots/open-lines-bot.html
 */
export class Bot extends PortalResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** Number of the bot, which is that of its user: what `welcomeBotId` of an {@link OpenLine} takes. */
  declare public readonly botId: pulumi.Output<number>;

  /**
   * Declares a bot.
   *
   * @param name name of the resource within the stack
   * @param args what the bot is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: BotArgs, opts?: pulumi.CustomResourceOptions) {
    super(definition, name, args, opts);
  }
}
