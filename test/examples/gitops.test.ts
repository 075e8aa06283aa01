import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { createProject, expectOk, type Project } from "../engine";
import { runCommand } from "../engine/process";
import { startPortal } from "../../provider/portal";
import { documentsOf, violations } from "./schemas";

const read = (file: string): string => readFileSync(join(root, "examples", "gitops", file), "utf8");
const parse = (text: string): Record<string, unknown> => documentsOf(text)[0] ?? {};

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Job {
  readonly if?: string;
  readonly "runs-on": unknown;
  readonly steps: readonly Step[];
}
interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}
interface GitlabJob {
  readonly resource_group: string;
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
}

/** A `gh` that writes down what it was called with, and the text it was given; it knows one open issue once there is one. */
const gh = `#!/usr/bin/env bash
set -e
test -n "$GH_TOKEN"
called="$(dirname "$0")/called"
echo "$*" >> "$called"
case "$1 $2" in
  "issue list") if [ -e "$called.issue" ]; then echo 12; fi ;;
  "issue create") touch "$called.issue" ;;
  "issue comment" | "pr comment") ;;
  *) exit 2 ;;
esac
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cat "$2" > "$called.body"; fi
  shift
done
`;

/** A machine of CI with a project: runs the steps of a workflow as they stand there. */
class Runner {
  readonly commands: string;

  constructor(private readonly project: Project) {
    this.commands = join(project.dir, "..", "commands");
    mkdirSync(this.commands);
    writeFileSync(join(this.commands, "gh"), gh);
    chmodSync(join(this.commands, "gh"), 0o755);
  }

  run(script: string, variables: Record<string, string> = {}) {
    const own = this.project.environment();
    const env = { ...own, ...variables, PATH: [this.commands, own["PATH"] ?? ""].join(delimiter) };
    return runCommand("bash", ["-e", "-c", script], this.project.dir, env);
  }

  /** What `gh` was called with last, and the text that it was given. */
  told(): { readonly call: string; readonly body: string } {
    const calls = readFileSync(join(this.commands, "called"), "utf8").trim().split("\n");
    return { call: calls.at(-1) ?? "", body: readFileSync(join(this.commands, "called.body"), "utf8") };
  }
}

/** A GitLab that takes notes and issues, and keeps the requests. */
async function startGitlab() {
  const requests: { path: string; token: string | undefined; form: URLSearchParams }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const token = request.headers["private-token"];
      requests.push({ path: request.url ?? "", token: token?.toString(), form: new URLSearchParams(text) });
      response.writeHead(201).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url, requests, close };
}

/** The commands of Pulumi in a text, as words. */
function pulumiCommands(text: string): string[][] {
  return [...text.matchAll(/^\s*(?:- |run: )*pulumi (.*?)(?: \| tee \S+)?$/gm)].map(([, words = ""]) =>
    words.split(" "),
  );
}

