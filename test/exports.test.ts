import assert from "node:assert/strict";
import * as bitrix24 from "../provider/index";

describe("The package", () => {
  it("exports what its documentation names, and nothing else", () => {
    assert.deepEqual(Object.keys(bitrix24).sort(), [
      "Bitrix24Error",
      "Connector",
      "ConnectorActivation",
      "EventHandler",
      "OpenChannel",
      "OpenLine",
      "Placement",
      "getConnectorStatus",
      "getConnectorStatusOutput",
      "getConnectors",
      "getConnectorsOutput",
      "getOpenLine",
      "getOpenLineOutput",
      "getOpenLines",
      "getOpenLinesOutput",
      "isBitrix24Error",
      "svgIcon",
    ]);
  });
});
