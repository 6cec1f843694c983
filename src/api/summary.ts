/** The summary of a fit: rows as data, and printed as brms prints it. */

import { codingInWords } from "../design/describe-factors.ts";
import { diagnose } from "../diagnostics/verdict.ts";
import { groupBlocks } from "../model/groups.ts";
import { type Adequacy, adequacy } from "../posterior/adequacy.ts";
import { type SummaryRow, summarise } from "../posterior/summary.ts";
import { quantitiesOf } from "../quantities/layout.ts";
import { pathInWords } from "../report/describe-model.ts";
import { type PrintOptions, printSummary, type SummaryView } from "../report/print-summary.ts";
import type { Fit } from "./fit-types.ts";

/** Rows for every parameter; `String(summary(fit))` is the printed table with warnings. */
export class FitSummary {
  readonly rows: readonly SummaryRow[];
  readonly verdict: ReturnType<typeof diagnose>;
  readonly #fit: Fit;

  /** Whether the model describes its data; computed when it is asked for. */
  get adequacy(): Adequacy {
    return adequacy(this.#fit);
  }

  constructor(fit: Fit) {
    this.rows = summarise(fit.draws);
    this.verdict = diagnose(fit, this.rows);
    this.#fit = fit;
  }

  print(options?: PrintOptions): string {
    return printSummary(this.#view(), options);
  }

  toString(): string {
    return this.print();
  }

  #view(): SummaryView {
    const { spec, draws, settings, warnings, interrupted } = this.#fit;
    const levels = new Map(groupBlocks(spec.design).map((block) => [block.group, block.levels.length]));
    return {
      family: spec.family.name,
      links: spec.family.links,
      formula: spec.design.formula,
      nobs: spec.design.nobs,
      dropped: spec.design.dropped,
      coding: codingInWords(spec.design),
      chains: draws.chains,
      warmup: settings.warmup,
      draws: draws.draws,
      algorithm: settings.algorithm,
      path: pathInWords(spec),
      priorOnly: spec.priorOnly,
      groups: [...levels].map(([group, count]) => ({ group, levels: count })),
      rows: this.rows,
      quantities: quantitiesOf(draws),
      warnings: [
        ...(interrupted ? ["the run was interrupted; this is what had been drawn by then"] : []),
        ...warnings,
        ...this.verdict.messages,
        ...this.adequacy.findings.filter(({ note }) => !note),
      ],
    };
  }
}

export function summary(fit: Fit): FitSummary {
  return new FitSummary(fit);
}
