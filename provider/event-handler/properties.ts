/** A handler of an event, as the portal tells it. */
export interface EventHandlerProperties {
  /** REST `event`. Name of the event in upper case. */
  event: string;
  /** REST `handler`. Address that is called; an offline event has none. */
  handler?: string;
  /** REST `event_type`. `offline` where events are kept until they are fetched. */
  eventType: "online" | "offline";
  /** REST `auth_type`. ID of the user on whose behalf the handler is called; missing where it is whoever caused the event. */
  authType?: number;
  /** REST `auth_connector`. Source of an offline event. */
  authConnector?: string;
}
