/** θ and the parameters of a residual structure together, from several starts, with the exact gradient of both. */
import { SamplingError, SettingsError } from "../../errors.ts";
import { positiveInverse, symmetricEigen } from "../../linalg/small-matrices.ts";
import { normalQuantile } from "../../numeric/special.ts";
import { numbers, type OptionTable } from "../../options.ts";
import type { ResidualData } from "../../residuals/structured-rows.ts";
import { type Whitening, whiteningOf } from "../../residuals/whitening.ts";
import { lmmResult } from "../fit-linear-model.ts";
import { type LinearModel, profiledOf } from "../linear-model.ts";
import type { LmmFit, ResidualStructureFit } from "../lmm-fit.ts";
import { largest, type Minimum, minimise } from "../minimise.ts";
import { remember } from "../model-of-fit.ts";
import { hessianByDifferences } from "../newton.ts";
import { optimiseTheta, type ThetaOptions, thetaOptions, turnSigns } from "../optimise-theta.ts";
import { type StructuredCriterion, structuredCriterion } from "./structured-criterion.ts";
import { checkNested, whitenedModel } from "./whitened-model.ts";

export interface ResidualOptions extends ThetaOptions {
  /** Starting values of the structure's parameters, on the scale and in the order in which the fit reports them. */
  readonly structureStart?: readonly number[];
}

export const residualOptions = {
  ...thetaOptions,
  structureStart: numbers<readonly number[]>(),
} satisfies OptionTable<ResidualOptions>;

/** Rounds of a variance that depends on the fitted values. */
const MOST_ROUNDS = 200;
/** Starts from which the search goes all the way. */
const SEARCHES = 2;

/**
 * @throws DesignError when the structure does not fit the grouping; SettingsError for starting values that it cannot have;
 * SamplingError when no starting value works.
 */
