import { setTimeout as pause } from "node:timers/promises";
import { addedSchema, addLine, linePages, listLines, readLine, removeLine, rowsSchema } from "./calls";
import type { Listing, Row } from "./calls";
import {
  addNotConfirmed,
  addOverdue,
  addRefused,
  addUnclear,
  nameTaken,
  replacementGone,
  surplusLine,
  takenUp,
} from "./errors";
import { forget, recall, remember } from "./journal";
import type { Values } from "./look";
import { bears, marked, markerOf } from "./marker";
import { inDialect } from "./settle";
import type { Command } from "../rest/command";
import { documentedCodes } from "../rest/codes";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import type { Making } from "../shared/definition";

// How a line is made once, whatever interrupts it
// ------------------------------------------------
// `imopenlines.config.add` chooses the number itself and may be called any number of times, so nothing but the line can tell
// that an earlier call has made it. The line therefore bears a marker from the moment it exists until it is finished: a digest
// of the resource (organization, project, stack, name). Not of the inputs: they may be corrected after a failure, and two
// stacks of the same program may have lines in one portal.
//
// 1. look for a line with the marker: one list, which everybody who creates lines shares;
// 2. add under the marker, not active, and look at the newest lines, in the same request;
// 3. write the number down on this machine;
// 4. give it its name and make it active, and look at it, in the next request.
//
// Interrupted after 2, however early, the next run finds the marker and goes on with 4. Interrupted after 4, but before the
// engine has recorded the number, the line bears no marker. No field of a line keeps one unseen: XML_ID is documented as an
// answer only, and everything else that can be set is seen by somebody. Neither is a line of the same name and settings
// proof: somebody may have made it by hand, or another stack, and what is taken over is removed by `destroy`. So it is taken
// over where the number was written down (3), which is as sure as the marker; on another machine the user is told that a line
// of this name is there, with its number and the way to adopt it.

/** What this run knows of the lines of a portal. */
interface Known {
  /** Lines that belong to a resource: created, taken over or recorded. */
  readonly ids: Set<number>;
  /** Resources of which the engine has said in this run which line they have. */
  readonly resources: Set<string>;
  /** The last add under each marker. */
  readonly turns: Map<string, Promise<unknown>>;
}

const known = new WeakMap<Session, Known>();

function knownIn(session: Session): Known {
  const here = known.get(session) ?? { ids: new Set(), resources: new Set(), turns: new Map() };
  known.set(session, here);
  return here;
}

/** Lines that belong to a resource, as far as this run knows: no other one may take them over. */
export function linesOf(session: Session): Set<number> {
  return knownIn(session).ids;
}

/** The engine has recorded a line: for a resource, where it says so. */
export function noteLine(session: Session, id: string, resource: string | undefined): void {
  const { ids, resources } = knownIn(session);
  ids.add(Number(id));
  if (resource === undefined) return;
  resources.add(resource);
  // Nobody waits for it: done or not, the number is known to be recorded now.
  void forgetRecorded(session, markerOf(resource), Number(id));
}

/** A line that was made in this run is recorded too, where the engine removes the one in whose place it was made. */
async function forgetRecorded(session: Session, marker: string, recorded: number): Promise<void> {
  const { id } = (await recall(session.portal, marker)) ?? {};
  if (id !== undefined && (id === recorded || linesOf(session).has(id))) await forget(session.portal, marker, id);
}

/** Whether the resource may have a line of which the engine says nothing, because it is to be replaced by another. */
export async function isReplacing(session: Session, making: Making): Promise<boolean> {
  const { resource } = making;
  if (resource === undefined || knownIn(session).resources.has(resource)) return false;
  return making.isReplacedOnDemand();
}

function nameOf(line: Readonly<Record<string, unknown>>): string {
  return String(line["LINE_NAME"]).trim();
}

/** A line that belongs to a resource. */
export interface About {
  readonly session: Session;
  readonly subject: string;
  readonly marker: string;
}

/** A line to be made. */
export interface Wanted extends About {
  readonly values: Values;
  /** Whether a line that was finished in an earlier run, but not recorded there, may be taken for this one. */
  readonly mayRecall: boolean;
  /** See {@link isReplacing}. */
  readonly isReplacing: boolean;
}

/** The newest lines first: what was added in this run is on the first page. */
function listing({ values }: Wanted): Listing {
  const operators = values.lineName === undefined ? ["DEFAULT_OPERATOR_DATA"] : [];
  return { select: ["ID", "LINE_NAME", ...operators], order: "desc", queues: false };
}

