/** The widely applicable information criterion: Watanabe (2010); Vehtari, Gelman & Gabry (2017), section 2.3. */
import * as Elementary from "../numeric/elementary.ts";
import { total } from "./loo.ts";
import { logSumExp, observationDraws, type PointwiseLogLik } from "./pointwise.ts";

export interface Waic {
  readonly elpd: number;
  readonly se: number;
  readonly pWaic: number;
  readonly sePWaic: number;
  readonly waic: number;
  readonly seWaic: number;
  /** Observations (from 0) whose variance of the log-likelihood exceeds 0.4: LOO is then to be preferred. */
  readonly bad: readonly number[];
  readonly pointwise: { readonly elpd: Float64Array; readonly p: Float64Array };
}

export function waicOf(logLik: PointwiseLogLik): Waic {
  const { observations: n, chains, draws } = logLik;
  const ll = new Float64Array(chains * draws);
  const elpd = new Float64Array(n);
  const p = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    observationDraws(logLik, i, ll);
    const centre = ll.reduce((a, b) => a + b, 0) / ll.length;
    p[i] = ll.reduce((a, b) => a + (b - centre) ** 2, 0) / (ll.length - 1);
    elpd[i] = logSumExp(ll) - Elementary.log(ll.length) - p[i]!;
  }
  const sum = total(elpd);
  const effective = total(p);
  return {
    elpd: sum.sum,
    se: sum.se,
    pWaic: effective.sum,
    sePWaic: effective.se,
    waic: -2 * sum.sum,
    seWaic: 2 * sum.se,
    bad: Array.from(p.keys()).filter((i) => p[i]! > 0.4),
    pointwise: { elpd, p },
  };
}
