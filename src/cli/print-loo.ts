/** Leave-one-out results as text and in documents. */
import { type Loo, textTable } from "../index.ts";

/** The numbers of a LOO as documents hold them. */
export function looDocument({
  elpd,
  se,
  pLoo,
  sePLoo,
  looic,
  mcse,
  kThreshold,
  bad,
  pointwise,
  method,
}: Loo) {
  return {
    method,
    elpd,
    se,
    pLoo,
    sePLoo,
    looic,
    mcse,
    kThreshold,
    maxParetoK: pointwise.k.reduce((a, b) => Math.max(a, b), -Infinity),
    highParetoK: bad.map((i) => i + 1),
  };
}

export function looText(result: Loo): string[] {
  const line = (label: string, value: number, se: number) => ({
    label,
    cells: [value.toFixed(1), se.toFixed(1)],
  });
  const { bad, observations, kThreshold } = result;
  return [
    ...textTable({
      header: ["Estimate", "SE"],
      rows: [
        line("elpd_loo", result.elpd, result.se),
        line("p_loo", result.pLoo, result.sePLoo),
        line("looic", result.looic, result.seLooic),
      ],
    }),
    bad.length === 0
      ? `All Pareto k estimates are good (k < ${kThreshold.toFixed(2)}).`
      : `${bad.length} of ${observations} observations have a Pareto k above ${kThreshold.toFixed(2)}: the estimate is uncertain there ` +
        "(--moment-match may mend it).",
  ];
}
