/** Group-level effects and their standard deviations and correlations. */
import type { ParameterHandle } from "../autodiff/density-builder.ts";
import { gather, tcrossprodLower } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import { lkjCholesky } from "../distributions/lkj-cholesky.ts";
import type { CompileContext } from "./compile-context.ts";
import type { GroupBlock } from "./groups.ts";
import { correlationDraw, effectDraw, sdDraw } from "./names.ts";
import { addPriors } from "./prior-terms.ts";
import type { PriorKey } from "./priors-of.ts";

export interface DeclaredGroup {
  readonly block: GroupBlock;
  readonly sdKeys: readonly PriorKey[];
  readonly sd: ParameterHandle;
  /** Cholesky factor of the correlation matrix, when there is more than one correlated coefficient. */
  readonly cholesky?: ParameterHandle;
  readonly standardised: ParameterHandle;
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

export function declareGroup({ builder, priors }: CompileContext, block: GroupBlock): DeclaredGroup {
  const size = block.coefficients.length;
  const sdKeys = block.coefficients.map(({ dpar, name }) => ({
    class: "sd",
    group: block.group,
    dpar,
    coef: name,
  }));
  const declared = {
    block,
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

export function traceGroup(context: CompileContext, declared: DeclaredGroup): TracedGroup {
  const { builder, priors } = context;
  const { block } = declared;
  const sd = builder.parameter(declared.sd);
  addPriors(context, sd, declared.sdKeys);
  const z = builder.parameter(declared.standardised);
  builder.add(builder.graph.apply(ops.standardNormal, [z], undefined));
  if (declared.cholesky === undefined) {
    return { block, sd, effects: builder.graph.apply(ops.scaleEffects, [sd, z], undefined) };
  }
  const cholesky = builder.parameter(declared.cholesky);
  const { call } = priors.get({ class: "cor", group: block.group });
  const eta = call.arguments[0] ?? 1;
  builder.add(
    builder.graph.apply(ops.structuredDensity, [cholesky], lkjCholesky(block.coefficients.length, eta)),
  );
  const effects = builder.graph.apply(ops.correlateEffects, [sd, cholesky, z], undefined);
  return { block, sd, cholesky, effects };
}

/** All standard deviations, then all correlations. */
export function reportHyperparameters(
  { builder }: CompileContext,
  groups: readonly TracedHyperparameters[],
): void {
  for (const { block, sd } of groups) {
    builder.report(
      block.coefficients.map(({ dpar, name }) => sdDraw(block.group, dpar, name)),
      sd,
    );
  }
  for (const { block, cholesky } of groups) {
    if (cholesky === undefined) continue;
    const size = block.coefficients.length;
    const names: string[] = [];
    const positions: number[] = [];
    for (let i = 1; i < size; i++) {
      for (let j = 0; j < i; j++) {
        names.push(correlationDraw(block.group, block.coefficients[j]!.label, block.coefficients[i]!.label));
        positions.push(i * size + j);
      }
    }
    builder.report(names, gather(tcrossprodLower(cholesky), positions));
  }
}

/** Effects coefficient by coefficient, all levels of the first one first. */
export function reportEffects({ builder }: CompileContext, { block, effects }: TracedGroup): void {
  const { coefficients, levels, group } = block;
  const names: string[] = [];
  const positions: number[] = [];
  coefficients.forEach(({ dpar, name }, m) => {
    levels.forEach((level, j) => {
      names.push(effectDraw(group, dpar, level, name));
      positions.push(j * coefficients.length + m);
    });
  });
  builder.report(names, gather(effects, positions));
}
