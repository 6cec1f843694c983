/**
 * `ModelSpec` → `Posterior` over standard deviations, correlations, sigma and the held coefficients alone; everything that was
 * integrated out is drawn from its exact conditional distribution for every kept draw. The posterior is that of the explicit
 * parametrisation.
 */

import { DensityBuilder, type ParameterHandle } from "../../autodiff/density-builder.ts";
import { concatenate } from "../../autodiff/expressions.ts";
import type { Node } from "../../autodiff/graph.ts";
import { DrawColumns } from "../../draws/draw-columns.ts";
import { familyOf } from "../../families/index.ts";
import type { Posterior } from "../../log-density.ts";
import { collapsedSystem, conditionalDraw, factoriseCollapsed } from "../../marginal/collapsed.ts";
import * as Elementary from "../../numeric/elementary.ts";
import { predictorKey } from "../../quantities/predictor-key.ts";
import { namesOf, type Quantity } from "../../quantities/quantity.ts";
import type { CompileContext } from "../compile-context.ts";
import { reportHyperparameters } from "../group-level.ts";
import type { GroupBlock } from "../groups.ts";
import { addPriors } from "../prior-terms.ts";
import { type PriorKey, PriorsOf } from "../priors-of.ts";
import { effectQuantity, familyQuantity, interceptQuantity } from "../quantities.ts";
import { readAll, readHyperparameters } from "../read-back.ts";
import type { ModelSpec } from "../spec.ts";
import { declareHyperparameters, resolutions, traceHyperparameters, unsigned } from "./hyperparameters.ts";
import {
  type CollapsedAttributes,
  type CovarianceOperand,
  collapsedLikelihood,
  fillFactors,
} from "./likelihood-op.ts";
import { type CollapsedPlan, planOf } from "./plan.ts";
import { declareScales, readScales, scaleOperands, traceScales } from "./terms.ts";

/** `signed`: standard deviations are sampled with both signs where the priors allow it. */
export function compileCollapsed(spec: ModelSpec, signed: boolean): Posterior {
  const plan = planOf(spec);
  const builder = new DensityBuilder();
  const context: CompileContext = {
    spec,
    family: familyOf(spec.family),
    priors: new PriorsOf(spec.priors),
    builder,
  };
  const { population } = spec.design.predictors[0]!;
  const blocks = plan.factors.flatMap(({ members }) => members.map(({ block }) => block));
  const held = plan.coefficients.filter(({ treatment }) => treatment === "held");

  const ofGroups = collapsedAttributes(spec, plan, held, population.intercept);

  const heldKeys = held.map(({ key }) => key);
  const heldHandle =
    held.length === 0
      ? undefined
      : builder.declare("b", { shape: [held.length], ...context.priors.bounds(heldKeys) });
  const interceptKeys: PriorKey[] = population.intercept ? [{ class: "Intercept" }] : [];
  const interceptHandle =
    interceptKeys.length === 0
      ? undefined
      : builder.declare("Intercept", {
          ...context.priors.bounds(interceptKeys),
          start: context.priors.start(interceptKeys[0]!),
        });
  const { structure } = ofGroups.system;
  const scales = resolutions(plan, structure, residualSd(spec));
  const declared = blocks.map((block) =>
    declareHyperparameters(context, block, signed ? scales.get(block)! : undefined),
  );
  const declaredTerms = plan.terms.map((term) =>
    declareScales(context, term, plan, structure, signed ? residualSd(spec) : undefined),
  );
  const sigmaKey: PriorKey = { class: "sigma" };
  const knownSigma = spec.design.response.se !== undefined;
  const sigmaHandle = knownSigma
    ? undefined
    : builder.declare("sigma", {
        ...context.priors.bounds([sigmaKey]),
        start: context.priors.start(sigmaKey),
      });

  const traced = declared.map((own) => traceHyperparameters(context, own));
  const terms = declaredTerms.map((own) => traceScales(context, own));
  const heldNodes: Node[] = [];
  const traceHeld = (handle: ParameterHandle | undefined, keys: readonly PriorKey[]): void => {
    if (handle === undefined) return;
    const node = builder.parameter(handle);
    addPriors(context, node, keys);
    heldNodes.push(node);
  };
  traceHeld(heldHandle, heldKeys);
  traceHeld(interceptHandle, interceptKeys);
  const heldNode =
    heldNodes.length === 0 ? builder.graph.constant(new Float64Array(0), [0]) : concatenate(...heldNodes);
  const sigma = sigmaHandle === undefined ? builder.graph.constant(1) : builder.parameter(sigmaHandle);
  if (sigmaHandle !== undefined) addPriors(context, sigma, [sigmaKey]);

  const operands = [
    sigma,
    heldNode,
    ...traced.flatMap(({ signed, cholesky }) => (cholesky === undefined ? [signed] : [signed, cholesky])),
  ];
  const covariances = [...ofGroups.covariances];
  plan.factors.forEach(({ vector }, factor) => {
    if (vector === undefined) return;
    const own = terms.find(({ term }) => term === vector.term)!;
    const { sd, cholesky } = scaleOperands(vector, own);
    const { size } = vector.gaussian;
    const at = operands.push(sd) - 1;
    if (cholesky !== undefined) operands.push(cholesky);
    covariances.push({ factor, from: 0, size, sd: at, cholesky: cholesky && at + 1 });
  });
  const attributes = { ...ofGroups, covariances };
  builder.add(builder.graph.apply(collapsedLikelihood, operands, attributes));
  builder.add(dataConstant(spec));

  // What the conditional draws start from comes first, in the order of the operands.
  operands.forEach((node, k) =>
    builder.report(
      Array.from({ length: node.size }, (_, i) => `operand ${k}.${i}`),
      node,
    ),
  );
  reportHyperparameters(context, traced.map(unsigned).sort(byGroup));
  for (const { reports } of terms) for (const { quantity, node } of reports) builder.report(quantity, node);
  const posterior = withConditionalDraws(
    builder.build(),
    plan,
    attributes,
    operands.map(({ size }) => size),
    familyQuantity(context.family.dpars.find(({ name }) => name === "sigma")!, knownSigma),
  );
  const columns = new DrawColumns(posterior.names);
  const heldColumns = columns.all(held.map(({ name }) => name));
  const all = columns.all(plan.coefficients.map(({ name }) => name));
  const sigmaColumn = columns.of("sigma");
  return {
    ...posterior,
    unconstrain: readAll([
      (row, q) => {
        if (heldHandle !== undefined)
          builder.unconstrain(
            heldHandle,
            Float64Array.from(heldColumns, (column) => row[column]!),
            q,
          );
        if (interceptHandle !== undefined) {
          const shift = all.reduce((sum, column, k) => sum + row[column]! * (plan.means?.[k] ?? 0), 0);
          builder.unconstrain(interceptHandle, Float64Array.of(row[columns.of("b_Intercept")]! + shift), q);
        }
        if (sigmaHandle !== undefined)
          builder.unconstrain(sigmaHandle, Float64Array.of(row[sigmaColumn]!), q);
      },
      ...declared.map((own) => readHyperparameters(builder, own, columns)),
      ...declaredTerms.map((own) => readScales(context, own, columns)),
    ]),
  };
}

