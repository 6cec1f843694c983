/** Command-line words → options of the API. */
import { readFileSync } from "node:fs";
import { Option } from "commander";
import {
  type ColumnType,
  type PriorChoice,
  PriorError,
  parsePriorRule,
  parsePriorSet,
  runSettings,
  SettingsError,
  samplerSettings,
} from "../index.ts";

export interface ModelFlags {
  readonly family?: string;
  readonly link?: string;
  readonly prior: readonly string[];
  readonly priors?: string;
  readonly factor: readonly string[];
  readonly ordered: readonly string[];
  readonly sampleprior?: boolean;
}

export const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];

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

/** `--factor g`, `--factor g=a,b,c`, `--ordered dose=low<mid<high`. */
export function columnTypes({
  factor,
  ordered,
}: Pick<ModelFlags, "factor" | "ordered">): Record<string, ColumnType> {
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
