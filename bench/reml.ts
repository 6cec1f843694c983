/**
 * Times of frequentist fits, warm: `npm run bench:reml [-- --json] [--insteval FILE.csv]`. Each fit runs until a second has passed
 * (at least three times); reported is the median. lme4's recorded times on the same kind of machine stand beside.
 */
import { readFileSync } from "node:fs";
import { type ColumnType, glmm, lmm, readCsv, type Table } from "nutmix";
import { calibrate } from "./calibration.ts";

const folder = new URL("../../test/fixtures/reml/data/", import.meta.url);

function load(path: URL | string, meta: URL | string): Table {
  const { columns } = JSON.parse(readFileSync(meta, "utf8")) as {
    columns: { name: string; type: string; levels?: string[] }[];
  };
  const columnTypes: Record<string, ColumnType> = {};
  for (const { name, type, levels } of columns) {
    if (levels !== undefined)
      columnTypes[name] = type.startsWith("ordered") ? { ordered: levels } : { factor: levels };
  }
  return readCsv(readFileSync(path, "utf8"), { columnTypes });
}

const bundled = (name: string): Table =>
  load(new URL(`${name}.csv`, folder), new URL(`${name}.meta.json`, folder));

/** Two nested factors, a million-row scale-down: schools in districts. */
function nested(rows: number): Table {
  const schools = Math.ceil(rows / 13);
  const school = Int32Array.from({ length: rows }, (_, i) => i % schools);
  const noise = (i: number): number =>
    Math.sin(i * 12.9898) * 43758.5453 - Math.floor(Math.sin(i * 12.9898) * 43758.5453) - 0.5;
  const y = Float64Array.from(school, (s, i) => noise(i) + noise(s + 7e6) + 0.5 * noise((s % 131) + 9e6));
  const x = Float64Array.from({ length: rows }, (_, i) => noise(i + 3e6));
  const factor = (codes: Int32Array, count: number) => ({
    kind: "factor" as const,
    levels: Array.from({ length: count }, (_, l) => `l${l}`),
    codes,
    ordered: false,
  });
  return {
    rows,
    columns: new Map<string, Table["columns"] extends ReadonlyMap<string, infer C> ? C : never>([
      ["y", { kind: "numeric", values: y }],
      ["x", { kind: "numeric", values: x }],
      ["school", factor(school, schools)],
      [
        "district",
        factor(
          school.map((s) => s % 131),
          131,
        ),
      ],
    ]),
  };
}

interface Case {
  readonly name: string;
  readonly run: () => unknown;
  /** Seconds that lme4 took. */
  readonly lme4?: number;
}

function cases(): Case[] {
  const sleepstudy = bundled("sleepstudy");
  const penicillin = bundled("Penicillin");
  const scots = bundled("ScotsSec");
  const verbagg = bundled("VerbAgg");
  const contraception = bundled("Contraception");
  const found: Case[] = [
    { name: "sleepstudy", run: () => lmm("Reaction ~ Days + (Days | Subject)", sleepstudy), lme4: 0.018 },
    { name: "Penicillin", run: () => lmm("diameter ~ 1 + (1 | plate) + (1 | sample)", penicillin) },
    {
      name: "ScotsSec",
      run: () => lmm("attain ~ sex + verbal + social + (1 | primary) + (1 | second)", scots),
      lme4: 0.05,
    },
    {
      name: "VerbAgg Laplace",
      run: () =>
        glmm("r2 ~ Anger + Gender + btype + situ + (1 | id) + (1 | item)", verbagg, { family: "bernoulli" }),
      lme4: 2.5,
    },
    {
      name: "Contraception AGQ 9",
      run: () =>
        glmm("use ~ age + I(age^2) + urban + livch + (1 | district)", contraception, {
          family: "bernoulli",
          nodes: 9,
        }),
      lme4: 0.72,
    },
  ];
  for (const rows of [1000, 10_000, 31_000, 100_000]) {
    const table = nested(rows);
    found.push({ name: `nested ${rows} rows`, run: () => lmm("y ~ x + (1 | district/school)", table) });
  }
  const at = process.argv.indexOf("--insteval");
  if (at > 0) {
    const path = process.argv[at + 1]!;
    const table = load(path, path.replace(/\.csv$/, ".meta.json"));
    found.push({
      name: "InstEval",
      run: () => lmm("y ~ service + (1 | s) + (1 | d) + (1 | dept:service)", table),
      lme4: 12,
    });
  }
  return found;
}

function median(run: () => unknown): number {
  const times: number[] = [];
  for (let total = 0; times.length < 3 || (total < 1000 && times.length < 200); ) {
    const started = performance.now();
    run();
    times.push(performance.now() - started);
    total += times.at(-1)!;
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

const results = cases().map(({ name, run, lme4 }) => ({
  name,
  ms: median(run),
  lme4Ms: lme4 === undefined ? null : 1000 * lme4,
}));
const report = { calibrationMs: calibrate(), results };
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  process.stdout.write(`calibration ${report.calibrationMs.toFixed(0)} ms\n`);
  for (const { name, ms, lme4Ms } of results) {
    process.stdout.write(
      `${name.padEnd(24)}${ms.toFixed(1).padStart(10)} ms${lme4Ms === null ? "" : `   lme4 ${lme4Ms} ms`}\n`,
    );
  }
}
