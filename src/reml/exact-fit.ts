/** Models that fit their response exactly: as the residual spread goes to 0 the likelihood rises without bound. */
import { SamplingError } from "../errors.ts";
import { evaluate, gaussianSystem, solve } from "../marginal/gaussian.ts";
import { addRandomPart } from "../marginal/row-products.ts";
import { sd } from "../numeric/moments.ts";
import { type RandomLayout, relativeFactors } from "./random-layout.ts";

/**
 * Below this share of the response's standard deviation, residuals are rounding: sums of squares hold the square of it to
 * no more than a digit.
 */
const ROUNDING = 1e-7;

/** @throws SamplingError when residuals of standard deviation `sigma` are rounding beside those of `response`. */
export function refuseExactFit(sigma: number, response: Float64Array): void {
  if (sigma > ROUNDING * sd(response)) return;
  throw new SamplingError(
    "the model fits the response exactly: the residual variance is 0 and no likelihood exists; use fewer terms (is the response constant within the levels of a grouping factor?)",
  );
}

/**
 * The residual standard deviation that least squares on coefficients and effects leaves of `y`, as a share of that of `y`; 1 where
 * the equations are too near to singular to tell.
 * @param columns rows × p, column-major.
 */
export function residualShare(
  layout: RandomLayout,
  columns: Float64Array,
  p: number,
  y: Float64Array,
): number {
  const n = y.length;
  const spread = sd(y);
  if (!(spread > 0)) return 0;
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const left = y.map((value) => (value - mean) / spread);
  const system = gaussianSystem(n, layout.blocks, columns, p, left);
  // Effects that are all but free: 10⁴ residual standard deviations, which shrinks them by 10⁻⁸.
  const free = layout.theta.map(({ row, column }, k) => (row === column ? 1e4 / layout.scale[k]! : 0));
  const lambda = relativeFactors(layout, free);
  if (evaluate(system, lambda) === undefined) return 1;
  const { beta, b } = solve(system, lambda);
  const fitted = new Float64Array(n);
  addRandomPart(system.structure, b, fitted);
  beta.forEach((coefficient, j) => {
    for (let i = 0; i < n; i++) fitted[i]! += coefficient * columns[j * n + i]!;
  });
  return Math.sqrt(left.reduce((sum, value, i) => sum + (value - fitted[i]!) ** 2, 0) / n);
}
