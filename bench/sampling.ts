/** The sampling benchmark, `npm run bench`: see docs/benchmark.md. */
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { calibrate } from "./calibration.ts";
import { caseNames, stanSource } from "./cases.ts";
import { comparisonText } from "./compare.ts";
import { measure } from "./measure.ts";
import { type CaseResult, type Results, readResults, writeResults } from "./results.ts";
import { scaling } from "./scaling.ts";
import { costTable, three, yieldTable } from "./table.ts";

interface Flags {
  readonly cases?: readonly string[];
  readonly repeat: number;
  readonly cores: number;
  readonly json?: string;
  readonly compare?: Results;
  readonly scaling?: boolean;
  readonly all?: boolean;
}

const flags = new Command("npm run bench --")
  .description("times default runs of reference models beside Stan's, or with --scaling curves over sizes")
  .option("--cases <names>", `separated by commas (default all: ${caseNames().join(", ")})`, knownCases)
  .option("--repeat <n>", "runs per case, with the seeds 1, 2, …; figures are medians", positive, 1)
  .option("--cores <n>", "chains at the same time", positive, Math.min(2, availableParallelism()))
  .option("--json <file>", "write the figures there")
  .option("--compare <file>", "print the ratios to the figures of an earlier run", earlierRun)
  .option("--scaling", "simulated models over rows, groups and chains instead of the cases")
  .option("--all", "with --scaling: also points that are predicted to take over a minute")
  .parse()
  .opts<Flags>();

const { repeat, cores } = flags;
const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const calibrationMs = calibrate();
print(`calibration: ${three(calibrationMs)} ms`);
const cases =
  flags.scaling === true
    ? await scaling({ repeat, cores, all: flags.all === true, print })
    : await runCases();
const results: Results = { version: 1, node: process.version, calibrationMs, repeat, cases };
if (flags.json !== undefined) writeResults(flags.json, results);
if (flags.compare !== undefined) print(`\n${comparisonText(results, flags.compare)}`);

async function runCases(): Promise<CaseResult[]> {
  const measured: CaseResult[] = [];
  for (const name of flags.cases ?? caseNames()) {
    const figures = await measure({ kind: "fixture", name, seed: 1, cores }, repeat);
    print(`${name}: ${three(figures.wallS)} s`);
    measured.push({ name, figures });
  }
  print(`\n${costTable(measured)}\n\n${yieldTable(measured)}\n`);
  print(`Stan: ${stanSource}, measured on another run: its seconds are no more than a guide.`);
  return measured;
}

function knownCases(text: string): string[] {
  const names = text.split(",");
  const unknown = names.find((name) => !caseNames().includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no case "${unknown}".`);
  return names;
}

function earlierRun(path: string): Results {
  try {
    return readResults(path);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a positive integer.");
  return value;
}
