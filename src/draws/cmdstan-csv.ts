import { cmdstanColumns } from "./cmdstan-names.ts";
import type { Draws } from "./draws.ts";

/** What the comments of the file say beyond the draws. */
export interface CmdstanRun {
  readonly settings: {
    readonly algorithm: "nuts" | "hmc";
    readonly warmup: number;
    readonly adaptDelta: number;
    readonly maxTreedepth: number;
    readonly integrationTime: number;
    readonly initRadius: number;
    readonly seed: number;
  };
  /** One per chain of the draws. */
  readonly adaptation: readonly {
    readonly stepSize: number;
    /** In which form `inverseMetric` is given (see sampler/metric.ts), for how many coordinates. */
    readonly metric: "diag" | "dense" | "low-rank";
    readonly dimension: number;
    readonly inverseMetric: Float64Array;
    readonly warmupMs: number;
    readonly samplingMs: number;
  }[];
  /** Default `nutmix_model`. Blanks become underscores. */
  readonly model?: string;
}

/** Sampler columns in CmdStan's order. */
export const STATISTIC_COLUMNS = [
  ["lp__", "lp"],
  ["accept_stat__", "acceptStat"],
  ["stepsize__", "stepSize"],
  ["treedepth__", "treedepth"],
  ["n_leapfrog__", "nLeapfrog"],
  ["divergent__", "divergent"],
  ["energy__", "energy"],
] as const;

/** Begins the comment with the exact parameter names as a JSON array. */
export const NAMES_COMMENT = "# parameter_names: ";

/**
 * The text of one CSV file per chain, as CmdStan writes it (CmdStan Guide, "Stan CSV file format"), for
 * rstan::read_stan_csv, cmdstanr::read_cmdstan_csv, posterior and arviz.from_cmdstan. Numbers are written so that
 * they read back exactly; a parameter called `lp__` is not written a second time.
 *
 * Column names are CmdStan's (`r_Subject.1.2`): cmdstan-names.ts says how they come about. The exact names follow
 * in the comment `# parameter_names: […]` below the header, a JSON array in the order of the columns after `energy__`, which
 * `readCmdstanCsv` uses. `save_warmup` is 0 and `num_samples` the number of rows, because readers count on both.
 */
export function cmdstanCsv(draws: Draws, run: CmdstanRun): string[] {
  return Array.from({ length: draws.chains }, (_, chain) =>
    [...cmdstanCsvPieces(draws, run, chain)].join(""),
  );
}

