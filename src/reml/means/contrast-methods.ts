/** Families of contrasts of k means. */
import { SettingsError } from "../../errors.ts";
import { integerPolynomials } from "./integer-polynomials.ts";

export type ContrastMethod = "pairwise" | "eff" | "trt.vs.ctrl" | "poly" | UserContrasts;

/** Coefficients by the name of the contrast. */
export type UserContrasts = Readonly<Record<string, readonly number[]>>;

export interface NamedContrast {
  readonly name: string;
  /** One per mean. */
  readonly coefficients: readonly number[];
}

/** emmeans goes no further by default. */
const HIGHEST_DEGREE = 6;
const DEGREES = ["linear", "quadratic", "cubic", "quartic"];

/**
 * @param labels of the means, for the names of the contrasts.
 * @param reference label of the mean that `trt.vs.ctrl` compares with; default the first.
 * @throws SettingsError for unknown methods and for coefficients that are not as many as the means.
 */
export function contrastsOf(
  method: ContrastMethod,
  labels: readonly string[],
  reference = labels[0]!,
): NamedContrast[] {
  const k = labels.length;
  const unit = (i: number): number[] => labels.map((_, j) => Number(i === j));
  const difference = (i: number, j: number): NamedContrast => ({
    name: `${labels[i]} - ${labels[j]}`,
    coefficients: labels.map((_, l) => Number(l === i) - Number(l === j)),
  });
  if (typeof method !== "string") return userContrasts(method, k);
  switch (method) {
    case "pairwise":
      return labels.flatMap((_, i) => labels.slice(i + 1).map((_other, j) => difference(i, i + 1 + j)));
    case "eff":
      return labels.map((label, i) => ({
        name: `${label} effect`,
        coefficients: unit(i).map((one) => one - 1 / k),
      }));
    case "trt.vs.ctrl": {
      const control = labels.indexOf(reference);
      if (control < 0) {
        throw new SettingsError(
          `trt.vs.ctrl: there is no mean "${reference}" to compare with; there are ${labels.join(", ")}`,
        );
      }
      return labels.flatMap((_, i) => (i === control ? [] : [difference(i, control)]));
    }
    case "poly":
      return integerPolynomials(k, Math.min(HIGHEST_DEGREE, k - 1)).map((coefficients, d) => ({
        name: DEGREES[d] ?? `degree ${d + 1}`,
        coefficients,
      }));
    default:
      throw new SettingsError(
        `there are no contrasts "${String(method)}"; there are pairwise, eff, trt.vs.ctrl, poly, or coefficients by name`,
      );
  }
}

function userContrasts(given: UserContrasts, k: number): NamedContrast[] {
  return Object.entries(given).map(([name, coefficients]) => {
    if (coefficients.length === k && coefficients.every(Number.isFinite)) return { name, coefficients };
    throw new SettingsError(
      `the contrast "${name}" needs ${k} finite coefficients, one per mean; it has ${coefficients.length}: ${coefficients.join(", ")}`,
    );
  });
}
