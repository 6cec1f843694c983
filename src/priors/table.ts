/** Resolved priors as rows: what `nutmix priors` prints and the JSON of a fit holds. */
import type { ResolvedPrior } from "./prior.ts";

export interface PriorRow {
  readonly class: string;
  readonly coef: string;
  readonly group: string;
  readonly dpar: string;
  readonly nlpar: string;
  /** `(flat)` for the improper flat prior. */
  readonly prior: string;
  /** null = unbounded. */
  readonly lb: number | null;
  readonly ub: number | null;
  readonly source: string;
}

export function priorTable(priors: readonly ResolvedPrior[]): PriorRow[] {
  return priors.map(({ target, prior, lower, upper, source }) => ({
    class: target.class,
    coef: target.coef,
    group: target.group,
    dpar: target.dpar,
    nlpar: target.nlpar,
    prior: prior === "" ? "(flat)" : prior,
    lb: Number.isFinite(lower) ? lower : null,
    ub: Number.isFinite(upper) ? upper : null,
    source,
  }));
}