/** All lines that were there before; everybody who creates lines in this run shares the looks. */
async function linesBefore(wanted: Wanted): Promise<Row[]> {
  const { session, subject } = wanted;
  const lines = new Map<number, Row>();
  for await (const rows of linePages(session, listing(wanted), { subject, writesMatter: false }))
    for (const row of rows) lines.set(row.ID, row);
  return [...lines.values()];
}

function isFree({ session }: About, id: number): boolean {
  return !linesOf(session).has(id);
}

/** Lines that bear the marker and belong to nobody, the oldest first. */
function unclaimed(wanted: Wanted, rows: readonly Row[]): Row[] {
  return rows
    .filter((row) => isFree(wanted, row.ID) && bears(wanted.marker, row))
    .sort(({ ID: one }, { ID: other }) => one - other);
}

/** A line that was finished, but that the engine may not have been told of any more. */
async function recalled(wanted: About): Promise<Row | undefined> {
  const { session, subject, marker } = wanted;
  const entry = await recall(session.portal, marker);
  if (!entry || !isFree(wanted, entry.id)) return undefined;
  const answer = await readLine({ session, subject, id: entry.id });
  if (answer === false || !isFree(wanted, entry.id)) return undefined;
  // Numbers come again when a portal is set up anew.
  const isSame = nameOf(answer) === entry.name || bears(marker, answer);
  return isSame ? { ...answer, ID: entry.id } : undefined;
}

/**
 * The line that was made in the place of one that the engine has recorded, by a run that was killed before the engine heard
 * of it; undefined where there is none.
 */
async function abandoned({ session, marker }: About, recorded: number): Promise<number | undefined> {
  const entry = await recall(session.portal, marker);
  const isAbandoned = entry?.isReplacement && entry.id !== recorded && !linesOf(session).has(entry.id);
  return isAbandoned ? entry.id : undefined;
}

/** Whether a replacement of a line was interrupted, so that there is another one which nobody uses. Nothing is asked. */
export async function isInterrupted(session: Session, id: string, resource: string): Promise<boolean> {
  return (await abandoned({ session, subject: "", marker: markerOf(resource) }, Number(id))) !== undefined;
}

/** Removes what an interrupted replacement of a line has made. */
export async function removeAbandoned(about: About, recorded: number): Promise<void> {
  const id = await abandoned(about, recorded);
  if (id === undefined) return;
  const line = await recalled(about);
  if (line) {
    about.session.warn(replacementGone(about.session, about.subject, id));
    await removeSurplus(about, [line]);
  }
  await forget(about.session.portal, about.marker, id);
}

/** What an interrupted run made in vain: nobody uses it, and nobody else adds lines under this marker. */
async function removeSurplus({ session, subject }: About, rows: readonly Row[]): Promise<void> {
  for (const { ID: id } of rows) {
    const seen = await removeLine({ session, subject, id })
      .then((outcome) => outcome.seen)
      .catch((error: unknown) => {
        if (!(error instanceof Bitrix24Error)) throw error;
        return error;
      });
    if (seen !== false) session.warn(surplusLine(session, subject, id));
  }
}

const documented = new Set(documentedCodes.map(([code]) => code));

/**
 * Whether the line may have been made all the same: besides what is ambiguous anyway after an answer that cannot be read,
 * an error of the portal's own, which may have come later, and a code that nobody knows.
 */
function mayHaveMade({ ambiguous, code }: Bitrix24Error): boolean {
  return ambiguous || ["NO_JSON", "UNEXPECTED_ANSWER", "ERROR_CORE"].includes(code) || !documented.has(code);
}

/** A line that is about to be added, and all that were there before. */
interface Attempt extends Wanted {
  readonly before: readonly Row[];
}

/** A portal that is slow may still be at work when the connection is lost already. */
const slowness = 2_000;

/** What an add came to: what was answered, and the lines that it may have made. */
interface Outcome {
  readonly answer: number | false | Bitrix24Error;
  readonly found: readonly Row[];
}

/** A server that keeps no operators' data shows no marker there: then the number that was answered has to do, if it is new. */
function answered({ values, before }: Attempt, rows: readonly Row[], answer: Outcome["answer"]): Row[] {
  if (values.lineName !== undefined) return [];
  return rows.filter(({ ID }) => ID === answer && !before.some((row) => row.ID === ID));
}

function addCommand({ session, values, marker }: Wanted): Command {
  return addLine(inDialect(session, marked(values, marker)));
}

