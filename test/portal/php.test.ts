import assert from "node:assert/strict";
import { isDeeperThan, isEmpty, parseQuery, phpArray, toInteger, toJson, toText } from "../../provider/portal/php";

const parsed = (text: string): unknown => JSON.parse(JSON.stringify(parseQuery(text)));

describe("local portal: PHP's ways", () => {
  it("parses nested names, lists and maps", () => {
    assert.deepEqual(parsed("a[b][c]=1&a[b][d]=2&l[]=x&l[]=y&m[1]=x"), {
      a: { b: { c: "1", d: "2" } },
      l: ["x", "y"],
      m: { "1": "x" },
    });
    assert.deepEqual(parsed("q[0][T]=u&q[0][I]=1&q[1][T]=d"), { q: [{ T: "u", I: "1" }, { T: "d" }] });
    assert.deepEqual(parsed("l[][a]=1&l[][a]=2"), { l: [{ a: "1" }, { a: "2" }] });
  });

  it("decodes plus, percent and broken percent signs", () => {
    assert.deepEqual(parsed("a=x+y%20z&b=100%&c=%C3%A4&d%5Bx%5D=1"), { a: "x y z", b: "100%", c: "ä", d: { x: "1" } });
  });

  it("turns dots and spaces of the first name into underscores, and lets the last one win", () => {
    assert.deepEqual(parsed("a.b c=1&x[y.z]=2&s=1&s=2&t=1&t[u]=2&v"), {
      a_b_c: "1",
      x: { "y.z": "2" },
      s: "2",
      t: { u: "2" },
      v: "",
    });
  });

  it("drops the surplus over a thousand variables and names nested too deep", () => {
    const many = Array.from({ length: 1005 }, (_, index) => `k${String(index)}=1`).join("&");
    assert.equal(Object.keys(parseQuery(many)).length, 1000);
    assert.deepEqual(parsed(`a${"[b]".repeat(70)}=1`), {});
  });

  it("takes names of JavaScript's own for ordinary ones", () => {
    assert.equal(parseQuery("__proto__[polluted]=1&constructor=2")["constructor"], "2");
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("calls empty what PHP calls empty", () => {
    for (const value of [undefined, null, false, 0, "", "0", [], {}])
      assert.equal(isEmpty(value), true, JSON.stringify(value));
    for (const value of [true, 1, "N", "false", "00", [0]]) assert.equal(isEmpty(value), false, JSON.stringify(value));
  });

  it("casts as PHP casts", () => {
    assert.deepEqual(["12abc", "abc", " 7", 3.9, true, null, [5], []].map(toInteger), [12, 0, 7, 3, 1, 0, 1, 0]);
    assert.deepEqual([true, false, null, 5, ["x"]].map(toText), ["1", "", "", "5", "Array"]);
  });

  it("prints empty and sequential arrays as lists", () => {
    assert.deepEqual(phpArray(new Map()), []);
    assert.deepEqual(
      phpArray(
        new Map([
          ["0", "a"],
          ["1", "b"],
        ]),
      ),
      ["a", "b"],
    );
    assert.deepEqual(phpArray(new Map([["1", "a"]])), { "1": "a" });
    assert.deepEqual(
      phpArray(
        new Map([
          ["1", "b"],
          ["0", "a"],
        ]),
      ),
      { "0": "a", "1": "b" },
    );
  });

  it("tells how deep a value is nested, without falling into it", () => {
    const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`) as unknown;
    assert.deepEqual(
      [2, 512, 513, 9000].map((levels) => isDeeperThan({ a: nested(levels - 1) }, 512)),
      [false, false, true, true],
    );
    assert.equal(isDeeperThan("text", 0), false);
  });

  it("escapes JSON so that it stays the same value", () => {
    const value = { a: `</script> & 'x' "y" \\ \\" /`, b: ["\\"] };
    assert.deepEqual(JSON.parse(toJson(value)), value);
    assert.doesNotMatch(toJson(value), /[<>&']/);
  });
});
