import type * as pulumi from "@pulumi/pulumi";
import type { OpenLineArgs } from "./args";

/** The fields of a line as a program writes them. */
export type OpenLineFields = pulumi.Unwrap<Omit<OpenLineArgs, "adopt" | "lineId">>;

/** A line as a portal describes it, in the terms of {@link OpenLineArgs}. What the portal does not tell is not there. */
export interface OpenLineProperties extends OpenLineFields {
  /** REST `ID`. Number of the line. */
  lineId: number;
  /** REST `AGREEMENT_MESSAGE`. Whether the customer is asked for his consent. */
  agreementMessage?: boolean;
  /** REST `AGREEMENT_ID`. ID of the text that he has to agree to. */
  agreementId?: number;
  /** REST `SEND_NOTIFICATION_EMPTY_QUEUE`. Whether somebody is told that nobody is in the queue. */
  sendNotificationEmptyQueue?: boolean;
  /** REST `MODIFY_USER_ID`. ID of the user who modified the line last. */
  modifyUserId?: number;
  /** REST `XML_ID`. Name that another program has given to the line. */
  xmlId?: string;
  /** REST `QUEUE_ONLINE`. Whether an operator of the queue is online. */
  queueOnline?: boolean;
}

/** Which line. */
export interface GetOpenLineArgs {
  /** REST `CONFIG_ID`. Number of the line. */
  lineId: number;
}
