import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { root } from "../../scripts/lib/paths.mjs";
import { expectOk } from "../engine";
import { createProject } from "../engine";
import { startPortal } from "../../provider/portal";

const read = (file: string): string => readFileSync(join(root, "examples", "gitops", file), "utf8");

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly if?: string;
  readonly "runs-on": unknown;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

/** The commands of Pulumi in a text, as words. */
function pulumiCommands(text: string): string[][] {
  return [...text.matchAll(/^\s*(?:- |run: )*pulumi (.*?)(?: \| tee \S+)?$/gm)].map(([, words = ""]) =>
    words.split(" "),
  );
}

describe("examples/gitops", () => {
  const workflows = ["pulumi", "drift"].map((name) => parse(read(`github/${name}.yml`)) as Workflow);
  const steps = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));

  it("gives no job more rights than it needs, and a fork neither credentials nor a runner that keeps something", () => {
    for (const { permissions } of workflows) assert.equal(permissions["contents"], "read");
    const jobs = Object.entries(workflows[0]?.jobs ?? {});
    const open = jobs.filter(([, { "runs-on": runner }]) => runner === "ubuntu-latest").map(([name]) => name);
    assert.deepEqual(open, ["fork"]);
    for (const [name, { if: condition = "" }] of jobs)
      assert.match(
        condition,
        name === "fork" ? /head\.repo\.fork$/ : /!github\.event\.pull_request\.head\.repo\.fork|push/,
      );
    assert.doesNotMatch(read("github/pulumi.yml"), /pull_request_target/);
  });

  it("names a version of every action, and runs one thing at a time for a portal", () => {
    for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /^actions\/[a-z-]+@v\d+$/);
    for (const file of ["github/pulumi.yml", "github/drift.yml"]) assert.match(read(file), /concurrency:/);
    const pipeline = parse(read("gitlab/.gitlab-ci.yml")) as Record<string, { resource_group?: string }>;
    for (const job of ["preview", "up", "drift"]) assert.equal(pipeline[job]?.resource_group, "acme.bitrix24.com");
  });

  it("keeps the token file of a Kubernetes stack on a volume that can be written to", () => {
    const [claim, stack] = parseAllDocuments(read("kubernetes/stack.yaml")).map(
      (document) => document.toJS() as Record<string, never>,
    );
    assert.equal(claim?.["kind"], "PersistentVolumeClaim");
    assert.equal(stack?.["apiVersion"], "pulumi.com/v1");
    assert.match(JSON.stringify(stack), /"persistentVolumeClaim":\{"claimName":"bitrix24-acme"\}/);
  });

  it("has commands that work: a preview, an up, and a comparison that fails for what somebody changed", async () => {
    const portal = await startPortal();
    const program = `import * as bitrix24 from "pulumi-bitrix24";\nnew bitrix24.OpenLine("support", { lineName: "Support" });\n`;
    const project = await createProject({ program, portal, stack: "production" });
    try {
      const commands = pulumiCommands(read("github/pulumi.yml"));
      assert.deepEqual(pulumiCommands(read("gitlab/.gitlab-ci.yml")).slice(0, 2), commands);
      for (const words of commands) await expectOk(project.run(words));
      assert.equal([...portal.lines].length, 1);
      const [compare = []] = pulumiCommands(read("github/drift.yml"));
      await expectOk(project.run(compare));
      await portal.as().call("imopenlines.config.update", { CONFIG_ID: 1, PARAMS: { LINE_NAME: "Changed" } });
      const drift = await project.run(compare);
      assert.notEqual(drift.code, 0);
      assert.match(drift.output, /lineName/);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
