/** `npm run bench`: the same connectors deployed in several ways, against a local portal with the documented limits. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { startBenchPortal } from "./portal";
import { builds, floor, subjects, type Measurement, type Subject } from "./subjects";

interface Row extends Measurement {
  readonly count: number;
  readonly name: string;
}

const { values } = parseArgs({
  options: {
    sizes: { type: "string" },
    full: { type: "boolean" },
    /** `name=folder`: a checkout, built, whose package is measured beside this one, instead of the other ways. */
    beside: { type: "string", multiple: true },
    /** Milliseconds that the portal takes for an answer. */
    delay: { type: "string", default: "0" },
    /** How often everything is measured, in turn; medians are shown. */
    rounds: { type: "string", default: "1" },
  },
});
const sizes = (values.sizes ?? (values.full ? "10,100,1000,10000" : "10,100,1000")).split(",").map(Number);

function number(value: number | undefined, digits = 0): string {
  return value === undefined ? "–" : value.toLocaleString("en", { maximumFractionDigits: digits });
}

function toLine(row: Row, rows: readonly Row[]): string {
  const base = rows.find(({ name, count, step }) => name === floor && count === row.count && step === row.step);
  const ratio = base ? (row.seconds / base.seconds).toFixed(2) : "–";
  const perConnector = row.stateBytes === undefined ? undefined : row.stateBytes / row.count;
  const cells = [
    number(row.count),
    row.step,
    row.name,
    number(row.seconds, 1),
    ratio,
    number(row.requests),
    number(row.megabytes),
    number(row.processorSeconds, 1),
    number(row.stateBytes),
    number(perConnector),
  ];
  return `| ${cells.join(" | ")} |`;
}

async function measure(subject: Subject, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  const portal = await startBenchPortal(Number(values.delay));
  try {
    for await (const measurement of subject.measure(portal, count)) {
      const { step, seconds, requests } = measurement;
      process.stderr.write(`${count} × ${subject.name}: ${step} ${seconds.toFixed(1)} s, ${requests} requests\n`);
      rows.push({ ...measurement, count, name: subject.name });
    }
  } finally {
    portal.stop();
  }
  return rows;
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
}

const isSame = (one: Row, other: Row): boolean =>
  one.count === other.count && one.name === other.name && one.step === other.step;

/** One row for all rounds of the same step. */
function medians(rows: readonly Row[]): Row[] {
  const firsts = rows.filter((row, index) => rows.findIndex((other) => isSame(row, other)) === index);
  return firsts.map((first) => {
    const all = rows.filter((row) => isSame(row, first));
    return {
      ...first,
      seconds: median(all.map((row) => row.seconds)) ?? first.seconds,
      requests: median(all.map((row) => row.requests)) ?? first.requests,
      megabytes: median(all.map((row) => row.megabytes)),
      processorSeconds: median(all.map((row) => row.processorSeconds)),
    };
  });
}

function chosen(count: number): Subject[] {
  const all = values.beside ? builds(values.beside) : subjects();
  return all.filter(({ most }) => values.full || most === undefined || count <= most);
}

async function main(): Promise<void> {
  const measured: Row[] = [];
  for (const count of sizes) {
    const inTurn = Array.from({ length: Number(values.rounds) }, () => chosen(count)).flat();
    for (const subject of inTurn) measured.push(...(await measure(subject, count)));
  }
  const rows = medians(measured);
  const [processor] = cpus();
  console.log(
    `${cpus().length} × ${processor?.model ?? "processor"}, ${number(totalmem() / 2 ** 30)} GB, Node.js ${process.version}; --parallel 64, ${values.delay} ms an answer, rounds: ${values.rounds}\n`,
  );
  console.log(
    "| connectors | step | variant | s | × nothing | requests | provider MB | provider CPU s | state bytes | per connector |",
  );
  console.log("|---:|---|---|---:|---:|---:|---:|---:|---:|---:|");
  for (const row of rows) console.log(toLine(row, rows));
  if (!values.beside) console.log("\nLarger numbers of the slow variants are measured with --full.");
}

void main();
