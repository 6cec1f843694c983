/** Commands that read a saved fit: check, report, loo, hypothesis, resume. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  adequacy,
  type CheckOptions,
  DataError,
  type Fit,
  type HypothesisOptions,
  hypothesis,
  isExtreme,
  loo,
  looCompare,
  modelWeights,
  NutmixError,
  PRIOR_ONLY,
  plots,
  ppCheck,
  resume,
  SettingsError,
  textTable,
  type UnfinishedRun,
} from "../../index.ts";
import { makeFolder, openFitFolder, textBeside, writeFile } from "../../index-node.ts";
import { EXIT } from "../exit-codes.ts";
import { looDocument, looText } from "../print-loo.ts";
import { readFit, writeReport } from "../saved-fit.ts";
import { shellWord } from "../shell-word.ts";
import { note } from "../standard-error.ts";
import { print } from "../standard-output.ts";
import { inFolder } from "./fit.ts";

export interface CheckFlags {
  readonly type: readonly string[];
  readonly group?: string;
  readonly x?: string;
  readonly stat?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Statistics with their Bayesian p-values, and with `--type` and `--out` any checks as pictures. */
export async function checkCommand(folder: string, flags: CheckFlags): Promise<number> {
  const fit = readFit(folder);
  const ordinal = fit.spec.categories > 0;
  const options = {
    ...(flags.group !== undefined && { group: flags.group }),
    ...(flags.x !== undefined && { x: flags.x }),
  };
  const statistics = ordinal
    ? []
    : flags.stat === undefined
      ? ["mean", "sd", "min", "max", "prop_zero"]
      : [flags.stat];
  const rows = statistics.map((stat) => {
    const { numbers } = ppCheck(fit, "stat", { stat });
    const { observed, replicated, pValue } = numbers as {
      observed: number;
      replicated: number[];
      pValue: number;
    };
    const sorted = Float64Array.from(replicated).sort();
    const at = (p: number): number => sorted[Math.round(p * (sorted.length - 1))]!;
    const ties = replicated.filter((value) => value === observed).length / replicated.length;
    // Ties count half: a share of zeros that is always reproduced is not extreme.
    const extreme = isExtreme(pValue - ties / 2);
    return { statistic: stat, observed, low: at(0.05), median: at(0.5), high: at(0.95), pValue, extreme };
  });
  const findings = fit.spec.priorOnly ? [] : adequacy(fit).findings;
  const types = flags.type.length > 0 ? flags.type : [ordinal ? "bars" : "dens_overlay"];
  const checks = types.map((type) => ({
    type,
    result: ppCheck(fit, type, {
      ...options,
      ...(flags.stat !== undefined && { stat: flags.stat as CheckOptions["stat"] & string }),
    }),
  }));
  if (flags.json === true) {
    const document = {
      schema: "nutmix/check@1",
      priorOnly: fit.spec.priorOnly,
      statistics: rows,
      findings,
      checks: checks.map(({ type, result }) => ({ type, numbers: result.numbers, spec: result.spec })),
    };
    print(`${JSON.stringify(document)}\n`);
  } else if (rows.length > 0) {
    const number = (value: number): string => String(Number(value.toPrecision(4)));
    const table = textTable({
      header: ["observed", "5 %", "median", "95 %", "p", ""],
      rows: rows.map(({ statistic, observed, low, median, high, pValue, extreme }) => ({
        label: statistic,
        cells: [...[observed, low, median, high].map(number), pValue.toFixed(3), extreme ? "extreme" : ""],
      })),
    });
    if (fit.spec.priorOnly) print(`${PRIOR_ONLY}\n`);
    print(
      `Replicated statistics of ${fit.spec.design.response.name}; p = share of replicates at or above the observed one\n`,
    );
    print(`${table.join("\n")}\n`);
  }
  if (flags.json !== true) for (const { text, remedy } of findings) print(`\n${text} ${remedy}\n`);
  if (flags.out !== undefined) {
    makeFolder(flags.out);
    const names = checks.map(({ type }) => `${type}.svg`);
    for (const [k, { result }] of checks.entries()) {
      writeFile(join(flags.out, names[k]!), [await plots.renderSvg(result.spec)]);
    }
    if (flags.json !== true) note(`wrote ${names.join(", ")} to ${flags.out}`);
  }
  return EXIT.fitted;
}

export async function reportCommand(path: string): Promise<number> {
  const fit = readFit(path);
  const command = textBeside(path, "command.txt")?.trim() ?? `nutmix fit DATA '${fit.spec.design.formula}'`;
  const folder = openFitFolder(path, { goesOn: true });
  try {
    await writeReport(folder, fit, command);
  } finally {
    folder.close();
  }
  note(`wrote report.html to ${path}`);
  return EXIT.fitted;
}

export interface LooFlags {
  readonly momentMatch?: boolean;
  readonly json?: boolean;
}

