import { createProject, type Project, type Result as Ended } from "../engine";
import { doorOf } from "../doors/door";
import { startPortal, type Portal } from "../../provider/portal";
import { contentsAfter, type Cell, type Result } from "./cell";
import { contentsOf, differences } from "./contents";

function must(what: string, { code, output }: Ended): string[] {
  return code === 0 ? [] : [`${what} fails: ${output.slice(-600).replaceAll("\n", " | ")}`];
}

const trace = /^\s+at .+:\d+:\d+\)?$/m;

function unreadable({ code, output }: Ended, { accessToken }: Portal): string[] {
  return [
    ...(output.includes(accessToken) ? ["the output has a secret"] : []),
    ...(trace.test(output) ? ["the output has a stack trace"] : []),
    ...(code !== 0 && !output.includes("What to do:") ? [`the output has no way out: ${output.slice(-600)}`] : []),
  ];
}

async function act(project: Project, { subject: { operation, after, replace }, door }: Cell): Promise<Ended> {
  if (operation === "read") return project.refresh();
  project.setProgram(doorOf(door).source(after));
  const urns = (project.state().deployment.resources ?? [])
    .map(({ urn }) => urn)
    .filter((urn) => replace.some((name) => urn.endsWith(`::${name}`)));
  return project.up({ args: urns.flatMap((urn) => ["--replace", urn]) });
}

async function strike(project: Project, portal: Portal, cell: Cell): Promise<Result> {
  const prepared = must("the first up", await project.up());
  if (prepared.length > 0) return { problems: prepared };
  // Connections are refused for as long as they are for users: here, nothing passes more quickly.
  const struck = cell.fault.start(portal, { ...cell.target, speed: 1 });
  const acted = await act(project, cell);
  const untouched = struck.hits === 0;
  portal.heal();
  await portal.accept();
  const expected = await contentsAfter(cell.subject.after);
  const problems = unreadable(acted, portal);
  project.setProgram(doorOf(cell.door).source(cell.subject.after));
  problems.push(...must("the next up", await project.up()), ...differences(expected, contentsOf(portal)));
  problems.push(...must("destroy", await project.destroy()));
  problems.push(...differences(await contentsAfter([]), contentsOf(portal)).map((one) => `after destroy: ${one}`));
  return { problems, untouched };
}

/** The same as `runCell`, with the real engine and at the real speed. */
export async function runWithEngine(cell: Cell): Promise<Result> {
  const portal = await startPortal();
  const place = { url: portal.url, accessToken: portal.accessToken };
  const door = doorOf(cell.door);
  const project = await createProject({
    program: door.source(cell.subject.before),
    language: door.language,
    portal: place,
  });
  try {
    return await strike(project, portal, cell);
  } finally {
    project.cleanup();
    await portal.close();
  }
}
