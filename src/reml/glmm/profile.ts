/**
 * Profile-likelihood intervals of generalised models: a coefficient, or the standard deviation of a group-level term with one
 * coefficient, is held while Laplace's likelihood is maximised over all others (as confint() of lme4 does for glmer fits).
 */
import { SettingsError } from "../../errors.ts";
import { familyOf } from "../../families/index.ts";
import { normalQuantile } from "../../numeric/special.ts";
import { checkOptions } from "../../options.ts";
import type { ProfileInterval, ProfileOptions } from "../inference/profile.ts";
import { profileOptions } from "../inference/profile.ts";
import { solveIncreasing } from "../inference/solve-increasing.ts";
import { minimise, type Objective } from "../minimise.ts";
import { prepareGlmm } from "./glmm.ts";
import type { GlmmFit } from "./glmm-fit.ts";
import { laplace } from "./laplace.ts";
import { parametersOf } from "./parameters-of.ts";

/** @throws SettingsError for quadrature fits and unknown parameters; DOMException AbortError when stopped. */
export async function glmmProfileIntervals(
  fit: GlmmFit,
  options: ProfileOptions = {},
): Promise<ProfileInterval[]> {
  const {
    level = 0.95,
    parameters,
    onProgress,
    signal,
  } = checkOptions("glmmProfileIntervals()", profileOptions, options);
  if (fit.method === "AGQ")
    throw new SettingsError("profiles are of Laplace's likelihood; refit with nodes: 1");
  if (!(level > 0 && level < 1)) throw new SettingsError(`level is a coverage between 0 and 1, not ${level}`);
  const model = prepareGlmm(fit.design, familyOf(fit.family), fit.family.links);
  const k = fit.theta.length;
  const best = Float64Array.from([...fit.theta, ...parametersOf(fit, model.components)]);
  const steps = standardErrors(fit, best.length, k);
  const scalar = fit.random.flatMap(({ names, group }) =>
    names.length === 1 ? [`sd_${names[0]}|${group}`] : [],
  );
  const entries = [
    ...(scalar.length === k ? scalar.map((name, at) => ({ name, at, lowest: 0 })) : []),
    ...fit.fixed.names.map((name) => ({
      name,
      at: placeOf(fit, name, k, model.components),
      lowest: -Infinity,
    })),
  ];
  const unknown = parameters?.find((name) => !entries.some((entry) => entry.name === name));
  if (unknown !== undefined) {
    throw new SettingsError(
      `there is no parameter "${unknown}" to profile; there are ${entries.map(({ name }) => name).join(", ")}`,
    );
  }
  const chosen = entries.filter(({ name }) => parameters === undefined || parameters.includes(name));
  const target = normalQuantile((1 + level) / 2);
  const spare = new Float64Array(best.length);
  const least = laplace(model.problem, best, spare);
  const intervals: ProfileInterval[] = [];
  for (const { name, at, lowest } of chosen) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    const points = [{ value: best[at]!, zeta: 0 }];
    const side = (sign: 1 | -1): number => {
      const rise = (distance: number): number => {
        const value = best[at]! + sign * distance;
        const zeta = Math.sqrt(Math.max(0, heldMinimum(value, at) - least));
        points.push({ value, zeta: sign * zeta });
        return zeta;
      };
      const most = sign < 0 && lowest > -Infinity ? best[at]! - lowest : Infinity;
      if (most === 0 || (most < Infinity && rise(most) <= target)) return lowest;
      return best[at]! + sign * solveIncreasing(rise, target, Math.min(target * steps[at]!, most / 2), most);
    };
    const [lower, upper] = [side(-1), side(1)];
    intervals.push({
      name,
      estimate: best[at]!,
      lower,
      upper,
      points: points.sort((a, b) => a.value - b.value),
    });
    onProgress?.(intervals.length, chosen.length);
  }
  return intervals;

  /** Others in units of their standard errors. */
  function heldMinimum(value: number, at: number): number {
    const others = Array.from(best, (_, i) => i).filter((i) => i !== at);
    const full = new Float64Array(best.length);
    const objective: Objective = (x, gradient) => {
      const parameters_ = best.slice();
      parameters_[at] = value;
      others.forEach((i, j) => (parameters_[i] = best[i]! + x[j]! * steps[i]!));
      const result = laplace(model.problem, parameters_, full);
      others.forEach((i, j) => (gradient[j] = full[i]! * steps[i]!));
      return result;
    };
    return minimise(objective, new Float64Array(others.length), { gradientTolerance: 1e-5, firstStep: 0.5 })
      .value;
  }
}

function placeOf(
  fit: GlmmFit,
  name: string,
  k: number,
  { all }: ReturnType<typeof prepareGlmm>["components"],
): number {
  const component = all.find(
    ({ names, at }) => names.includes(name) && (at === 0 || fit.fixed.names.includes(names[0]!)),
  )!;
  return k + component.from + component.names.indexOf(name);
}

/** Of every parameter; a moderate step where none is known. */
function standardErrors(fit: GlmmFit, size: number, k: number): Float64Array {
  const steps = new Float64Array(size).fill(0.2);
  const model = prepareGlmm(fit.design, familyOf(fit.family), fit.family.links);
  const p = fit.fixed.names.length;
  fit.fixed.names.forEach((name, j) => {
    const se = Math.sqrt(fit.fixed.covariance[j * p + j]!);
    if (se > 0) steps[placeOf(fit, name, k, model.components)] = se;
  });
  return steps;
}
