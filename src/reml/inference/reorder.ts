/** The same model with the coefficients of one group-level term in another order. */
import { type LinearModel, prepare } from "../linear-model.ts";
import type { LmmFit } from "../lmm-fit.ts";

/** `held` coefficients of the term first; θ of the fit goes with them. Terms keep their places. */
export function firstCoefficients(
  fit: LmmFit,
  model: LinearModel,
  term: number,
  held: readonly number[],
): { readonly model: LinearModel; readonly theta: Float64Array } {
  const { names, correlated } = model.layout.terms[term]!;
  if (held.every((coefficient, i) => coefficient === i)) return { model, theta: fit.theta };
  const order = [...held, ...names.map((_, i) => i).filter((i) => !held.includes(i))];
  const design = reorderedDesign(model, term, order);
  const moved = prepare(design, model.reml);
  const covariance = fit.random[term]!.covariance;
  const k = names.length;
  const factor = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covariance[order[j]! * k + order[i]!]! / fit.sigma ** 2;
      for (let h = 0; h < j; h++) sum -= factor[i * k + h]! * factor[j * k + h]!;
      if (i === j) factor[i * k + j] = Math.sqrt(Math.max(sum, 0));
      else factor[i * k + j] = correlated && factor[j * k + j]! > 0 ? sum / factor[j * k + j]! : 0;
    }
  }
  const theta = Float64Array.from(moved.layout.theta, (entry, at) => {
    if (entry.term !== term) return fit.theta[at]!;
    const { from } = moved.layout.terms[term]!;
    return factor[(entry.row - from) * k + entry.column - from]!;
  });
  return { model: moved, theta };
}

function reorderedDesign({ design, layout }: LinearModel, term: number, order: readonly number[]) {
  const [mu, ...others] = design.predictors;
  const { group, names } = layout.terms[term]!;
  const n = design.nobs;
  const groups = mu!.groups.map((own) => {
    if (own.group !== group || own.names.join("\n") !== names.join("\n")) return own;
    const columns = new Float64Array(own.columns.length);
    order.forEach((from, to) => {
      columns.set(own.columns.subarray(from * n, (from + 1) * n), to * n);
    });
    return { ...own, names: order.map((from) => names[from]!), columns };
  });
  return { ...design, predictors: [{ ...mu!, groups }, ...others] };
}