/** brms' order: by group name. */
function byGroup(a: { readonly block: GroupBlock }, b: { readonly block: GroupBlock }): number {
  return a.block.group < b.block.group ? -1 : a.block.group > b.block.group ? 1 : 0;
}

function collapsedAttributes(
  spec: ModelSpec,
  plan: CollapsedPlan,
  held: CollapsedPlan["coefficients"],
  intercept: boolean,
): CollapsedAttributes {
  const { response, predictors, nobs: n } = spec.design;
  const scale = rowScale(spec);
  const scaled = (column: Float64Array): Float64Array =>
    scale === undefined ? column : column.map((value, i) => value * scale[i % n]!);
  const stack = (columns: readonly Float64Array[]): Float64Array => {
    const out = new Float64Array(n * columns.length);
    columns.forEach((column, k) => {
      out.set(column, k * n);
    });
    return scaled(out);
  };
  const flat = plan.coefficients.filter(({ treatment }) => treatment === "flat");
  const normal = plan.coefficients.filter(({ treatment }) => treatment === "normal");
  const offset = predictors[0]!.offset;
  const y = response.values.map((value, i) => value - (offset?.[i] ?? 0));
  // A normal prior's mean is an offset; its deviation from it is an effect with a known standard deviation.
  for (const { mean, column } of normal) {
    if (mean !== 0) for (let i = 0; i < n; i++) y[i]! -= mean * column[i]!;
  }
  const heldColumns = held.map(({ column }) => column);
  if (intercept) heldColumns.push(new Float64Array(n).fill(1));
  const system = collapsedSystem(
    n,
    plan.factors.map(({ system: block }) => ({ ...block, columns: scaled(block.columns) })),
    stack(flat.map(({ column }) => column)),
    stack(heldColumns),
    scaled(y),
  );
  const covariances: CovarianceOperand[] = [];
  let operand = 2;
  plan.factors.forEach(({ members }, factor) => {
    for (const { block, from } of members) {
      covariances.push({
        factor,
        from,
        size: block.coefficients.length,
        sd: operand++,
        cholesky: block.correlated ? operand++ : undefined,
      });
    }
  });
  const knownFactor = plan.factors.findIndex(
    ({ members, vector }) => members.length === 0 && vector === undefined,
  );
  const total = response.weights?.reduce((sum, weight) => sum + weight, 0) ?? n;
  return {
    system,
    covariances,
    known:
      knownFactor < 0 ? undefined : { factor: knownFactor, sd: Float64Array.from(normal, ({ sd }) => sd) },
    degrees: total - flat.length,
  };
}

