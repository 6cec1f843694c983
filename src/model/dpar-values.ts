/** Distributional parameters on the scale that the family's kernel takes. */
import type { ParameterHandle } from "../autodiff/density-builder.ts";
import { exp, hypotenuse, log, map } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import type { Dpar } from "../families/family.ts";
import { scaledLink } from "../families/links.ts";
import type { CompileContext } from "./compile-context.ts";
import { addPriors } from "./prior-terms.ts";
import { familyQuantity } from "./quantities.ts";
import { hasThresholds } from "./targets.ts";

export interface DeclaredConstant {
  readonly dpar: Dpar;
  readonly handle: ParameterHandle;
}

export interface TracedConstant {
  readonly dpar: Dpar;
  /** On the natural scale. */
  readonly value: Node;
  readonly kernelValue: Node;
}

export function declareConstant({ builder, priors }: CompileContext, dpar: Dpar): DeclaredConstant {
  const key = { class: dpar.name };
  return { dpar, handle: builder.declare(dpar.name, { ...priors.bounds([key]), start: priors.start(key) }) };
}

export function traceConstant(context: CompileContext, { dpar, handle }: DeclaredConstant): TracedConstant {
  const value = context.builder.parameter(handle);
  addPriors(context, value, [{ class: dpar.name }]);
  const link = scaledLink("identity", dpar.scale);
  const scaled = link.identity ? value : map(value, link);
  return { dpar, value, kernelValue: withStandardErrors(context, dpar, scaled) };
}

/** The value of a predicted parameter from its linear predictor; threshold families take η itself. */
export function tracePredicted(context: CompileContext, name: string, eta: Node): Node {
  const { family, spec } = context;
  if (hasThresholds(family, name)) return eta;
  const dpar = family.dpars.find((candidate) => candidate.name === name)!;
  const link = scaledLink(spec.family.links[name]!, dpar.scale);
  return withStandardErrors(context, dpar, link.identity ? eta : map(eta, link));
}

/** Family parameters, and those that are known: brms reports sigma = 0 under se() and disc = 1. */
export function reportConstants(context: CompileContext, constants: readonly TracedConstant[]): void {
  const { builder, family, spec } = context;
  for (const dpar of family.dpars) {
    const estimated = constants.find((constant) => constant.dpar === dpar);
    if (estimated !== undefined) builder.report(familyQuantity(dpar, false), estimated.value);
    else if (!spec.design.predictors.some((predictor) => predictor.dpar === dpar.name)) {
      builder.report(familyQuantity(dpar, true), builder.graph.constant(dpar.fixed ?? 0));
    }
  }
}

/** `y | se(s, sigma = TRUE)`: the residual standard deviation is √(σ² + s²). `value` is on the kernel scale. */
function withStandardErrors({ spec }: CompileContext, dpar: Dpar, value: Node): Node {
  const { se } = spec.design.response;
  if (dpar.name !== "sigma" || se?.sigma !== true) return value;
  return dpar.scale === "log" ? log(hypotenuse(exp(value), se.values)) : hypotenuse(value, se.values);
}
