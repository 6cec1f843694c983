/**
 * Group-level effects and their standard deviations and correlations. Effects are non-centred, r = diag(sd)·L·z, unless it
 * is said how far each of them is centred.
 */
import type { ParameterHandle } from "../autodiff/density-builder.ts";
import { dot, gather, log, subtract, tcrossprodLower } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import { type Centring, weightSums } from "../autodiff/ops/partly-centred-effects.ts";
import { lkjCholesky } from "../distributions/lkj-cholesky.ts";
import type { CompileContext } from "./compile-context.ts";
import { type GroupBlock, sdKeysOf } from "./groups.ts";
import { type Shift, traceShifts } from "./level-shifts.ts";
import type { TracedPopulation } from "./population.ts";
import { addPriors } from "./prior-terms.ts";
import type { PriorKey } from "./priors-of.ts";
import { correlationQuantity, effectQuantity, sdQuantity } from "./quantities.ts";

/** How far the effects of a block are centred, and at what. */
export interface BlockCentring extends Centring {
  readonly shifts: readonly Shift[];
}

export interface DeclaredGroup {
  readonly block: GroupBlock;
  readonly sdKeys: readonly PriorKey[];
  readonly sd: ParameterHandle;
  /** Cholesky factor of the correlation matrix, when there is more than one correlated coefficient. */
  readonly cholesky?: ParameterHandle;
  /** z, or the partly centred coordinates in its place. */
  readonly standardised: ParameterHandle;
  readonly centring: BlockCentring | null;
}

export interface TracedHyperparameters {
  readonly block: GroupBlock;
  readonly sd: Node;
  readonly cholesky?: Node;
}

export interface TracedGroup extends TracedHyperparameters {
  /** [levels × coefficients] */
  readonly effects: Node;
}

export function declareGroup(
  { builder, priors }: CompileContext,
  block: GroupBlock,
  centring: BlockCentring | null,
): DeclaredGroup {
  const size = block.coefficients.length;
  const sdKeys = sdKeysOf(block);
  const declared = {
    block,
    centring,
    sdKeys,
    sd: builder.declare(`sd_${block.group}`, { shape: [size], ...priors.bounds(sdKeys) }),
    standardised: builder.declare(`z_${block.group}`, { shape: [block.levels.length, size] }),
  };
  if (!block.correlated) return declared;
  const cholesky = builder.declare(`L_${block.group}`, {
    shape: [size, size],
    constraint: "cholesky_correlation",
  });
  return { ...declared, cholesky };
}

export function traceGroup(
  context: CompileContext,
  declared: DeclaredGroup,
  populations: readonly TracedPopulation[],
): TracedGroup {
  const { builder, priors } = context;
  const { block, centring } = declared;
  const sd = builder.parameter(declared.sd);
  addPriors(context, sd, declared.sdKeys);
  const z = builder.parameter(declared.standardised);
  if (centring === null) builder.add(builder.graph.apply(ops.standardNormal, [z], undefined));
  if (declared.cholesky === undefined) {
    const effects =
      centring === null
        ? builder.graph.apply(ops.scaleEffects, [sd, z], undefined)
        : addPartlyCentred(context, centring, populations, z, sd);
    return { block, sd, effects };
  }
  const cholesky = builder.parameter(declared.cholesky);
  const { call } = priors.get({ class: "cor", group: block.group });
  const eta = call.arguments[0] ?? 1;
  builder.add(
    builder.graph.apply(ops.structuredDensity, [cholesky], lkjCholesky(block.coefficients.length, eta)),
  );
  const effects =
    centring === null
      ? builder.graph.apply(ops.correlateEffects, [sd, cholesky, z], undefined)
      : addPartlyCentred(context, centring, populations, z, sd, cholesky);
  return { block, sd, cholesky, effects };
}

/** Adds the prior of the coordinates u; returns the effects. */
function addPartlyCentred(
  { builder }: CompileContext,
  centring: BlockCentring,
  populations: readonly TracedPopulation[],
  u: Node,
  sd: Node,
  cholesky?: Node,
): Node {
  const { graph } = builder;
  const shift = traceShifts(builder, populations, centring.shifts, u.size);
  const operands = cholesky === undefined ? [sd, u, shift] : [sd, u, shift, cholesky];
  const result = graph.apply(ops.partlyCentredEffects, operands, centring);
  builder.add(graph.view(result, u.size, []));
  // log ∂z/∂u = −Σ c log(sd·L_mm/s)
  const times = weightSums(centring);
  const size = times.length;
  const diagonal = Array.from(times, (_, m) => m * size + m);
  const scaling = (scale: Node) => subtract(0, dot(times, log(scale)));
  builder.addJacobian(scaling(sd));
  if (cholesky !== undefined) builder.addJacobian(scaling(gather(cholesky, diagonal)));
  return graph.view(result, 0, u.shape);
}

/** All standard deviations, then all correlations. */
export function reportHyperparameters(
  { builder }: CompileContext,
  groups: readonly TracedHyperparameters[],
): void {
  for (const { block, sd } of groups) {
    builder.report(sdQuantity(block), sd);
  }
  for (const { block, cholesky } of groups) {
    if (cholesky === undefined) continue;
    const size = block.coefficients.length;
    const positions: number[] = [];
    for (let i = 1; i < size; i++) for (let j = 0; j < i; j++) positions.push(i * size + j);
    builder.report(correlationQuantity(block), gather(tcrossprodLower(cholesky), positions));
  }
}

/** Effects coefficient by coefficient, all levels of the first one first. */
export function reportEffects({ builder }: CompileContext, { block, effects }: TracedGroup): void {
  const { coefficients, levels } = block;
  const positions = coefficients.flatMap((_, m) => levels.map((__, j) => j * coefficients.length + m));
  builder.report(effectQuantity(block), gather(effects, positions));
}
