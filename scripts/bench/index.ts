/** `npm run bench`: the same connectors deployed in several ways, against a local portal with the documented limits. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { startBenchPortal } from "./portal";
import { floor, subjects, type Measurement, type Subject } from "./subjects";

interface Row extends Measurement {
  readonly count: number;
  readonly name: string;
}

const { values } = parseArgs({ options: { sizes: { type: "string" }, full: { type: "boolean" } } });
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
    number(row.stateBytes),
    number(perConnector),
  ];
  return `| ${cells.join(" | ")} |`;
}

async function measure(subject: Subject, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  const portal = await startBenchPortal();
  try {
    for await (const measurement of subject.measure(portal, count)) {
      process.stderr.write(`${count} × ${subject.name}: ${measurement.step} ${measurement.seconds.toFixed(1)} s\n`);
      rows.push({ ...measurement, count, name: subject.name });
    }
  } finally {
    portal.stop();
  }
  return rows;
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const count of sizes) {
    for (const subject of subjects()) {
      if (!values.full && subject.most !== undefined && count > subject.most) continue;
      rows.push(...(await measure(subject, count)));
    }
  }
  const [processor] = cpus();
  console.log(
    `${cpus().length} × ${processor?.model ?? "processor"}, ${number(totalmem() / 2 ** 30)} GB, Node.js ${process.version}; --parallel 64\n`,
  );
  console.log("| connectors | step | variant | s | × nothing | requests | provider MB | state bytes | per connector |");
  console.log("|---:|---|---|---:|---:|---:|---:|---:|---:|");
  for (const row of rows) console.log(toLine(row, rows));
  console.log("\nLarger numbers of the slow variants are measured with --full.");
}

void main();
