/** `nutmix fit DATA FORMULA`. */
import {
  type BrmOptions,
  brm,
  type Fit,
  fitDocument,
  loo,
  type ReachedPrecision,
  type RunControls,
  SettingsError,
  sampleUntil,
  summary,
} from "../../index.ts";
import { type FitFolder, openFitFolder } from "../../index-node.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { loadData } from "../load-data.ts";
import { codingOptions, type ModelFlags, priorChoice, reading } from "../options.ts";
import { looDocument, looText } from "../print-loo.ts";
import { progressView } from "../progress.ts";
import { writeFit, writeReport } from "../saved-fit.ts";
import { shellWord, thisCommand } from "../shell-word.ts";
import { note } from "../standard-error.ts";
import { print } from "../standard-output.ts";

export interface FitFlags extends ModelFlags {
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly seed: number;
  readonly cores: number;
  readonly adaptDelta: number;
  readonly maxTreedepth: number;
  readonly metric: "auto" | "diag" | "dense" | "low-rank";
  readonly centring: "auto" | "none";
  readonly algorithm: "nuts" | "hmc";
  readonly samplePrior?: boolean;
  readonly strategy?: "auto" | "collapsed" | "explicit";
  readonly likelihood?: "auto" | "sums" | "merged" | "rows";
  readonly backend?: "auto" | "wasm" | "js";
  readonly coordinates?: "auto" | "own" | "transported";
  readonly ess?: number;
  readonly maxSeconds?: number;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly checkpoint: number;
  readonly loo?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Prints the result and returns the exit code. */
export async function fitCommand(data: string, formula: string, flags: FitFlags): Promise<number> {
  // Before anything is computed: what cannot be kept is not worth the wait.
  if (flags.loo === true && flags.samplePrior === true) {
    throw new SettingsError("--loo judges predictions of a posterior; with --sample-prior there is none");
  }
  const folder =
    flags.out === undefined ? undefined : openFitFolder(flags.out, { overwrite: flags.overwrite === true });
  return inFolder(folder, flags, thisCommand(), (controls) => run(data, formula, flags, controls));
}

/** Runs chains that can be stopped and are kept while they run, and delivers the fit. */
export async function inFolder(
  folder: FitFolder | undefined,
  flags: DeliveryFlags & { readonly checkpoint: number },
  command: string,
  sample: (controls: RunControls) => Promise<Fit>,
): Promise<number> {
  const interruption = listenForInterruption();
  const progress = progressView(flags.quiet === true || flags.json === true);
  const keep = folder?.keeper({
    onTrouble: (message) => note(`warning: ${message}`),
    texts: { "command.txt": `${command}\n` },
  });
  try {
    const fit = await sample({
      signal: interruption.signal,
      onProgress: progress.update,
      checkpointSeconds: flags.checkpoint,
      ...(keep && { keep }),
    }).finally(() => progress.stop());
    const code = await deliver(fit, flags, folder, command);
    return fit.interrupted ? (interruption.exitCode ?? code) : code;
  } catch (error) {
    if (error !== interruption.signal.reason) {
      if (folder?.keepsProgress() === true) {
        note(`what was drawn is kept: nutmix resume ${shellWord(folder.path)} goes on`);
      }
      throw error;
    }
    note(
      `stopped before the first draw: ${
        folder === undefined
          ? "nothing is kept (--out DIR keeps a run while it goes on)"
          : `nutmix resume ${shellWord(folder.path)} goes on where the chains stand`
      }`,
    );
    return interruption.exitCode!;
  } finally {
    interruption.end();
    folder?.close();
  }
}

async function run(data: string, formula: string, flags: FitFlags, controls: RunControls): Promise<Fit> {
  const { chains, warmup, draws, seed, cores, adaptDelta, maxTreedepth, metric, centring, algorithm } = flags;
  const { ess, maxSeconds } = flags;
  if (maxSeconds !== undefined && ess === undefined) {
    throw new SettingsError("--max-seconds goes with --ess: it limits how long is drawn for that precision");
  }
  const table = loadData(data, reading(flags));
  const tell = (reached: ReachedPrecision): void => {
    if (flags.quiet === true || flags.json === true) return;
    note(
      `${reached.draws} draws per chain: at least ${reached.ess.toFixed(0)} effective draws of ${ess} wanted, ` +
        `R-hat at most ${reached.rhat.toFixed(3)}`,
    );
  };
  const options: BrmOptions = {
    chains,
    warmup,
    draws,
    seed,
    cores,
    adaptDelta,
    maxTreedepth,
    metric,
    centring,
    algorithm,
    priors: priorChoice(flags),
    ...codingOptions(flags),
    ...controls,
    ...(flags.family !== undefined && { family: flags.family }),
    ...(flags.link !== undefined && { link: flags.link }),
    ...(flags.strategy !== undefined && { strategy: flags.strategy }),
    ...(flags.likelihood !== undefined && { likelihood: flags.likelihood }),
    ...(flags.backend !== undefined && { backend: flags.backend }),
    ...(flags.coordinates !== undefined && { coordinates: flags.coordinates }),
    ...(flags.samplePrior === true && { samplePrior: true }),
  };
  // With a precision in sight the first round is short: it tells how many draws are needed.
  const first = ess === undefined ? options : { ...options, draws: Math.min(draws, FIRST_ROUND) };
  const fit = await brm(formula, table, first);
  if (ess === undefined) return fit;
  return sampleUntil(
    fit,
    { ess, ...(maxSeconds !== undefined && { maxSeconds }), onPrecision: tell },
    { ...controls, cores },
  );
}

const FIRST_ROUND = 250;

export type DeliveryFlags = Pick<FitFlags, "json" | "quiet" | "loo">;

/** Saves fit and report, and prints summary or document, and warnings. */
export async function deliver(
  fit: Fit,
  flags: DeliveryFlags,
  folder: FitFolder | undefined,
  command: string,
): Promise<number> {
  const digest = summary(fit);
  const { messages, untrustworthy } = digest.verdict;
  const warnings = [
    ...fit.warnings,
    ...[...messages, ...digest.adequacy.findings.filter(({ note }) => !note)].map(({ text, remedy }) =>
      `${text} ${remedy}`.trim(),
    ),
  ];
  const { dropped } = fit.spec.design;
  if (dropped.count > 0) {
    warnings.unshift(
      `${dropped.count} rows with missing values (${dropped.columns.join(", ")}) were left out`,
    );
  }
  const printed = digest.print();
  const result = flags.loo === true ? loo(fit) : undefined;
  const document = {
    ...fitDocument(fit, digest.rows, warnings),
    ...(result && { loo: JSON.parse(JSON.stringify(looDocument(result))) }),
  };
  // A run that was stopped does not take the place of a fit that is whole; it can be continued either way.
  const saved = fit.interrupted && folder?.holdsFinishedFit === true ? undefined : folder;
  // The draws first: nothing that fails later may lose them.
  const files = saved === undefined ? [] : writeFit(saved, fit, document, printed, command);
  try {
    if (flags.json === true) print(`${JSON.stringify(document)}\n`);
    else print(`${printed}\n${result === undefined ? "" : `\n${looText(result).join("\n")}\n`}`);
  } finally {
    if (saved !== undefined) files.push(...(await writeReport(saved, fit, command)));
  }
  if (flags.quiet !== true) for (const warning of warnings) note(`warning: ${warning}`);
  if (saved !== undefined && flags.json !== true && flags.quiet !== true) {
    note(`wrote ${files.join(", ")} to ${saved.path}`);
  }
  if (fit.interrupted) note(stoppedText(fit, folder));
  return untrustworthy ? EXIT.untrustworthy : EXIT.fitted;
}

/** How many chains and draws a run that was stopped has. */
function stoppedText({ draws, settings }: Fit, folder: FitFolder | undefined): string {
  const has = `stopped: ${draws.chains} of ${settings.chains} chains have draws, ${draws.draws} of ${settings.draws} each`;
  if (folder === undefined) return `${has}; --out DIR keeps a run, so that it can be continued`;
  return `${has}; nutmix resume ${shellWord(folder.path)} goes on where they stand`;
}
