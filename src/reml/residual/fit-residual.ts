/** θ and the parameters of a residual structure together: exact gradient in θ, central differences in the others. */
import { SamplingError } from "../../errors.ts";
import { positiveInverse } from "../../linalg/small-matrices.ts";
import { devianceObjective } from "../criterion.ts";
import { lmmResult } from "../fit-linear-model.ts";
import { type LinearModel, profiledOf } from "../linear-model.ts";
import type { LmmFit, ResidualStructureFit } from "../lmm-fit.ts";
import { largest, minimise, type Objective } from "../minimise.ts";
import { hessianByDifferences } from "../newton.ts";
import { optimiseTheta, type ThetaOptions, turnSigns } from "../optimise-theta.ts";
import type { ResidualData } from "./residual-data.ts";
import { checkNested, whitenedModel } from "./whitened-model.ts";
import { type Whitening, whiteningOf } from "./whitening.ts";

/** Rounds of a variance that depends on the fitted values. */
const MOST_ROUNDS = 200;

/** @throws DesignError when the structure does not fit the grouping; SamplingError when no starting value works. */
export function fitResidual(base: LinearModel, data: ResidualData, options: ThetaOptions): LmmFit {
  checkNested(data, base);
  if (data.variance?.ofFitted !== true) return fitOnce(base, data, options, undefined);
  // As nlme: the fitted values that the variance depends on are held while the likelihood is maximised, then renewed.
  let fitted = fitOnce(
    base,
    { rows: data.rows, ...(data.correlation && { correlation: data.correlation }) },
    options,
    undefined,
  ).fitted;
  let last: LmmFit | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const held = { ...data, variance: { ...data.variance!, covariate: fitted } };
    const fit = fitOnce(
      base,
      held,
      last === undefined ? options : { ...options, start: last.theta },
      last?.residual?.free,
    );
    const settled =
      last !== undefined && Math.abs(fit.criterion - last.criterion) < 1e-9 * (1 + Math.abs(fit.criterion));
    last = fit;
    fitted = fit.fitted;
    if (settled) return fit;
  }
  return {
    ...last!,
    warnings: [
      ...last!.warnings,
      "the variance as a function of the fitted values did not settle: they still change",
    ],
  };
}

function fitOnce(
  base: LinearModel,
  data: ResidualData,
  options: ThetaOptions,
  from: Float64Array | undefined,
): LmmFit {
  const whitening = whiteningOf(data);
  const begin = from ?? whitening.start;
  const initial = whitenedModel(base, data, begin, whitening);
  if (initial === undefined)
    throw new SamplingError("the residual structure is not positive definite where the search begins");
  const k = base.layout.theta.length;
  const scale = base.layout.scale;
  const thetaStart = optimiseTheta(profiledOf(initial), options);
  const start = Float64Array.from([...thetaStart.theta.map((value, i) => value * scale[i]!), ...begin]);
  const objective = jointObjective(base, data, whitening, k);
  const found =
    whitening.size === 0
      ? undefined
      : minimise(objective, start, { gradientTolerance: 1e-6, firstStep: 0.1 });
  const x = found?.x ?? start;
  const free = x.slice(k);
  const model = whitenedModel(base, data, free, whitening)!;
  const theta = turnSigns(
    base.layout,
    x.subarray(0, k).map((value, i) => value / scale[i]!),
  );
  const steepest = found === undefined ? thetaStart.gradient : largest(found.gradient);
  const fit = lmmResult(
    model,
    profiledOf(model),
    {
      theta,
      criterion: found?.value ?? thetaStart.criterion,
      evaluations: thetaStart.evaluations + (found?.evaluations ?? 0),
      gradient: steepest,
      converged: steepest < 1e-3,
    },
    whitening.size,
  );
  return { ...fit, residual: { data, free, parameters: intervals(objective, x, whitening, k) } };
}

function jointObjective(base: LinearModel, data: ResidualData, whitening: Whitening, k: number): Objective {
  const { scale } = base.layout;
  const thetaOf = (x: Float64Array): Float64Array => x.subarray(0, k).map((value, i) => value / scale[i]!);
  const spare = new Float64Array(k);
  const at = (x: Float64Array, gradient: Float64Array): number => {
    const model = whitenedModel(base, data, x.slice(k), whitening);
    return model === undefined ? Infinity : devianceObjective(profiledOf(model))(thetaOf(x), gradient);
  };
  return (x, gradient) => {
    const byTheta = new Float64Array(k);
    const value = at(x, byTheta);
    if (!(value < Infinity)) return Infinity;
    for (let i = 0; i < k; i++) gradient[i] = byTheta[i]! / scale[i]!;
    const moved = x.slice();
    for (let i = k; i < x.length; i++) {
      const h = 1e-4 * Math.max(1, Math.abs(x[i]!));
      moved[i] = x[i]! + h;
      const up = at(moved, spare);
      moved[i] = x[i]! - h;
      gradient[i] = (up - at(moved, spare)) / (2 * h);
      moved[i] = x[i]!;
    }
    return Number.isNaN(value) ? Infinity : value;
  };
}

function intervals(
  objective: Objective,
  x: Float64Array,
  whitening: Whitening,
  k: number,
): ResidualStructureFit["parameters"] {
  const n = x.length;
  const free = x.slice(k);
  const inverse =
    whitening.size === 0 ? undefined : positiveInverse(hessianByDifferences(objective, x, 1e-3), n);
  const moved = (sign: number): Float64Array =>
    free.map(
      (value, i) =>
        value + sign * 1.959963984540054 * Math.sqrt(2 * (inverse?.[(k + i) * (n + 1)] ?? Number.NaN)),
    );
  const [lower, upper] = [whitening.natural(moved(-1)), whitening.natural(moved(1))];
  return whitening.natural(free).map(({ name, value }, i) => ({
    name,
    value,
    lower: Math.min(lower[i]!.value, upper[i]!.value),
    upper: Math.max(lower[i]!.value, upper[i]!.value),
  }));
}
