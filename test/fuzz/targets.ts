/** Every reader, with what it is given. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type fc from "fast-check";
import {
  brm,
  type Fit,
  fitDocument,
  glmm,
  hypothesis,
  lmm,
  loadFit,
  nlme,
  parsePriorRule,
  predict,
  readCmdstanCsv,
  readCsv,
  readJson,
  saveFit,
  summary,
} from "nutmix";
import { cmdstanCsv } from "../../src/draws/cmdstan-csv.ts";
import { buildModel } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { crc32 } from "../../src/numeric/crc32.ts";
import * as generate from "./generators.ts";

export interface Target<T = unknown> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<T>;
  run(input: T): unknown;
  /** Inputs of a short run. */
  readonly runs: number;
}

const n = 24;
const wave = (k: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(i * k) + 1.5);
const pick = (levels: readonly string[], each = 1): string[] =>
  Array.from({ length: n }, (_, i) => levels[Math.floor(i / each) % levels.length]!);
const data = {
  y: wave(1.7),
  x: wave(2.3),
  z: wave(4.1),
  "a b": wave(5.9),
  f: pick(["p", "q", "r"]),
  o: Array.from({ length: n }, (_, i) => 1 + (i % 4)),
  g: pick(["a", "b", "c", "d", "e", "f"]),
  h: pick(["u", "v", "w"], 4),
  k: Array.from({ length: n }, (_, i) => i % 5),
  n: Array.from({ length: n }, (_, i) => 5 + (i % 3)),
};

/** Builds, compiles and evaluates: all of brm() but the chains. */
function prepare(formula: string, own: object, options: object): void {
  const posterior = compileModel(buildModel(formula, own, options));
  const q = new Float64Array(posterior.density.dimension).fill(0.1);
  posterior.density.evaluate(q, new Float64Array(q.length));
}

let made: Promise<Fit> | undefined;
const sampled = (): Promise<Fit> =>
  (made ??= brm("y ~ x + (1 | g)", data, { chains: 2, warmup: 60, draws: 10, createWorker: "none" }));

const saved = async (): Promise<ReadonlyMap<string, string | Uint8Array>> => {
  const own = await sampled();
  return new Map(saveFit(own, fitDocument(own, summary(own).rows, [])));
};

function target<T>(name: string, inputs: fc.Arbitrary<T>, run: (input: T) => unknown, runs = 150): Target {
  return { name, inputs, run: (input) => run(input as T), runs };
}

const several = generate.formula.chain((formula) => generate.family.map((family) => ({ formula, family })));
const mixed = generate.mixedFormula.chain((formula) =>
  generate.family.map((family) => ({ formula, family })),
);
const scaled = generate.response.chain((y) => generate.family.map((family) => ({ y, family })));
const mutations = generate.mutation.chain((first) =>
  generate.mutation.map((second) => ({ first, second, both: second.steps.length > 4 })),
);

/** Puts `value` at a place of a document; `steps` choose among the keys that are there. */
function mutate(document: unknown, { steps, value }: { steps: number[]; value: unknown }): unknown {
  if (typeof document !== "object" || document === null || steps.length === 0) return value;
  const keys = Object.keys(document);
  if (keys.length === 0) return value;
  const key = keys[steps[0]! % keys.length]!;
  const next = mutate((document as Record<string, unknown>)[key], { steps: steps.slice(1), value });
  if (Array.isArray(document)) return document.map((own, i) => (String(i) === key ? next : own));
  return { ...document, [key]: next };
}

const command = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export const targets: readonly Target[] = [
  target("formulas of brm()", several, ({ formula, family }) => prepare(formula, data, { family })),
  target("formulas of lmm()", generate.mixedFormula, (formula) => lmm(formula, data)),
  target("formulas of glmm()", mixed, ({ formula, family }) => glmm(formula, data, { family }), 40),
  target(
    "formulas of nlme()",
    generate.nlmeInput,
    ({ formula, ...options }) => nlme(formula, data, options),
    40,
  ),
  target("priors", generate.prior, (text) => {
    parsePriorRule(text);
    prepare("y ~ x + (1 + z | g)", data, { priors: [text] });
  }),
  target("CSV", generate.csv, (text) => readCsv(text), 300),
  target("bytes", generate.bytes, (bytes) => readCsv(bytes), 300),
  target("JSON", generate.json, (text) => readJson(text), 300),
  target("responses of brm()", scaled, ({ y, family }) =>
    prepare("y ~ x + (1 | g)", { ...data, y }, { family }),
  ),
  target("responses of lmm()", scaled, ({ y }) => lmm("y ~ x + (1 | g)", { ...data, y })),
  target(
    "responses of glmm()",
    scaled,
    ({ y, family }) => glmm("y ~ x + (1 | g)", { ...data, y }, { family }),
    40,
  ),
  target("hypotheses", generate.hypothesisText, async (text) => hypothesis(await sampled(), text)),
  target(
    "saved fits",
    mutations,
    async ({ first, second, both }) => {
      const files = await saved();
      const document = JSON.parse(String(files.get("fit.json"))) as Record<string, unknown>;
      const once = mutate(document, first);
      const { checksum: _, ...body } = (both ? mutate(once, second) : once) as Record<string, unknown>;
      const text = JSON.stringify({ checksum: crc32(JSON.stringify(body)), ...body });
      const back = loadFit((name) => (name === "fit.json" ? text : files.get(name)));
      summary(back);
      predict(back, undefined, { ndraws: 5 }).summary();
    },
    100,
  ),
  target(
    "CmdStan CSV",
    generate.nearly(generate.csv).chain((more) => generate.mutation.map(({ steps }) => ({ more, steps }))),
    async ({ more, steps }) => {
      const { draws } = await sampled();
      const [text] = cmdstanCsv(draws, { settings: SETTINGS, adaptation: [] });
      const at = (steps[0]! * 97 + steps.length * 1009) % text!.length;
      readCmdstanCsv([
        text!.slice(0, at) + (steps.length % 3 === 0 ? more : "") + text!.slice(at + (steps[1] ?? 0)),
      ]);
    },
  ),
  target(
    "arguments of the command",
    generate.cliArguments,
    (words) => {
      const short = ["fit", "compare"].includes(words[0] ?? "")
        ? ["--chains", "1", "--warmup", "20", "--draws", "10"]
        : [];
      const { status, stderr } = spawnSync(process.execPath, [command, ...words, ...short], {
        encoding: "utf8",
        timeout: 60_000,
      });
      if (![0, 1, 2].includes(status ?? -1)) throw new Error(`exit code ${status}: ${stderr}`);
      if (/defect of nutmix|\n {4}at /.test(stderr)) throw new Error(stderr);
    },
    4,
  ),
];

const SETTINGS = {
  algorithm: "nuts",
  warmup: 60,
  adaptDelta: 0.8,
  maxTreedepth: 10,
  integrationTime: 1,
  initRadius: 2,
  seed: 1,
} as const;
