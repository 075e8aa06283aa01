import assert from "node:assert/strict";
import { readPage } from "../../scripts/lib/generated";
import { pages } from "../../scripts/resource-tables";

describe("The pages that list all resources", () => {
  for (const { file, text } of pages) {
    it(`say what is true of each now (npm run docs:resources writes it): ${file}`, () =>
      assert.equal(readPage(file), text));
  }
});
