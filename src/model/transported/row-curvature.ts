/**
 * First and second derivatives of the rows' log-likelihood in a linear predictor. Kernels give the first exactly; the second are
 * central differences of it. They only shape coordinates: draws are exact whatever they are.
 */
import { censoredLogDensity, RESPONSE_WIDTH } from "../../autodiff/ops/likelihood.ts";
import * as Elementary from "../../numeric/elementary.ts";
import type { LatentPredictor, RowLikelihood } from "./latent-model.ts";

export interface RowCurvature {
  /** ∂ℓ/∂η and −∂²ℓ/∂η² (0 where the likelihood is not concave). */
  readonly score: Float64Array;
  readonly weight: Float64Array;
  /** ∂²ℓ/∂η∂τ for every threshold τ. */
  readonly cross: readonly Float64Array[];
}

/** Step of the differences, in units of the scale on which a row's likelihood varies. */
const STEP = 1e-3;

/** `values`: of the operands; `eta`: of the predictor. Undefined when a row is impossible. */
export function rowCurvature(
  { kernel, response, weights, censoring, sigmaAt }: RowLikelihood,
  predictor: LatentPredictor,
  eta: Float64Array,
  values: readonly Float64Array[],
  thresholds: Float64Array | undefined,
): RowCurvature | undefined {
  const n = eta.length;
  const dpars = values.length;
  const ofThresholds = predictor.at === 0 && thresholds !== undefined ? thresholds.length : 0;
  const p = new Float64Array(dpars + (thresholds?.length ?? 0));
  if (thresholds !== undefined) p.set(thresholds, dpars);
  const d = new Float64Array(RESPONSE_WIDTH);
  const up = new Float64Array(p.length);
  const down = new Float64Array(p.length);
  const spare = new Float64Array(p.length);
  const score = new Float64Array(n);
  const weight = new Float64Array(n);
  const cross = Array.from({ length: ofThresholds }, () => new Float64Array(n));
  const { at } = predictor;
  for (let i = 0; i < n; i++) {
    const times = weights === null ? 1 : weights[i]!;
    if (times === 0) continue;
    for (let k = 0; k < RESPONSE_WIDTH; k++) d[k] = response[i * RESPONSE_WIDTH + k]!;
    for (let k = 0; k < dpars; k++) p[k] = values[k]!.length > 1 ? values[k]![i]! : values[k]![0]!;
    const code = censoring === null ? 0 : censoring[i]!;
    const slopeAt = (x: number, g: Float64Array): number => {
      p[at] = predictor.value(i, x);
      const value =
        code === 0 ? kernel.logDensity(d, p, g) : censoredLogDensity(kernel, code, d, p, g, spare);
      return value > -Infinity ? g[at]! * predictor.derivative(i, x) : Number.NaN;
    };
    const x = eta[i]!;
    const slope = slopeAt(x, up);
    if (!Number.isFinite(slope)) return undefined;
    score[i] = times * slope;
    const scale =
      at === 0 && sigmaAt >= 0
        ? Elementary.exp(p[sigmaAt]!) / Math.max(Math.abs(predictor.derivative(i, x)), 1e-6)
        : 1;
    const h = STEP * scale;
    const bend = (slopeAt(x - h, down) - slopeAt(x + h, up)) / (2 * h);
    // Also where a step left the support.
    if (!(bend > 0 && bend < Infinity)) continue;
    weight[i] = times * bend;
    for (let k = 0; k < ofThresholds; k++) {
      const own = (up[dpars + k]! - down[dpars + k]!) / (2 * h);
      if (Number.isFinite(own)) cross[k]![i] = times * own;
    }
  }
  return { score, weight, cross };
}
