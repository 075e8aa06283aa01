import assert from "node:assert/strict";
import fc from "fast-check";
import { Bitrix24Error } from "../../provider/index";
import { readAnswer } from "../../provider/rest/envelope";
import { rememberSecret } from "../../provider/rest/secrets";
import { harmless, longestCode, longestShown } from "../../provider/rest/text";

const escape = "\u001b";
const bell = "\u0007";

describe("A text from outside", () => {
  for (const [what, text, shown] of [
    ["colours", `${escape}[31mred${escape}[0m`, "\\u{1b}[31mred\\u{1b}[0m"],
    ["a link (OSC 8)", `${escape}]8;;https://evil.example${bell}here`, "\\u{1b}]8;;https://evil.example\\u{7}here"],
    ["C1 controls", "a\u009b31mb\u0085", "a\\u{9b}31mb\\u{85}"],
    ["marks of direction", "a\u202egnp.exe\u2066\u200f\u061c", "a\\u{202e}gnp.exe\\u{2066}\\u{200f}\\u{61c}"],
    ["characters that cannot be seen", "a\u200bb\ufeffc\u00add", "a\\u{200b}b\\u{feff}c\\u{ad}d"],
    ["zero and delete", "a\0b\u007f", "a\\u{0}b\\u{7f}"],
    ["a half of a character", "a\ud800b", "a\\u{d800}b"],
    ["lines", " one\r\n  two\tthree\u2028four ", "one two three four"],
  ] as const) {
    it(`is shown without effect: ${what}`, () => assert.equal(harmless(text), shown));
  }

  for (const text of [
    "Grüße",
    "Открытая линия",
    "दुकान",
    "می‌خواهم",
    "שלום",
    "👩‍👩‍👧 👍🏽",
    'quotes " and \\ ',
    "$result[a] %s",
  ]) {
    it(`stays as it is: ${text}`, () => assert.equal(harmless(text), text.trim()));
  }

  it("is cut to its length, and never within a character", () => {
    assert.equal(harmless("x".repeat(100_000)).length, longestShown);
    assert.doesNotMatch(harmless("👍".repeat(1_000)), /\p{Cs}/u);
    assert.equal(harmless(escape.repeat(100_000)).length, longestShown);
  });

  it("has no effect and no more than its length, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
        const shown = harmless(text);
        assert.ok(shown.length <= longestShown);
        assert.doesNotMatch(shown, /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/);
      }),
    );
  });

  it("is cut only after credentials were taken out, so that no half of one is left", () => {
    const secret = "s3cret-token-that-is-long-enough-to-be-cut";
    rememberSecret(secret);
    for (let before = longestShown - secret.length - 5; before <= longestShown; before++) {
      assert.ok(!harmless("x".repeat(before) + secret).includes("s3cret"));
    }
    assert.ok(!JSON.stringify(readAnswer({ status: 200, text: `${"x".repeat(100)}${secret}` })).includes("s3cret"));
  });
});

describe("The message of an error", () => {
  it("shows code and text of the portal harmless, short and once", () => {
    const nasty = `${escape}]8;;https://evil.example${bell}${"boo ".repeat(25_000)}`;
    const error = new Bitrix24Error(
      { method: "imconnector.register", subject: `connector "${nasty}"`, host: "acme.bitrix24.com" },
      { code: `${escape}[2J${"X".repeat(100_000)}`, description: nasty, httpStatus: 400 },
      nasty,
    );
    assert.ok(error.message.length < 3 * longestShown + longestCode + 500, `${error.message.length} characters`);
    assert.ok(!error.message.includes(escape) && !error.message.includes(bell));
    assert.equal(error.code.length, longestCode);
    assert.equal(error.description.length, longestShown);
    assert.equal(error.message.split("\n").length, 4);
  });

  it("shows the title of a page, or its begin, harmless and quickly, also of a huge page", () => {
    const begun = performance.now();
    for (const page of [
      `<title>${escape}[31mLog in\u202e</title>${"<".repeat(5_000_000)}`,
      `<title>${"\n \t".repeat(1_000_000)}`,
      `${"<a".repeat(2_000_000)}`,
    ]) {
      const outcome = readAnswer({ status: 502, text: page });
      assert.ok("refusal" in outcome && outcome.refusal.code === "NO_JSON");
      assert.ok(outcome.refusal.description.length <= 120 && !outcome.refusal.description.includes(escape));
    }
    assert.ok(performance.now() - begun < 2_000);
  });
});