async function send(wanted: Attempt): Promise<Outcome> {
  const { session, subject } = wanted;
  const newest = listLines(listing(wanted));
  const look = { schema: rowsSchema, subject };
  const { result: answer, seen } = await session.writeThenLook(
    addCommand(wanted),
    { schema: addedSchema, subject, once: true },
    newest,
    look,
  );
  const find = (rows: readonly Row[]): Row[] => [...unclaimed(wanted, rows), ...answered(wanted, rows, answer)];
  const found = find(seen);
  const mayCome = answer instanceof Bitrix24Error ? mayHaveMade(answer) : answer !== false;
  if (found.length > 0 || !mayCome) return { answer, found };
  await pause(slowness);
  const later = await session.look(newest, { ...look, fresh: true });
  return { answer, found: find(later) };
}

/** An error after which nobody knows whether the line is there: the next run looks for it. */
async function sendOrUnclear(wanted: Attempt): Promise<Outcome> {
  try {
    return await send(wanted);
  } catch (error) {
    if (!(error instanceof Bitrix24Error) || !mayHaveMade(error)) throw error;
    throw addUnclear(wanted.session, wanted.subject, error, wanted.marker);
  }
}

/** Adds the line, a second time only when the first time has certainly made none. */
async function addSafely(wanted: Attempt): Promise<Row> {
  const { session, subject } = wanted;
  for (let attempt = 1; ; attempt += 1) {
    const { answer, found } = await sendOrUnclear(wanted);
    const [line, ...surplus] = found;
    if (line !== undefined) {
      linesOf(session).add(line.ID);
      await removeSurplus(
        wanted,
        surplus.filter((row) => isFree(wanted, row.ID)),
      );
      return line;
    }
    if (answer === false) throw addRefused(session, subject);
    if (typeof answer === "number") throw addNotConfirmed(session, subject, answer);
    // Added once more it could be there twice, and the second one would belong to nobody.
    if (session.mayCome(addCommand(wanted))) throw addOverdue(session, subject, answer, wanted.marker);
    if (attempt === 2 || !answer.ambiguous) throw answer;
  }
}

/** What an interrupted run has left behind for this resource. */
async function takeUp(wanted: Attempt): Promise<Row | undefined> {
  const { session, subject, before } = wanted;
  const [found, ...surplus] = unclaimed(wanted, before);
  const line = found ?? (wanted.mayRecall ? await recalled(wanted) : undefined);
  if (line === undefined) return undefined;
  linesOf(session).add(line.ID);
  session.warn(takenUp(session, subject, line.ID));
  await removeSurplus(wanted, surplus);
  return line;
}

/** Lines of the same name that were there before and belong to nobody that this run knows. */
function namesakes(wanted: Attempt): number[] {
  const { before, values } = wanted;
  const { lineName } = values as { lineName?: string };
  if (lineName === undefined) return [];
  return before.filter((row) => nameOf(row) === lineName.trim() && isFree(wanted, row.ID)).map(({ ID }) => ID);
}

/** A line that is there now, but not finished. */
export interface Added {
  readonly id: number;
  /** True where it has just been added, with all that was wanted; an earlier run may have wanted something else. */
  readonly isNew: boolean;
  /** Tells the user of other lines of this name. */
  readonly tellNamesakes: () => void;
}

async function addOrTakeUp(wanted: Wanted): Promise<Added> {
  const { session, subject, marker, values } = wanted;
  const attempt = { ...wanted, before: await linesBefore(wanted) };
  const left = await takeUp(attempt);
  const line = left ?? (await addSafely(attempt));
  if (wanted.mayRecall || wanted.isReplacing) {
    const { lineName = nameOf(line) } = values as { lineName?: string };
    await remember(session.portal, marker, {
      id: line.ID,
      name: lineName.trim(),
      isReplacement: wanted.isReplacing,
    });
  }
  // One of the namesakes is then the resource's own, and nothing tells which.
  const own = wanted.isReplacing ? 1 : 0;
  const tellNamesakes = (): void => {
    const ids = left === undefined ? namesakes(attempt) : [];
    if (ids.length > own) session.warn(nameTaken(session, subject, ids, own === 1));
  };
  return { id: line.ID, isNew: left === undefined, tellNamesakes };
}

/**
 * Makes a line that bears the marker, or finds the one that an interrupted run has made. Those for one resource come one
 * after the other: resources of the same name can belong to different components.
 */
export async function makeLine(wanted: Wanted): Promise<Added> {
  const { turns } = knownIn(wanted.session);
  const add = (): Promise<Added> => addOrTakeUp(wanted);
  const turn = (turns.get(wanted.marker) ?? Promise.resolve()).then(add, add);
  turns.set(wanted.marker, turn);
  return turn;
}