export function fitResidual(
  base: LinearModel,
  data: ResidualData,
  options: ResidualOptions = {},
  from?: Float64Array,
): LmmFit {
  checkNested(data, base);
  if (!data.variances.some(({ ofFitted }) => ofFitted)) return fitOnce(base, data, options, from);
  // As nlme: the fitted values that the variance depends on are held while the likelihood is maximised, then renewed.
  let fitted = fitOnce(
    base,
    { ...data, variances: data.variances.filter(({ ofFitted }) => !ofFitted) },
    { ...(options.algorithm && { algorithm: options.algorithm }) },
    undefined,
  ).fitted;
  let last: LmmFit | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const held = {
      ...data,
      variances: data.variances.map((one) => (one.ofFitted ? { ...one, covariate: fitted } : one)),
    };
    const fit: LmmFit = fitOnce(
      base,
      held,
      last === undefined ? options : { ...options, start: last.theta },
      last?.residual?.free ?? from,
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

/** `from`: where the structure's parameters begin; without it several starts are tried. */
function fitOnce(
  base: LinearModel,
  data: ResidualData,
  options: ResidualOptions,
  from: Float64Array | undefined,
): LmmFit {
  const whitening = whiteningOf(data);
  const criterion = structuredCriterion(base, data, whitening);
  const k = base.layout.theta.length;
  const begins = startingPoints(base, data, whitening, criterion, options, from);
  if (begins.length === 0) {
    throw new SamplingError("the residual structure is not positive definite where the search begins");
  }
  const searches = (whitening.size === 0 ? begins.slice(0, 1) : begins.slice(0, SEARCHES)).map(({ x }) =>
    search(criterion, x, base),
  );
  const best = searches.reduce((least, found) => (found.value < least.value ? found : least));
  const free = criterion.freeOf(best.x);
  const model = whitenedModel(base, data, free, whitening)!;
  const evaluations = [...begins, ...searches].reduce((sum, one) => sum + one.evaluations, 0);
  const check = curvatureAt(criterion, best, whitening, k);
  const fit = lmmResult(
    model,
    profiledOf(model),
    {
      theta: turnSigns(base.layout, criterion.thetaOf(best.x)),
      criterion: best.value,
      evaluations,
      gradient: largest(best.gradient),
      converged: check.problem === undefined,
      ...(check.problem !== undefined && { problem: check.problem }),
    },
    whitening.size,
  );
  return remember(
    { ...fit, residual: { data, free, parameters: intervals(free, check.inverse, whitening, k) } },
    model,
  );
}

/** Structure's starts, each with the θ that suits it, by their deviance. */
function startingPoints(
  base: LinearModel,
  data: ResidualData,
  whitening: Whitening,
  criterion: StructuredCriterion,
  options: ResidualOptions,
  from: Float64Array | undefined,
): { readonly x: Float64Array; readonly value: number; readonly evaluations: number }[] {
  const given = options.structureStart && unconstrained(whitening, options.structureStart);
  const starts = given ? [given] : from ? [from] : whitening.starts;
  return starts
    .flatMap((free) => {
      const initial = whitenedModel(base, data, free, whitening);
      if (initial === undefined) return [];
      const found = optimiseTheta(profiledOf(initial), options);
      const x = criterion.point(found.theta, free);
      return [{ x, value: found.criterion, evaluations: found.evaluations }];
    })
    .sort((a, b) => a.value - b.value);
}

function unconstrained(whitening: Whitening, values: readonly number[]): Float64Array {
  const names = whitening.natural(whitening.starts[0]!).map(({ name }) => name);
  const free = values.length === names.length ? whitening.unconstrain(values) : Float64Array.of(Number.NaN);
  if (free.every((value) => Number.isFinite(value))) return free;
  throw new SettingsError(
    `structureStart is ${JSON.stringify(values)}; the structure has ${names.length} parameters inside their domains: ${names.join(", ")}`,
  );
}

/** BFGS, again from beside a standard deviation that ended at zero, which is a stationary point of its own. */
function search({ objective }: StructuredCriterion, from: Float64Array, base: LinearModel): Minimum {
  const gradientTolerance = 1e-6 * Math.max(1, base.design.nobs / 1e4);
  const descend = (x: Float64Array): Minimum => minimise(objective, x, { gradientTolerance, firstStep: 0.1 });
  let best = descend(from);
  let evaluations = best.evaluations;
  base.layout.theta.forEach(({ row, column }, i) => {
    if (row !== column || Math.abs(best.x[i]!) > 1e-2) return;
    const beside = best.x.slice();
    beside[i] = 0.1;
    evaluations++;
    if (!(objective(beside, new Float64Array(beside.length)) < best.value - 1e-9 * Math.abs(best.value)))
      return;
    const again = descend(beside);
    evaluations += again.evaluations;
    if (again.value < best.value) best = again;
  });
  return { ...best, evaluations };
}

/** What a Newton step would still gain, in deviance, at a minimum that counts as reached. */
const REACHED = 1e-6;
/** Curvature below which the data say nothing about a direction (deviance has units of log-likelihood). */
const FLAT = 1e-7;

/** The Hessian at the optimum decides whether it is one: positive curvature, nothing left to gain. */
function curvatureAt(
  { objective }: StructuredCriterion,
  { x, gradient }: Minimum,
  whitening: Whitening,
  k: number,
): { readonly inverse?: Float64Array; readonly problem?: string } {
  const n = x.length;
  if (n === 0) return {};
  const hessian = hessianByDifferences(objective, x, 1e-4);
  if (hessian.some((value) => !Number.isFinite(value))) {
    return { problem: "the deviance does not exist next to where the search stopped" };
  }
  const { values, vectors } = symmetricEigen(hessian, n);
  let gain = 0;
  for (let j = 0; j < n; j++) {
    const along = vectors[j]!.reduce((sum, value, i) => sum + value * gradient[i]!, 0);
    if (values[j]! > FLAT) gain += (along * along) / (2 * values[j]!);
  }
  const inverse = positiveInverse(hessian, n);
  const worst = values.at(-1)!;
  if (whitening.size > 0 && worst <= FLAT) {
    const direction = vectors.at(-1)!;
    const most = direction.reduce(
      (best, value, i) => (Math.abs(value) > Math.abs(direction[best]!) ? i : best),
      0,
    );
    // A standard deviation at zero is flat by nature.
    if (most >= k) {
      const name = whitening.natural(x.slice(k))[most - k]?.name ?? "the structure";
      return {
        problem: `the deviance does not curve upwards in ${name}: the data do not determine it, or it is at the end of its range`,
      };
    }
  }
  if (!(gain < REACHED))
    return { ...(inverse && { inverse }), problem: "the search stopped before the minimum of the deviance" };
  return inverse === undefined ? {} : { inverse };
}

/** Wald intervals made on the unconstrained scale; NaN where the Hessian is not positive definite. */
function intervals(
  free: Float64Array,
  inverse: Float64Array | undefined,
  whitening: Whitening,
  k: number,
): ResidualStructureFit["parameters"] {
  const n = k + free.length;
  const z = normalQuantile(0.975);
  const moved = (sign: number): Float64Array =>
    free.map((value, i) => value + sign * z * Math.sqrt(2 * (inverse?.[(k + i) * (n + 1)] ?? Number.NaN)));
  const [lower, upper] = [whitening.natural(moved(-1)), whitening.natural(moved(1))];
  return whitening.natural(free).map(({ name, value }, i) => ({
    name,
    value,
    lower: Math.min(lower[i]!.value, upper[i]!.value),
    upper: Math.max(lower[i]!.value, upper[i]!.value),
  }));
}