/** The file of one chain (counted from 0) in pieces of about 64 kB: the whole may be longer than a string can be. */
export function* cmdstanCsvPieces(draws: Draws, run: CmdstanRun, chain: number): Generator<string> {
  let piece = "";
  for (const line of lines(draws, run, chain)) {
    piece += line;
    piece += "\n";
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

const PIECE = 1 << 16;

function* lines(draws: Draws, run: CmdstanRun, chain: number): Generator<string> {
  const parameters = draws.names.flatMap((name, i) => (name === "lp__" ? [] : [i]));
  const names = parameters.map((i) => draws.names[i]!);
  const adaptation = run.adaptation[chain];
  yield* configuration(draws, run, chain);
  const columns = cmdstanColumns(draws);
  yield [...STATISTIC_COLUMNS.map(([column]) => column), ...parameters.map((i) => columns[i]!)].join(",");
  // Below the header, because rstan searches the comments above it for words like "thin".
  yield NAMES_COMMENT + commentSafe(JSON.stringify(names));
  if (adaptation !== undefined) yield* adaptationBlock(adaptation);
  yield* rows(draws, parameters, chain);
  yield* timing(adaptation?.warmupMs ?? 0, adaptation?.samplingMs ?? 0);
}

function configuration(draws: Draws, { settings, adaptation, model }: CmdstanRun, chain: number): string[] {
  const engine =
    settings.algorithm === "nuts"
      ? [
          "#         engine = nuts (Default)",
          "#           nuts",
          `#             max_depth = ${settings.maxTreedepth}`,
        ]
      : [
          "#         engine = static",
          "#           static",
          `#             int_time = ${settings.integrationTime}`,
        ];
  return [
    "# stan_version_major = 2",
    "# stan_version_minor = 32",
    "# stan_version_patch = 2",
    `# model = ${(model ?? "nutmix_model").replace(/\s+/g, "_")}`,
    "# method = sample (Default)",
    "#   sample",
    `#     num_samples = ${draws.draws}`,
    `#     num_warmup = ${settings.warmup}`,
    "#     save_warmup = 0 (Default)",
    "#     thin = 1 (Default)",
    "#     adapt",
    "#       engaged = 1 (Default)",
    "#       gamma = 0.05 (Default)",
    `#       delta = ${settings.adaptDelta}`,
    "#       kappa = 0.75 (Default)",
    "#       t0 = 10 (Default)",
    "#       init_buffer = 75 (Default)",
    "#       term_buffer = 50 (Default)",
    "#       window = 25 (Default)",
    "#     algorithm = hmc (Default)",
    "#       hmc",
    ...engine,
    `#         metric = ${adaptation[chain]?.metric === "dense" ? "dense" : "diag"}_e`,
    "#         metric_file =  (Default)",
    "#         stepsize = 1 (Default)",
    "#         stepsize_jitter = 0 (Default)",
    `# id = ${chain + 1}`,
    "# data",
    "#   file =  (Default)",
    `# init = ${settings.initRadius}`,
    "# random",
    `#   seed = ${settings.seed}`,
    "# output",
    "#   file = output.csv (Default)",
    "#   diagnostic_file =  (Default)",
    "#   refresh = 100 (Default)",
  ];
}

function adaptationBlock(adaptation: CmdstanRun["adaptation"][number]): string[] {
  const { stepSize, metric, dimension, inverseMetric } = adaptation;
  const lines = ["# Adaptation terminated", `# Step size = ${cell(stepSize)}`];
  if (metric !== "dense") {
    // The format knows no low-rank metric: its diagonal stands for it.
    const diagonal = metric === "diag" ? inverseMetric : lowRankDiagonal(inverseMetric, dimension);
    lines.push("# Diagonal elements of inverse mass matrix:", `# ${Array.from(diagonal, cell).join(", ")}`);
    return lines;
  }
  lines.push("# Elements of inverse mass matrix:");
  for (let row = 0; row < dimension; row++) {
    const elements = inverseMetric.subarray(row * dimension, (row + 1) * dimension);
    lines.push(`# ${Array.from(elements, cell).join(", ")}`);
  }
  return lines;
}

/** Of diag(s)·(I + V(Λ − I)Vᵀ)·diag(s), given as s², Λ and the columns of V. */
function lowRankDiagonal(inverse: Float64Array, n: number): Float64Array {
  const rank = (inverse.length - n) / (n + 1);
  return inverse.subarray(0, n).map((variance, i) => {
    let stretched = 1;
    for (let k = 0; k < rank; k++) {
      stretched += (inverse[n + k]! - 1) * inverse[n + rank + k * n + i]! ** 2;
    }
    return variance * stretched;
  });
}

function* rows(draws: Draws, parameters: readonly number[], chain: number): Generator<string> {
  const width = draws.names.length;
  for (let draw = 0; draw < draws.draws; draw++) {
    const at = chain * draws.draws + draw;
    const cells = STATISTIC_COLUMNS.map(([, key]) => cell(draws.statistics[key][at]!));
    for (const parameter of parameters) cells.push(cell(draws.values[at * width + parameter]!));
    yield cells.join(",");
  }
}

function timing(warmupMs: number, samplingMs: number): string[] {
  const seconds = (ms: number) => String(Number((ms / 1000).toFixed(6)));
  return [
    "# ",
    `#  Elapsed Time: ${seconds(warmupMs)} seconds (Warm-up)`,
    `#                ${seconds(samplingMs)} seconds (Sampling)`,
    `#                ${seconds(warmupMs + samplingMs)} seconds (Total)`,
    "# ",
  ];
}

/** C++ spells the special values like this, and so R and NumPy read them. */
function cell(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  return Object.is(x, -0) ? "-0" : String(x);
}

/** Readers look for `key = value`, `(Warm-up)` and the like in comments: nothing in a level label may look so. */
function commentSafe(json: string): string {
  return json.replace(/[^ -~]|[=#()]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