describe("examples/gitops", () => {
  const workflows = ["pulumi", "drift"].map((name) => parse(read(`github/${name}.yml`)) as unknown as Workflow);
  const pipeline = parse(read("gitlab/.gitlab-ci.yml")) as unknown as Readonly<Record<string, GitlabJob>>;
  /** The commands of a step by its name. */
  const step = (name: string): string => steps.find((one) => one.name === name)?.run ?? assert.fail(name);
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
    for (const job of ["preview", "up", "drift"]) assert.equal(pipeline[job]?.resource_group, "acme.bitrix24.com");
  });

  it("consists of workflows, pipelines and manifests as GitHub, GitLab and the operator take them, like the package's own", () => {
    const own = readdirSync(join(root, ".github", "workflows")).map((name) => join(".github", "workflows", name));
    const examples = ["pulumi", "drift"].map((name) => `examples/gitops/github/${name}.yml`);
    for (const file of [...own, ...examples, "provider/template/.github/workflows/portal.yml"])
      assert.deepEqual(violations("github-workflow", parse(readFileSync(join(root, file), "utf8"))), [], file);
    assert.deepEqual(violations("gitlab-ci", pipeline), []);
    for (const file of ["kubernetes/stack.yaml", "kubernetes/portals.yaml"])
      for (const document of documentsOf(read(file)).filter(({ kind }) => kind === "Stack"))
        assert.deepEqual(violations("operator-stack", document), [], file);
    const misspelt = [
      violations("github-workflow", parse(read("github/drift.yml").replace("runs-on:", "run-on:"))),
      violations(
        "gitlab-ci",
        parse(read("gitlab/.gitlab-ci.yml").replace("interruptible: false", "interruptible: no way")),
      ),
      violations(
        "operator-stack",
        parse(read("kubernetes/stack.yaml").split("---")[1]?.replace("refresh:", "refreshed:") ?? ""),
      ),
    ];
    for (const found of misspelt) assert.notDeepEqual(found, []);
  });

  it("keeps the token file of each Kubernetes stack on a volume of its own that can be written to", () => {
    for (const [file, portals] of [
      ["kubernetes/stack.yaml", ["acme"]],
      ["kubernetes/portals.yaml", ["acme", "other"]],
    ] as const) {
      const documents = documentsOf(read(file));
      const names = portals.map((portal) => `bitrix24-${portal}`);
      const of = (kind: string) => documents.filter((document) => document["kind"] === kind);
      for (const kind of ["PersistentVolumeClaim", "Stack"])
        assert.deepEqual(
          of(kind).map(({ metadata }) => (metadata as { name: string }).name),
          names,
        );
      of("Stack").forEach((stack, index) => {
        const claim = `"persistentVolumeClaim":{"claimName":"${names[index]}"}`;
        assert.ok(JSON.stringify(stack).includes(claim), claim);
        assert.match(JSON.stringify(stack), /"value":"\/secure\/[a-z]+\.json"/);
      });
    }
  });

  it("has commands that work: the difference as a comment, an up, and one issue for what somebody changed", async () => {
    const portal = await startPortal();
    const gitlab = await startGitlab();
    const program = `import * as bitrix24 from "pulumi-bitrix24";\nnew bitrix24.OpenLine("support", { lineName: "Support" });\n`;
    const project = await createProject({ program, portal, stack: "production" });
    const runner = new Runner(project);
    const github = { GITHUB_REPOSITORY: "acme/channels", GH_TOKEN: "ghs_0123456789", PULL_REQUEST: "7" };
    const variables = {
      CI_API_V4_URL: gitlab.url,
      CI_PROJECT_ID: "3",
      CI_MERGE_REQUEST_IID: "7",
      GITLAB_TOKEN: "glpat-01234",
    };
    try {
      await expectOk(runner.run(step("Preview")));
      await expectOk(runner.run(step("Show the difference in the pull request"), github));
      const { call, body } = runner.told();
      assert.equal(call, "pr comment 7 --repo acme/channels --edit-last --create-if-none --body-file comment.md");
      assert.match(body, /^```text\n[^]*\+ pulumi-nodejs:dynamic\/bitrix24:OpenLine[^]*\n```\n$/);
      assert.doesNotMatch(body, /\u001b/);
      await expectOk(runner.run((pipeline["preview"]?.after_script ?? []).join("\n"), variables));
      assert.deepEqual(
        gitlab.requests.map(({ path, token, form }) => [path, token, form.get("body")]),
        [["/api/v4/projects/3/merge_requests/7/notes", variables.GITLAB_TOKEN, body]],
      );

      const [, up = []] = pulumiCommands(read("github/pulumi.yml"));
      await expectOk(project.run(up));
      assert.equal([...portal.lines].length, 1);
      await expectOk(runner.run(step("Compare")));
      await portal.as().call("imopenlines.config.update", { CONFIG_ID: 1, PARAMS: { LINE_NAME: "Changed" } });
      assert.notEqual((await runner.run(step("Compare"))).code, 0);
      await expectOk(runner.run(step("Open an issue"), github));
      const title = "acme.bitrix24.com is not as declared";
      assert.equal(runner.told().call, `issue create --repo acme/channels --title ${title} --body-file issue.md`);
      assert.match(runner.told().body, /lineName/);
      await expectOk(runner.run(step("Open an issue"), github));
      assert.equal(runner.told().call, "issue comment 12 --repo acme/channels --body-file issue.md");

      const after = (pipeline["drift"]?.after_script ?? []).join("\n");
      await expectOk(runner.run(after, { ...variables, CI_JOB_STATUS: "success" }));
      assert.equal(gitlab.requests.length, 1);
      await expectOk(runner.run(after, { ...variables, CI_JOB_STATUS: "failed" }));
      const issue = gitlab.requests.at(-1);
      assert.deepEqual([issue?.path, issue?.form.get("title")], ["/api/v4/projects/3/issues", title]);
      assert.equal(issue?.form.get("description"), runner.told().body);
    } finally {
      project.cleanup();
      await Promise.all([portal.close(), gitlab.close()]);
    }
  });

  it("has the same commands for GitHub and for GitLab", () => {
    const commands = [...pulumiCommands(read("github/pulumi.yml")), ...pulumiCommands(read("github/drift.yml"))];
    assert.equal(commands.length, 3);
    assert.deepEqual(pulumiCommands(read("gitlab/.gitlab-ci.yml")), commands);
    const template = readFileSync(join(root, "provider/template/.github/workflows/portal.yml"), "utf8");
    assert.deepEqual(pulumiCommands(template), commands.slice(0, 2));
    const ofTemplate = Object.values((parse(template) as unknown as Workflow).jobs).flatMap((job) => job.steps);
    for (const name of ["Preview", "Show the difference in the pull request"])
      assert.equal(ofTemplate.find((one) => one.name === name)?.run, step(name));
  });
});
