import * as pulumi from "@pulumi/pulumi";
import { invoke } from "../dynamic/invoke";
import type { EventHandlerProperties } from "./properties";
import { eventHandlers } from "./queries";

/**
 * Lists the event handlers that the application has bound. Calls `event.get`, also in a preview. An administrator sees those
 * of all users, others their own. Names and kinds of the properties are those of {@link EventHandlerArgs}.
 *
 * ```ts
 * export const events = bitrix24.getEventHandlersOutput().apply((all) => all.map(({ event }) => event));
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/events/event-get.html
 */
export function getEventHandlers(): Promise<EventHandlerProperties[]> {
  return invoke(eventHandlers, { name: "getEventHandlers", list: "handlers" });
}

/** {@link getEventHandlers} as an output. */
export function getEventHandlersOutput(): pulumi.Output<EventHandlerProperties[]> {
  return pulumi.output(getEventHandlers());
}