/** One fit: its LOO; several: a comparison too. */
export function looCommand(folders: readonly string[], flags: LooFlags): number {
  const models = Object.fromEntries(
    folders.map((folder) => {
      const fit = readFit(folder);
      return [folder, { fit, loo: loo(fit, { momentMatch: flags.momentMatch === true }) }];
    }),
  );
  const entries = Object.entries(models);
  if (entries.length < folders.length) throw new NutmixError("the same folder is named twice");
  const comparison = entries.length > 1 ? looCompare(models) : [];
  const weights = entries.length > 1 ? modelWeights(models) : {};
  if (flags.json === true) {
    const document = {
      schema: "nutmix/loo@1",
      models: entries.map(([name, own]) => ({ name, ...looDocument(own.loo) })),
      comparison,
      stacking: weights,
    };
    print(`${JSON.stringify(document, finite)}\n`);
    return EXIT.fitted;
  }
  for (const [name, own] of entries) {
    if (entries.length > 1) print(`${name}\n`);
    print(`${looText(own.loo).join("\n")}\n\n`);
  }
  if (comparison.length > 0) {
    const table = textTable({
      header: ["elpd_diff", "se_diff", "p_worse", "stacking", "note"],
      rows: comparison.map((row) => ({
        label: row.name,
        cells: [
          row.elpdDifference.toFixed(1),
          row.seDifference.toFixed(1),
          Number.isNaN(row.probabilityWorse) ? "" : row.probabilityWorse.toFixed(2),
          weights[row.name]!.toFixed(3),
          row.note,
        ],
      })),
    });
    print(`${table.join("\n")}\n`);
  }
  return EXIT.fitted;
}

export interface HypothesisFlags {
  readonly class?: string;
  readonly group?: string;
  readonly scope?: "standard" | "ranef" | "coef";
  readonly alpha?: number;
  readonly json?: boolean;
}

export function hypothesisCommand(
  folder: string,
  hypotheses: readonly string[],
  flags: HypothesisFlags,
): number {
  const options: HypothesisOptions = {
    ...(flags.class !== undefined && { class: flags.class }),
    ...(flags.group !== undefined && { group: flags.group }),
    ...(flags.scope !== undefined && { scope: flags.scope }),
    ...(flags.alpha !== undefined && { alpha: flags.alpha }),
  };
  const fit = readFit(folder);
  const rows = hypothesis(fit, hypotheses, options);
  if (flags.json === true) {
    print(
      `${JSON.stringify({ schema: "nutmix/hypothesis@1", priorOnly: fit.spec.priorOnly, hypotheses: rows }, finite)}\n`,
    );
    return EXIT.fitted;
  }
  if (fit.spec.priorOnly) print(`${PRIOR_ONLY}\n`);
  const number = (value: number): string =>
    Number.isNaN(value) ? "NA" : Number.isFinite(value) ? value.toFixed(2) : "Inf";
  const table = textTable(
    {
      header: ["Estimate", "Est.Error", "CI.Lower", "CI.Upper", "Evid.Ratio", "Post.Prob", "Star"],
      rows: rows.map((row) => ({
        label: row.level === undefined ? row.hypothesis : `${row.level}: ${row.hypothesis}`,
        cells: [
          ...[row.estimate, row.error, row.lower, row.upper, row.evidenceRatio, row.probability].map(number),
          row.star ? "*" : "",
        ],
      })),
    },
    110,
  );
  print(`${table.join("\n")}\n`);
  return EXIT.fitted;
}

export interface ResumeFlags {
  readonly draws?: number;
  readonly cores: number;
  readonly checkpoint: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Goes on with a run that was left unfinished, or with a saved fit, and saves the fit. */
export async function resumeCommand(path: string, flags: ResumeFlags): Promise<number> {
  if (!existsSync(path)) throw new DataError(`there is no folder "${path}"`);
  const folder = openFitFolder(path, { goesOn: true });
  let before: Fit | UnfinishedRun;
  try {
    before = folder.unfinished() ?? readFit(path);
    if ("draws" in before) refuseFinished(path, before, flags.draws);
  } catch (error) {
    folder.close();
    throw error;
  }
  const command =
    textBeside(join(path, "unfinished"), "command.txt") ?? textBeside(path, "command.txt") ?? "nutmix fit …";
  return inFolder(folder, flags, command.trim(), (controls) =>
    resume(before, {
      ...controls,
      cores: flags.cores,
      ...(flags.draws !== undefined && { draws: flags.draws }),
    }),
  );
}

function refuseFinished(
  path: string,
  { draws, settings, interrupted }: Fit,
  wanted: number | undefined,
): void {
  if (interrupted || draws.chains < settings.chains || draws.draws < (wanted ?? settings.draws)) return;
  throw new SettingsError(
    `${path} holds a finished fit: ${draws.chains} chains of ${draws.draws} draws; for more of them say ` +
      `nutmix resume ${shellWord(path)} --draws ${2 * draws.draws}`,
  );
}

/** Numbers that JSON lacks become null. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
