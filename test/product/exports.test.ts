import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as bitrix24 from "../../provider/index";

const root = join(__dirname, "../..");
const documentation = ["README.md", ...globSync("docs/*.md", { cwd: root })]
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n");

describe("The package", () => {
  it("exports what its first version did", () => {
    const known = [
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
    ];
    assert.deepEqual(
      known.filter((name) => !(name in bitrix24)),
      [],
    );
  });

  it("exports nothing that its documentation does not name", () => {
    // An …Output form is documented with the function that it belongs to.
    const names = Object.keys(bitrix24).map((name) => name.replace(/Output$/, ""));
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(documentation)),
      [],
    );
  });
});
