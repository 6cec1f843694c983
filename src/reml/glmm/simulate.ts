/** Responses drawn from a fitted generalised model. */
import { familyOf } from "../../families/index.ts";
import { applyFactors } from "../../marginal/relative-factors.ts";
import { addRandomPart } from "../../marginal/row-products.ts";
import type { Rng } from "../../random/rng.ts";
import { relativeFactors } from "../random-layout.ts";
import { linearPredictor } from "./components.ts";
import { prepareGlmm } from "./glmm.ts";
import type { GlmmFit } from "./glmm-fit.ts";
import { eachRowParameters } from "./natural-parameters.ts";
import { parametersOf } from "./parameters-of.ts";

const prepared = new WeakMap<GlmmFit, ReturnType<typeof prepareGlmm>>();

/** New group-level effects and a new response, both from their estimated distributions. */
export function simulateGlmm(fit: GlmmFit, rng: Rng): Float64Array {
  const family = familyOf(fit.family);
  let model = prepared.get(fit);
  if (model === undefined) prepared.set(fit, (model = prepareGlmm(fit.design, family, fit.family.links)));
  const { components, layout, problem, rows, categories } = model;
  const n = fit.nobs;
  const beta = parametersOf(fit, components);
  const eta = linearPredictor(components.all[0]!, n, beta);
  const b = new Float64Array(problem.structure.effects).map(() => rng.normal());
  applyFactors(problem.structure, relativeFactors(layout, fit.theta), b);
  addRandomPart(problem.structure, b, eta);
  const y = new Float64Array(n);
  const d = new Float64Array(3);
  const context = { links: fit.family.links, categories };
  eachRowParameters(family, components, n, eta, beta, (i, p) => {
    d.set(rows.response.subarray(3 * i, 3 * i + 3));
    y[i] = family.sample(rng, d, p, context);
  });
  return y;
}
