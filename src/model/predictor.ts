/**
 * The linear predictor of one distributional parameter. Population-level columns are centred at their means, so that
 * the sampled intercept belongs to the centre of the data; reported is the intercept on the original scale
 * (brms, FEATURES "intercept + centring": b_Intercept = Intercept − means·b).
 */
import { add, dot, gather, matmul, reshape, subtract } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import type { PredictorPart } from "../autodiff/ops/linear-predictor.ts";
import type { GroupDesign, PredictorDesign } from "../design/design.ts";
import { predictorKey, sameKey } from "../quantities/predictor-key.ts";
import type { CompileContext } from "./compile-context.ts";
import type { TracedGroup } from "./group-level.ts";
import type { GroupMember } from "./groups.ts";
import { coefficientName } from "./names.ts";
import type { TracedPopulation } from "./population.ts";
import { coefficientQuantity, interceptQuantity, thresholdQuantity } from "./quantities.ts";
import { type TracedTerm, termParts } from "./terms.ts";

export interface TracedPredictor {
  readonly dpar: string;
  readonly design: PredictorDesign;
  /** One entry per row, on the link scale. */
  readonly eta: Node;
  readonly coefficients?: Node;
  /** On the original scale of the columns. */
  readonly intercept?: Node;
  /** Thresholds for the centred columns, as the likelihood needs them. */
  readonly thresholds?: Node;
}

export function tracePredictor(
  context: CompileContext,
  { declared, coefficients, intercept: sampledIntercept }: TracedPopulation,
  groups: readonly TracedGroup[],
  terms: readonly TracedTerm[],
): TracedPredictor {
  const { builder, spec } = context;
  const { design, thresholds } = declared;
  const { dpar, population, offset } = design;
  const key = predictorKey(dpar, design);
  const rows = spec.design.nobs;
  const parts: PredictorPart[] = [];
  const operands: Node[] = [];

  const means = sampledIntercept === undefined ? null : declared.means;
  if (coefficients !== undefined) {
    parts.push({
      kind: "dense",
      columns: means === null ? population.columns : centred(population.columns, means),
    });
    operands.push(coefficients);
  }
  if (sampledIntercept !== undefined && !thresholds) {
    parts.push({ kind: "intercept" });
    operands.push(sampledIntercept);
  }
  const own = terms.filter((candidate) => sameKey(candidate.term.key, key));
  for (const { block, effects } of groups) {
    for (const member of block.members.filter((candidate) => sameKey(candidate.key, key))) {
      for (const { part, operand } of groupedParts(member, block.coefficients.length, effects, own)) {
        parts.push(part);
        operands.push(operand);
      }
    }
  }
  for (const term of own) {
    for (const { part, operand } of termParts(term)) {
      parts.push(part);
      operands.push(operand);
    }
  }
  const eta = builder.graph.apply(ops.linearPredictor, operands, { rows, parts, offset: offset ?? null });

  const traced = { dpar, design, eta, ...(coefficients && { coefficients }) };
  if (sampledIntercept === undefined) return traced;
  const shift = coefficients === undefined ? 0 : dot(means!, coefficients);
  return thresholds
    ? { ...traced, thresholds: sampledIntercept, intercept: add(sampledIntercept, shift) }
    : { ...traced, intercept: subtract(sampledIntercept, shift) };
}

export function reportCoefficients({ builder }: CompileContext, predictor: TracedPredictor): void {
  const { dpar, design, intercept, thresholds, coefficients } = predictor;
  const key = predictorKey(dpar, design);
  if (intercept !== undefined) {
    builder.report(
      thresholds === undefined ? interceptQuantity(key) : thresholdQuantity(key, intercept.size),
      intercept,
    );
  }
  if (coefficients !== undefined) {
    builder.report(coefficientQuantity(key, design.population.names.map(coefficientName)), coefficients);
  }
}

/** The coefficients of a term, those that multiply the values of a special term after the others. */
function groupedParts(
  { term, first }: GroupMember,
  stride: number,
  effects: Node,
  terms: readonly TracedTerm[],
): { part: PredictorPart; operand: Node }[] {
  const { special } = term;
  if (special === undefined) return [{ part: groupedPart(term, first, stride), operand: effects }];
  const n = term.index.length;
  const count = special.filter((label) => label === null).length;
  const ordinary = {
    ...term,
    names: term.names.slice(0, count),
    columns: term.columns.subarray(0, n * count),
  };
  return [
    ...(count === 0 ? [] : [{ part: groupedPart(ordinary, first, stride), operand: effects }]),
    ...special.flatMap((label, m) => {
      if (label === null) return [];
      const varying = terms.find((own) => own.term.design.label === label)!;
      return [varyingPart(term, m, varying, effects, first, stride)];
    }),
  ];
}

/** One level for every level of the group and value of the term. */
function varyingPart(
  { index, columns, levels }: GroupDesign,
  m: number,
  { term, values }: TracedTerm,
  effects: Node,
  first: number,
  stride: number,
): { part: PredictorPart; operand: Node } {
  const [rows] = term.design.rows;
  const count = values!.size;
  const own = gather(
    effects,
    levels.map((_, level) => level * stride + first + m),
  );
  const operand = matmul(reshape(own, [levels.length, 1]), reshape(values!, [1, count]));
  const n = index.length;
  const column = columns.subarray(m * n, (m + 1) * n);
  return {
    part: {
      kind: "grouped",
      index: index.map((level, i) => level * count + (rows as { index: Int32Array }).index[i]!),
      columns: column.every((value) => value === 1) ? null : column,
      count: 1,
      first: 0,
      stride: 1,
    },
    operand: reshape(operand, [levels.length * count, 1]),
  };
}

function groupedPart(term: GroupDesign, first: number, stride: number): PredictorPart {
  const ones = term.names.length === 1 && term.columns.every((value) => value === 1);
  return {
    kind: "grouped",
    index: term.index,
    columns: ones ? null : term.columns,
    count: term.names.length,
    first,
    stride,
  };
}

function centred(columns: Float64Array, means: Float64Array): Float64Array {
  const rows = columns.length / means.length;
  return columns.map((value, at) => value - means[Math.floor(at / rows)]!);
}
