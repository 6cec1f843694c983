/** Every sampler setting with its default, its meaning and its domain: read by the checks, the command line and the docs. */
import { SettingsError } from "../errors.ts";
import { type OptionTable, such } from "../options.ts";
import type { SamplerSettings } from "./chain-types.ts";

export interface Setting<T> {
  readonly default: T;
  /** One line for help texts. */
  readonly meaning: string;
  /** The domain, to be read after "must". */
  readonly domain: string;
  /** The allowed words, when the setting is a choice. */
  readonly choices?: readonly string[];
  accepts(value: unknown): boolean;
}

export const samplerSettings = {
  algorithm: choice(
    "nuts",
    ["nuts", "hmc"],
    "nuts = No-U-Turn sampler; hmc = static Hamiltonian Monte Carlo",
  ),
  warmup: count(
    1000,
    0,
    1e7,
    "warm-up transitions per chain, at most: they tune the sampler and are thrown away",
  ),
  draws: count(1000, 1, 1e7, "draws kept per chain"),
  adaptDelta: {
    default: 0.8,
    meaning: "target acceptance probability; nearer to 1 means smaller steps and fewer divergences",
    domain: "lie strictly between 0 and 1",
    accepts: (value) => isNumber(value) && value > 0 && value < 1,
  },
  maxTreedepth: {
    default: 10,
    meaning: "trajectories double at most this many times (2^10 = 1024 steps)",
    domain: "be a whole number from 1 to 20",
    accepts: (value) => isWhole(value) && value >= 1 && value <= 20,
  },
  metric: choice(
    "auto",
    ["auto", "diag", "dense", "low-rank"],
    "what is learned of the parameters: scales alone (diag), all correlations (dense), the strongest ones (low-rank); auto chooses",
  ),
  centring: choice(
    "auto",
    ["auto", "none"],
    "auto = each group-level effect is sampled as far centred as its data suggest; none = never",
  ),
  integrationTime: positive(2 * Math.PI, "mean length of the trajectories; static HMC only"),
  initRadius: {
    default: 2,
    meaning: "starting points are uniform within this distance of the centre, on the unconstrained scale",
    domain: "be 0 or a positive number",
    accepts: (value) => isNumber(value) && value >= 0,
  },
} as const satisfies { [K in keyof SamplerSettings]: Setting<SamplerSettings[K]> };

/** Settings of a whole run; a single chain does not see them. */
export const runSettings = {
  chains: count(4, 1, 1000, "number of independent chains"),
  seed: {
    default: 1,
    meaning: "seed of all randomness: the same seed gives the same draws",
    domain: "be a whole number from 0 to 9007199254740991",
    accepts: (value) => isWhole(value) && value >= 0,
  },
  cores: count(0, 0, 1000, "chains that run at the same time, 0 = one per processor; never changes a draw"),
} as const satisfies Record<string, Setting<number>>;

/** As tables of options. */
export const samplerOptions = optionsOf<SamplerSettings>(samplerSettings);
export const runOptions = optionsOf<RunSettings>(runSettings);

export interface RunSettings {
  readonly chains: number;
  readonly seed: number;
  readonly cores: number;
}

/** Fills in defaults; other properties of `given` are ignored. @throws SettingsError for a value outside its domain. */
export function resolveSettings(given: Partial<SamplerSettings> = {}): SamplerSettings {
  return resolve<SamplerSettings>(samplerSettings, given);
}

/** As `resolveSettings`, for chains, seed and cores. */
export function resolveRunSettings(given: Partial<RunSettings> = {}): RunSettings {
  return resolve<RunSettings>(runSettings, given);
}

/** 8 GB of numbers, more than a machine that fits models has to spare. */
const MOST_VALUES = 2 ** 30;

/** @throws SettingsError when `width` numbers per draw are more than memory holds. */
export function refuseTooManyDraws(draws: number, chains: number, width: number): void {
  if (draws * chains * width <= MOST_VALUES) return;
  const most = Math.max(1, Math.floor(MOST_VALUES / (chains * width)));
  throw new SettingsError(
    `${chains} chains of ${draws} draws of ${width} numbers each take ${Math.ceil((draws * chains * width * 8) / 1e9)} GB; draws can be at most ${most}`,
  );
}

function resolve<S extends object>(table: { readonly [K in keyof S]: Setting<S[K]> }, given: Partial<S>): S {
  const resolved: Partial<S> = {};
  for (const name of Object.keys(table) as (keyof S & string)[]) {
    const setting = table[name];
    const value = given[name] ?? setting.default;
    if (!setting.accepts(value)) {
      throw new SettingsError(`${name} must ${setting.domain}, not ${show(value)}`);
    }
    resolved[name] = value;
  }
  return resolved as S;
}

function optionsOf<S>(table: { readonly [K in keyof S]-?: Setting<S[K]> }): OptionTable<S> {
  const entries = Object.entries<Setting<unknown>>(table);
  return Object.fromEntries(
    entries.map(([name, { domain, accepts }]) => [name, such(domain.replace(/^be /, ""), accepts)]),
  ) as unknown as OptionTable<S>;
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function choice<T extends string>(preset: T, choices: readonly T[], meaning: string): Setting<T> {
  return {
    default: preset,
    meaning,
    choices,
    domain: `be ${choices.map((c) => JSON.stringify(c)).join(" or ")}`,
    accepts: (value) => (choices as readonly unknown[]).includes(value),
  };
}

function count(preset: number, least: number, most: number, meaning: string): Setting<number> {
  return {
    default: preset,
    meaning,
    domain: `be a whole number, at least ${least} and at most ${most}`,
    accepts: (value) => isWhole(value) && value >= least && value <= most,
  };
}

function positive(preset: number, meaning: string): Setting<number> {
  return {
    default: preset,
    meaning,
    domain: "be a positive number",
    accepts: (value) => isNumber(value) && value > 0,
  };
}
