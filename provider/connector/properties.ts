/** A connector as the portal lists it. */
export interface ConnectorSummary {
  /** What the connector is called in every other call. */
  connectorId: string;
  /** Name shown in the contact centre; that of a built-in connector is in the language of the portal. */
  name: string;
}

/** Which connector, and on which line. */
export interface GetConnectorStatusArgs {
  /** REST `CONNECTOR`. ID of the connector. */
  connectorId: string;
  /** REST `LINE`. Number of the open line. */
  lineId: number;
}

/** How a connector stands on a line. */
export interface ConnectorStatus {
  /** ID of the connector. */
  connectorId: string;
  /** Number of the open line. */
  lineId: number;
  /** Whether the portal has the connector at all; if not, everything else is false. */
  registered: boolean;
  /** REST `CONFIGURED`. Whether it is switched on and set up completely. */
  configured: boolean;
  /** REST `STATUS`. Whether messages go through it: configured and without error. */
  status: boolean;
  /** REST `ERROR`. Whether the portal has marked it as faulty. */
  error: boolean;
}
