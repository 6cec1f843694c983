/** `nutmix compare DATA FORMULA`: the Bayesian fit and its frequentist counterpart, side by side. */
import {
  type BrmOptions,
  brm,
  type Comparison,
  compare,
  glmm,
  lmm,
  summary,
  textTable,
} from "../../index.ts";
import { EXIT } from "../exit-codes.ts";
import { loadData } from "../load-data.ts";
import { codingOptions, priorChoice, reading } from "../options.ts";
import { progressView } from "../progress.ts";
import { note } from "../standard-error.ts";
import { print } from "../standard-output.ts";
import type { FitFlags } from "./fit.ts";

export async function compareCommand(data: string, formula: string, flags: FitFlags): Promise<number> {
  const { chains, warmup, draws, seed, cores, adaptDelta, maxTreedepth, metric, algorithm } = flags;
  const table = loadData(data, reading(flags));
  const coding = codingOptions(flags);
  const model = {
    ...coding,
    ...(flags.family !== undefined && { family: flags.family }),
    ...(flags.link !== undefined && { link: flags.link }),
  };
  const gaussian = flags.family === undefined || flags.family === "gaussian";
  const frequentist =
    gaussian && flags.link === undefined ? lmm(formula, table, coding) : glmm(formula, table, model);
  const progress = progressView(flags.quiet === true || flags.json === true);
  const options: BrmOptions = {
    ...{ chains, warmup, draws, seed, cores, adaptDelta, maxTreedepth, metric, algorithm },
    ...model,
    priors: priorChoice(flags),
    onProgress: progress.update,
  };
  const fit = await brm(formula, table, options).finally(() => progress.stop());
  const compared = compare(fit, frequentist);
  if (flags.json === true) {
    print(`${JSON.stringify({ schema: "nutmix/compare@1", formula, ...compared })}\n`);
  } else print(`${comparisonText(compared, frequentist.method)}\n`);
  const { messages, untrustworthy } = summary(fit).verdict;
  if (flags.quiet !== true) {
    for (const warning of [...frequentist.warnings, ...messages.map(({ text }) => text)]) {
      note(`warning: ${warning}`);
    }
  }
  return untrustworthy || !frequentist.convergence.converged ? EXIT.untrustworthy : EXIT.fitted;
}

/** Group-level effects are many: they are in the JSON. */
function comparisonText({ rows, remarks }: Comparison, method: string): string {
  const header = ["Bayes", "l-95%", "u-95%", method, "l-95%", "u-95%", "diff/sd"];
  const number = (value: number): string => (Number.isNaN(value) ? "" : value.toPrecision(4));
  return [
    ...textTable({
      header,
      rows: rows
        .filter(({ kind }) => kind !== "effect")
        .map(({ name, bayes, reml, difference }) => ({
          label: name,
          cells: [bayes.estimate, bayes.lower, bayes.upper, reml.estimate, reml.lower, reml.upper]
            .map(number)
            .concat(difference.toFixed(2)),
        })),
    }),
    "",
    ...remarks,
  ].join("\n");
}
