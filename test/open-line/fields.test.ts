import assert from "node:assert/strict";
import { findFailures } from "../../provider/lifecycle/check";
import { lineFieldNames, lineParameters, withCompanions } from "../../provider/open-line/fields";
import { compare } from "../../provider/open-line/look";
import { isQueue } from "../../provider/open-line/queue";
import { OpenLine } from "../../provider/open-line";
import { marked, markerOf } from "../../provider/open-line/marker";
import { openLineSchema } from "../../provider/open-line/schema";
import { lineFromAnswer, means } from "../../provider/open-line/values";
import { lineFields as portalFields } from "../../provider/portal/line-fields";

const problems = (inputs: Record<string, unknown>): string[] =>
  findFailures(openLineSchema, inputs).map(({ property }) => property);

describe("Fields of an open line", () => {
  it("go to the portal under names that it knows", () => {
    const values = Object.fromEntries(
      lineFieldNames.filter((name) => name !== "queue" && name !== "defaultOperatorData").map((name) => [name, []]),
    );
    const unknown = Object.keys(
      lineParameters(
        values,
        lineFieldNames.filter((name) => !/Holidays|worktime(From|To)$/.test(name)),
      ),
    ).filter((name) => !(name in portalFields));
    assert.deepEqual(unknown, []);
  });

  it("are sent as texts Y and N, times and queues in the form that the server understands", () => {
    const inputs = {
      crm: false,
      worktimeFrom: "09:00",
      worktimeTo: "18:30",
      worktimeHolidays: ["01.05", "24.12"],
      queue: [{ entityType: "user", entityId: 7 }],
    };
    assert.deepEqual(lineParameters(inputs, lineFieldNames), {
      CRM: "N",
      WORKTIME_FROM: "09:00",
      WORKTIME_TO: "18:30",
      WORKTIME_HOLIDAYS: "01.05,24.12",
      QUEUE: [{ ENTITY_TYPE: "user", ENTITY_ID: "7" }],
    });
    const old = lineParameters(inputs, lineFieldNames, { dottedTimes: true, bareQueue: true });
    assert.deepEqual([old["WORKTIME_FROM"], old["WORKTIME_TO"], old["QUEUE"]], ["9", "18.30", ["7"]]);
  });

  it("that only count together are sent together", () => {
    assert.deepEqual([...withCompanions(["worktimeTo", "lineId"])].sort(), ["worktimeFrom", "worktimeTo"]);
    assert.deepEqual([...withCompanions(["categoryId"])].sort(), ["categoryEnable", "categoryId"]);
    assert.deepEqual([...withCompanions(["maxChat"])], ["maxChat"]);
  });

  it("come back typed from every notation of the servers", () => {
    const line = lineFromAnswer({
      ID: "12",
      ACTIVE: "Y",
      QUEUE_TIME: "60",
      WORKTIME_FROM: "9",
      WORKTIME_TO: "18.3",
      WORKTIME_DAYOFF: [""],
      KPI_FIRST_ANSWER_TEXT: "a &amp; &lt;b&gt; &#039;c&#039;",
      QUEUE: ["1", "7"],
      CONFIG_QUEUE: [{ ENTITY_TYPE: "department", ENTITY_ID: "3" }],
    });
    assert.deepEqual(line, {
      lineId: 12,
      active: true,
      queueTime: 60,
      worktimeFrom: "09:00",
      worktimeTo: "18:30",
      worktimeDayoff: [],
      kpiFirstAnswerText: "a & <b> 'c'",
      queue: [{ entityType: "department", entityId: 3 }],
    });
  });

  it("are read as the portal has them where a program could not give that, and as empty where there is nothing", () => {
    const asked = { queueType: "all", crmCreate: "lead", active: true, maxChat: 3, worktimeDayoff: ["SA"] };
    const none = { QUEUE_TYPE: null, CRM_CREATE: null, ACTIVE: null, MAX_CHAT: null, WORKTIME_DAYOFF: null };
    assert.equal(lineFromAnswer({ ID: 1, QUEUE_TYPE: "roulette" }).queueType, "roulette");
    assert.deepEqual(lineFromAnswer({ ID: 1, ...none }), { lineId: 1, worktimeDayoff: [] });
    const seen = { queueType: "", crmCreate: "", active: false, maxChat: 0, worktimeDayoff: [] };
    assert.deepEqual(compare(asked, none, undefined), seen);
    assert.deepEqual(compare(asked, {}, undefined), {}, "what the portal does not tell is not known");
  });

  it("mean the same in another order or with other line ends where these mean nothing", () => {
    assert.ok(means("worktimeDayoff", ["SA", "SU"], ["SU", "SA"]));
    assert.ok(means("welcomeMessageText", "a\nb", "a\r\nb"));
    assert.ok(!means("welcomeMessageText", "a b", "a\nb"));
    const one = { entityType: "user" as const, entityId: 1 };
    const two = { entityType: "user" as const, entityId: 2 };
    assert.ok(!isQueue([one, two], { entries: [two, one], asGiven: true }), "the order of a queue matters");
    assert.ok(isQueue([{ entityType: "department", entityId: 3 }], { entries: [two, one], asGiven: false }));
  });

  for (const [what, inputs, property] of [
    ["an empty queue", { queue: [] }, "queue"],
    ["a queue entry given twice", { queue: [1, 1].map((entityId) => ({ entityType: "user", entityId })) }, "queue[1]"],
    ["only one of the hours", { worktimeTo: "18:00" }, "worktimeTo"],
    ["hours that end before they begin", { worktimeFrom: "18:00", worktimeTo: "09:00" }, "worktimeTo"],
    ["hours that begin too late", { worktimeFrom: "23:45", worktimeTo: "23:59" }, "worktimeFrom"],
    ["a bot that is not switched on", { welcomeBotId: 4 }, "welcomeBotId"],
    ["a category that is switched off", { categoryEnable: false, categoryId: 4 }, "categoryId"],
    ["a priority out of bounds", { sessionPriority: 86401 }, "sessionPriority"],
    ["a rating text that would be cut", { voteMessage1Text: "🙂".repeat(101) }, "voteMessage1Text"],
    ["a holiday that is no day", { worktimeHolidays: ["31.04"] }, "worktimeHolidays[0]"],
    ["a number without adopt", { lineId: 4 }, "lineId"],
    ["adopt without a number", { adopt: true }, "adopt"],
  ] as const) {
    it(`${what} is refused`, () => assert.deepEqual(problems(inputs), [property]));
  }

  it("a language that is none of Bitrix24's is refused with those that are, also where it is nearly one", () => {
    for (const languageId of ["pt-br", "english", "de_DE"]) {
      const [failure] = findFailures(openLineSchema, { languageId });
      assert.match(failure?.reason ?? "", /one of Bitrix24's languages.* en, de, fr, br \(Portuguese of Brazil\)/);
    }
    for (const languageId of ["br", "DE"]) assert.deepEqual(problems({ languageId }), []);
  });

  it("a rating text of 100 characters is accepted, whatever they are", () => {
    assert.deepEqual(problems({ voteMessage1Text: "🙂".repeat(100) }), []);
  });

  it("a queue of bare IDs is told the right form, one sentence for each entry", () => {
    assert.deepEqual(findFailures(openLineSchema, { queue: [1, 5, "7", null, { entityId: 3 }] }), [
      { property: "queue[0]", reason: 'must be an entry such as { entityType: "user", entityId: 1 }' },
      { property: "queue[1]", reason: 'must be an entry such as { entityType: "user", entityId: 5 }' },
      { property: "queue[2]", reason: 'must be an entry such as { entityType: "user", entityId: 7 }' },
      { property: "queue[3]", reason: 'must be an entry such as { entityType: "user", entityId: 1 }' },
      { property: "queue[4].entityType", reason: "is required" },
    ]);
    assert.deepEqual(problems({ queue: 5 }), ["queue"]);
  });

  it("a property called __proto__ is refused where the program writes it, at any depth", () => {
    const hidden = JSON.parse('{"__proto__": "x"}') as object;
    const entry = Object.assign(JSON.parse('{"__proto__": "x"}'), { entityType: "user", entityId: 1 }) as object;
    for (const args of [hidden, { defaultOperatorData: hidden }, { queue: [entry] }]) {
      assert.throws(() => new OpenLine("support", args), /INVALID_ARGUMENTS: OpenLine "support": .*__proto__/);
    }
  });

  it("a mark leaves room for the longest name, and says which line it is going to be", () => {
    const lineName = "\u{1F642}".repeat(255);
    const name = String(marked({ lineName }, markerOf("0123456789ab")).lineName);
    const stored = name.replace(/[\u{10000}-\u{10FFFF}]/gu, ":f09f9982:");
    assert.ok(stored.length <= 255, String(stored.length));
    assert.equal(marked({ lineName: "Support" }, markerOf("0123456789ab")).lineName, "Support [pulumi 0123456789ab]");
  });
});
