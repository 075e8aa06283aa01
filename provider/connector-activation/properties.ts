/** Which activations are wanted. */
export interface GetActivationsArgs {
  /** REST `CONNECTOR`. Only those of these connectors. Default: all of the portal. */
  connectorIds?: string[];
  /** REST `LINE`. Only those on these lines. Default: all lines. */
  lineIds?: number[];
}

/** A connector that is switched on on a line. */
export interface Activation {
  /** ID of the connector. */
  connectorId: string;
  /** Number of the open line. */
  lineId: number;
  /** REST `STATUS`. Whether messages go through it. */
  status: boolean;
  /** REST `ERROR`. Whether the portal has marked it as faulty. */
  error: boolean;
}
