/** Command-line words → options of the API. */
import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import {
  type ColumnType,
  type ContrastOptions,
  type PriorChoice,
  PriorError,
  parsePriorRule,
  parsePriorSet,
  runSettings,
  SettingsError,
  samplerSettings,
} from "../index.ts";
import type { Reading } from "./load-data.ts";

export interface ModelFlags extends DataFlags {
  readonly family?: string;
  readonly link?: string;
  readonly prior: readonly string[];
  readonly priors?: string;
}

/** How the data are to be read and factors to be coded. */
export interface DataFlags {
  readonly factor: readonly string[];
  readonly ordered: readonly string[];
  readonly na: readonly string[];
  readonly encoding?: string;
  readonly reference: readonly string[];
  readonly contrasts: readonly string[];
}

export const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

/** `--factor`, `--ordered`, `--na`, `--encoding`; with `coding` also `--reference` and `--contrasts`. */
export function dataFlags(command: Command, coding = true): Command {
  command
    .option(
      "--factor <column[=levels]>",
      "treat a column as a factor, levels separated by commas: the first is the reference",
      collect,
      [],
    )
    .option("--ordered <column=levels>", "an ordered factor: dose=low<mid<high", collect, [])
    .option(
      "--na <code>",
      "what else means that a value is missing: -99, missing, …; may be repeated",
      collect,
      [],
    )
    .option("--encoding <name>", "of the data file, when it is not UTF-8: windows-1252, utf-16le, …");
  if (!coding) return command;
  return command
    .option(
      "--reference <factor=level>",
      "the level that the others are compared with: group=control",
      collect,
      [],
    )
    .option(
      "--contrasts <factor=name>",
      'treatment, SAS, sum, helmert or poly, or a matrix as JSON: \'dose={"low":-1,"mid":0,"high":1}\'; ' +
        "unordered=sum and ordered=poly hold for all factors of that kind",
      collect,
      [],
    );
}

/** Reference levels and contrasts, as options of brm(), lmm() and glmm(). */
export function codingOptions({ reference, contrasts }: Pick<DataFlags, "reference" | "contrasts">): {
  reference?: Record<string, string>;
  contrasts?: ContrastOptions;
} {
  const references = reference.map((text) => named("--reference", text, "group=control"));
  const codings = contrasts.map((text): [string, ContrastOptions[string]] => {
    const [name, value] = named("--contrasts", text, "recipe=sum");
    return [name, /^\s*[[{]/.test(value) ? matrixOf(name, value) : (value as ContrastOptions[string])];
  });
  return {
    ...(references.length > 0 && { reference: Object.fromEntries(references) }),
    ...(codings.length > 0 && { contrasts: Object.fromEntries(codings) }),
  };
}

/** `[[1, 0], …]` in the order of the levels, or `{ "low": -1, … }`. */
function matrixOf(name: string, text: string): ContrastOptions[string] {
  try {
    const given: unknown = JSON.parse(text);
    const isNamed =
      typeof given === "object" && given !== null && !Array.isArray(given) && !("rows" in given);
    return (isNamed ? { rows: given } : given) as ContrastOptions[string];
  } catch (error) {
    throw new SettingsError(`the contrasts of ${name} are not JSON: ${(error as Error).message}`);
  }
}

/** The last "=" separates: it may stand in the text of a variable, but hardly in a level. */
function named(flag: string, text: string, example: string): [string, string] {
  const at =
    text.startsWith("factor(") || text.startsWith("C(")
      ? text.indexOf("=", text.lastIndexOf(")"))
      : text.indexOf("=");
  if (at < 1) throw new SettingsError(`${flag} is written as ${example}, not "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Flags whose help and default come from the table of settings. */
export function settingOptions(): Option[] {
  const flags: [string, string, { readonly meaning: string; readonly default: unknown }][] = [
    ["--chains <n>", "chains", runSettings.chains],
    ["--warmup <n>", "warmup", samplerSettings.warmup],
    ["--draws <n>", "draws", samplerSettings.draws],
    ["--seed <n>", "seed", runSettings.seed],
    ["--cores <n>", "cores", runSettings.cores],
    ["--adapt-delta <p>", "adaptDelta", samplerSettings.adaptDelta],
    ["--max-treedepth <n>", "maxTreedepth", samplerSettings.maxTreedepth],
  ];
  return [
    ...flags.map(([flag, , setting]) =>
      new Option(flag, setting.meaning).argParser((text) => toNumber(flag, text)).default(setting.default),
    ),
    new Option("--metric <name>", samplerSettings.metric.meaning).default(samplerSettings.metric.default),
    new Option("--centring <name>", samplerSettings.centring.meaning).default(
      samplerSettings.centring.default,
    ),
    new Option("--algorithm <name>", samplerSettings.algorithm.meaning).default(
      samplerSettings.algorithm.default,
    ),
  ];
}

/** An option that takes a number. */
export function numberOption(flag: string, meaning: string): Option {
  return new Option(flag, meaning).argParser((text) => toNumber(flag, text));
}

function toNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new SettingsError(`${flag.split(" ")[0]} needs a number, not "${text}"`);
  }
  return value;
}

/** What `--factor`, `--ordered` and `--na` say. */
export function reading(flags: Pick<DataFlags, "factor" | "ordered" | "na" | "encoding">): Reading {
  const { na, encoding } = flags;
  return { columnTypes: columnTypes(flags), na, ...(encoding !== undefined && { encoding }) };
}

/** `--factor g`, `--factor g=a,b,c`, `--ordered dose=low<mid<high`. */
function columnTypes({ factor, ordered }: Pick<DataFlags, "factor" | "ordered">): Record<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const text of factor) {
    const [name, levels] = splitOnce(text);
    types.set(name, levels === undefined ? "factor" : { factor: levels.split(",") });
  }
  for (const text of ordered) {
    const [name, levels] = splitOnce(text);
    types.set(name, levels === undefined ? "ordered" : { ordered: levels.split("<") });
  }
  return Object.fromEntries(types);
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** `--priors` names a set or a JSON file that holds one; `--prior` rules come on top. */
export function priorChoice({ prior, priors }: Pick<ModelFlags, "prior" | "priors">): PriorChoice {
  const rules = prior.map(parsePriorRule);
  if (priors === undefined) return { rules };
  if (!priors.endsWith(".json")) return { set: priors, rules };
  let text: string;
  try {
    text = readFileSync(priors, "utf8");
  } catch {
    throw new PriorError(`there is no prior-set file "${priors}"`);
  }
  try {
    return { set: parsePriorSet(JSON.parse(text)), rules };
  } catch (error) {
    if (error instanceof SyntaxError) throw new PriorError(`${priors} is not JSON: ${error.message}`);
    throw error;
  }
}