/** About how much rows vary, after scaling: 1 where their standard errors are known. */
function residualSd({ design: { response } }: ModelSpec): number {
  const { values, se } = response;
  if (se !== undefined) return 1;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** What rows are multiplied by: √weight, or 1/se. */
function rowScale({ design: { response } }: ModelSpec): Float64Array | undefined {
  const { weights, se } = response;
  if (weights === undefined && se === undefined) return undefined;
  return response.values.map((_, i) => Math.sqrt(weights?.[i] ?? 1) / (se?.values[i] ?? 1));
}

/** −Σ wᵢ log seᵢ. */
function dataConstant({ design: { response } }: ModelSpec): number {
  const { weights, se } = response;
  if (se === undefined) return 0;
  return -se.values.reduce((sum, value, i) => sum + (weights?.[i] ?? 1) * Elementary.log(value), 0);
}

/** Names and draws in brms' order, from the draws of the hyperparameters. */
function withConditionalDraws(
  inner: Posterior,
  plan: CollapsedPlan,
  attributes: CollapsedAttributes,
  operandSizes: readonly number[],
  sigmaQuantity: Quantity,
): Posterior {
  const { coefficients, means, factors } = plan;
  const { system } = attributes;
  const operandCount = operandSizes.reduce((sum, size) => sum + size, 0);
  const hyper = inner.quantities!.slice(operandSizes.length);
  const effects = factors
    .flatMap(({ members, system: block }, factor) =>
      members.map(({ block: own, from }) => ({
        block: own,
        positions: own.coefficients.flatMap((_, k) =>
          own.levels.map(
            (__, level) => system.structure.firstColumn[factor]! + level * block.size + from + k,
          ),
        ),
      })),
    )
    .sort(byGroup);
  const positions = effects.flatMap((own) => own.positions);
  const vectors = plan.factors
    .flatMap(({ vector }, factor) => (vector === undefined ? [] : [{ vector, factor }]))
    .sort(
      (a, b) =>
        plan.terms.indexOf(a.vector.term) - plan.terms.indexOf(b.vector.term) || a.vector.k - b.vector.k,
    );
  const quantities = [
    ...(means === null ? [] : [interceptQuantity(predictorKey("mu"))]),
    ...plan.quantities,
    ...hyper,
    sigmaQuantity,
    ...effects.map(({ block }) => effectQuantity(block)),
    ...vectors.map(({ vector }) => vector.gaussian.quantity),
  ];
  const raw = new Float64Array(inner.names.length);
  const lambda = system.structure.blocks.map(({ size }) => new Float64Array(size * size));
  const known = attributes.known;
  const knownFrom = known === undefined ? 0 : system.structure.firstColumn[known.factor]!;
  return {
    density: inner.density,
    names: namesOf(quantities),
    quantities,
    ...(inner.start && { start: inner.start }),
    constrain(q, rng, out) {
      inner.constrain(q, rng, raw);
      const operands: Float64Array[] = [];
      let at = 0;
      for (const size of operandSizes) operands.push(raw.subarray(at, (at += size)));
      const [sigma, held] = [operands[0]![0]!, operands[1]!];
      fillFactors(attributes, operands, lambda);
      factoriseCollapsed(system, lambda, held);
      const { b, beta } = conditionalDraw(system, lambda, held, sigma, () => rng.normal());
      let flatAt = 0;
      let normalAt = 0;
      let heldAt = 0;
      let to = means === null ? 0 : 1;
      let shift = 0;
      coefficients.forEach(({ treatment, mean }, k) => {
        const value =
          treatment === "flat"
            ? beta[flatAt++]!
            : treatment === "normal"
              ? mean + b[knownFrom + normalAt++]!
              : held[heldAt++]!;
        out[to++] = value;
        if (means !== null) shift += means[k]! * value;
      });
      if (means !== null) out[0] = held[heldAt]! - shift;
      for (let k = operandCount; k < raw.length; k++) out[to++] = raw[k]!;
      out[to++] = sigmaQuantity.known === true ? 0 : sigma;
      for (const position of positions) out[to++] = b[position]!;
      for (const { vector, factor } of vectors) {
        const { levels, size, reported } = vector.gaussian;
        const from = system.structure.firstColumn[factor]!;
        const own = b.subarray(from, from + levels * size);
        out.set(reported === "coefficients" ? own : standardised(own, lambda[factor]!, size, sigma), to);
        to += own.length;
      }
    },
  };
}

/** z with values = σλz for every level; of standard deviations with a sign, z belongs to their size. */
function standardised(values: Float64Array, lambda: Float64Array, size: number, sigma: number): Float64Array {
  const z = new Float64Array(values.length);
  for (let at = 0; at < z.length; at += size) {
    for (let m = 0; m < size; m++) {
      let rest = values[at + m]! / sigma;
      for (let j = 0; j < m; j++) rest -= lambda[m * size + j]! * z[at + j]!;
      z[at + m] = rest / Math.abs(lambda[m * size + m]!);
    }
  }
  return z;
}
