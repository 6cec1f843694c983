/**
 * The log density of one row as an expression, and the row kernel that follows from it. `y`, `trials` and `upper` are the row's
 * data; parameters go by the names of the family's dpars, on their kernel scale.
 */
import * as b from "../expressions/build.ts";
import { type Expression, inOrder } from "../expressions/expression.ts";
import { gradient, substitute } from "../expressions/gradient.ts";
import { type Leaves, scalarProgram } from "../expressions/scalar-program.ts";
import { separateData } from "../expressions/terms.ts";
import { withCountTails } from "./count-tails.ts";
import type { Family, KernelContext, RowKernel } from "./family.ts";
import { orImpossible } from "./impossible.ts";

export const y = b.data("y");
export const trials = b.data("trials");

/** Columns of the row's response data, in their order in `d` of a kernel. */
export const DATA = ["y", "trials", "upper"] as const;
export const THRESHOLDS = "thresholds";

/** A count's log density at zero. */
export const atZero = (logDensity: Expression): Expression =>
  substitute([logDensity], (node) => (node === y ? b.constant(0) : undefined))[0]!;

/** A family as its file writes it: the kernel is made here. */
export type FamilyDefinition = Omit<Family, "kernel">;

export function defineFamily(definition: FamilyDefinition): Family {
  // One kernel for each context: making one takes longer than evaluating it.
  const made = new Map<string, RowKernel>();
  return {
    ...definition,
    kernel(context) {
      const key = `${context.categories} ${Object.values(context.links).join()}`;
      const kernel = made.get(key) ?? makeKernel(definition, context);
      made.set(key, kernel);
      return kernel;
    },
  };
}

function makeKernel(family: FamilyDefinition, context: KernelContext): RowKernel {
  const { logDensity, logCdf, logCcdf } = family.density(context);
  const names = family.dpars.map(({ name }) => name);
  const thresholds = family.thresholds === undefined ? 0 : Math.max(0, context.categories - 1);
  const separated = separateData(logDensity);
  const constants = scalarProgram([separated.data], leavesOf(names));
  const result = new Float64Array(1);
  const kernel: RowKernel = {
    logDensity: evaluator(separated.rest, names, thresholds),
    dataTerm(d) {
      constants.run(d, result);
      return result[0]!;
    },
    ...(logCdf && { logCdf: evaluator(logCdf, names, thresholds) }),
    ...(logCcdf && { logCcdf: evaluator(logCcdf, names, thresholds) }),
  };
  return family.tails === undefined ? kernel : withCountTails(kernel, family.tails);
}

/** Inputs: the row's data, the dpars, the thresholds. */
function leavesOf(names: readonly string[]): Leaves {
  return {
    at: (leaf) =>
      leaf.kind === "data" ? DATA.indexOf(leaf.name as "y") : DATA.length + names.indexOf(leaf.name),
    vector: () => DATA.length + names.length,
  };
}

/** Value and all derivatives, or the value alone when `g` is empty. */
function evaluator(root: Expression, names: readonly string[], thresholds: number): RowKernel["logDensity"] {
  const parameters = [
    ...names.map((name) => b.parameter(name)),
    ...Array.from({ length: thresholds }, (_, k) => b.element(THRESHOLDS, k)),
  ];
  const leaves = leavesOf(names);
  const lookups = inOrder([root]).filter((node) => node.kind === "element" && node.index.kind !== "constant");
  const slopes = gradient(root, [...parameters, ...lookups]);
  const value = scalarProgram([root], leaves);
  const indices = lookups.map((node) => (node.kind === "element" ? node.index : node));
  const all = scalarProgram([root, ...slopes, ...indices], leaves);
  const inputs = new Float64Array(DATA.length + parameters.length);
  const out = new Float64Array(1 + slopes.length + indices.length);
  const count = parameters.length;
  return (d, p, g) => {
    inputs.set(d);
    inputs.set(p, DATA.length);
    if (g.length === 0) {
      value.run(inputs, out);
      return orImpossible(out[0]!);
    }
    all.run(inputs, out);
    for (let k = 0; k < count; k++) g[k] = out[1 + k]!;
    for (let j = 0; j < lookups.length; j++) {
      const slope = out[1 + count + j]!;
      // The branch that does not apply may look up a threshold that is not there.
      if (slope !== 0) g[names.length + out[1 + count + lookups.length + j]!]! += slope;
    }
    return orImpossible(out[0]!);
  };
}
