/**
 * `s()` and `t2()` as terms of a model: columns that are not penalised with coefficients of class b (brms' `bs_`), and blocks of
 * Gaussian coefficients (`s_`) with one standard deviation each (`sds_`).
 */
import { format } from "../../formula/format.ts";
import type { PredictorKey } from "../../quantities/predictor-key.ts";
import { coefficientName } from "../coefficient-name.ts";
import type { EvaluationContext } from "../evaluate.ts";
import { coefficientsQuantity, latentQuantity, scalesQuantity } from "../quantities.ts";
import type { AdditiveTerm, Call, ParameterBlock, TermRows, TermVector } from "../term.ts";
import { learnSmooth, type SmoothState, smoothParts } from "./learn.ts";
import { readSmooth, smoothVariables } from "./read-call.ts";
import { coefficientCount, type PenalisedBlock } from "./smooth.ts";

interface PartShape {
  /** `s(x)`, `s(x):fa`. */
  readonly label: string;
  /** Draw name: `sx`, `sx:fa`. */
  readonly name: string;
  readonly fixed: number;
  readonly blocks: readonly { readonly levels: number; readonly size: number }[];
}

export interface SmoothTermState {
  /** The call as written: what a prior of class sds is given for. */
  readonly text: string;
  readonly smooth: SmoothState;
  readonly parts: readonly PartShape[];
}

function smoothTerm(name: "s" | "t2", examples: readonly string[]): AdditiveTerm<SmoothTermState> {
  return {
    sort: "additive",
    name,
    examples,
    learn(call, context) {
      const variables = smoothVariables(call, context);
      const smooth = learnSmooth(readSmooth(call, context), variables);
      const parts = smoothParts(smooth, variables).map(({ label, fixed, penalised }) => ({
        label,
        name: coefficientName(label),
        fixed: fixed.columns,
        blocks: penalised.map((block) => ({
          levels: block.levels?.names.length ?? 1,
          size: coefficientCount(block) / (block.levels?.names.length ?? 1),
        })),
      }));
      return { text: format(call), smooth, parts };
    },
    rows: ({ smooth }, call, context) => rowsOf(smooth, call, context),
    parameters: ({ text, parts }, key) => parts.flatMap((part, p) => blocksOf(part, p, text, key)),
    vectors: ({ parts, smooth }, key) =>
      parts.flatMap((part, p) => vectorsOf(part, p, key, restrictedUnits(smooth))),
  };
}

export const s = smoothTerm("s", [
  "s(x, k = 5)",
  's(z, bs = "cr", k = 4, by = f)',
  "s(x, by = z, k = 4)",
  's(g, bs = "re")',
  's(x, f, bs = "fs", k = 4)',
]);

export const t2 = smoothTerm("t2", ["t2(x, z, k = 3)"]);

function rowsOf(smooth: SmoothState, call: Call, context: EvaluationContext): TermRows[] {
  return smoothParts(smooth, smoothVariables(call, context)).flatMap(({ fixed, penalised }): TermRows[] => [
    ...(fixed.columns === 0 ? [] : [{ kind: "dense", columns: fixed.values } as const]),
    ...penalised.map(blockRows),
  ]);
}

function blockRows({ columns, levels }: PenalisedBlock): TermRows {
  if (levels === undefined) return { kind: "dense", columns: columns.values };
  const { codes, names, unseen = [] } = levels;
  return {
    kind: "lookup",
    index: codes,
    levels: names.length,
    columns: columns.values,
    ...(unseen.length > 0 && { unseen: unseen.map((label) => ({ label })) }),
  };
}

function blocksOf(part: PartShape, p: number, text: string, key: PredictorKey): ParameterBlock[] {
  const blocks: ParameterBlock[] = [];
  if (part.fixed > 0) {
    const names = numbered(part.name, part.fixed);
    blocks.push({
      id: `bs${p}`,
      shape: [part.fixed],
      prior: { kind: "elements", targets: names.map((coef) => ({ class: "b", coef })) },
      quantity: coefficientsQuantity("bs", key, names),
    });
  }
  if (part.blocks.length > 0) {
    blocks.push({
      id: `sds${p}`,
      shape: [part.blocks.length],
      prior: { kind: "elements", targets: part.blocks.map(() => ({ class: "sds", coef: text, lower: 0 })) },
      quantity: scalesQuantity(
        "sds",
        key,
        numbered(plain(part.name), part.blocks.length),
        "Smoothing Spline Hyperparameters",
      ),
    });
  }
  return blocks;
}

function vectorsOf(
  part: PartShape,
  p: number,
  key: PredictorKey,
  unit: readonly number[] | undefined,
): TermVector[] {
  const penalised = part.blocks.map(
    ({ levels, size }, j): TermVector => ({
      kind: "gaussian",
      levels,
      size,
      scale: { kind: "sds", block: `sds${p}`, elements: new Array<number>(size).fill(j) },
      smooth: part.label,
      quantity: latentQuantity("s", key, `${plain(part.name)}_${j + 1}`, levels * size),
      reported: "coefficients",
    }),
  );
  if (part.fixed === 0) return penalised;
  const fixed: TermVector = {
    kind: "coefficients",
    block: `bs${p}`,
    smooth: part.label,
    ...(unit !== undefined && { unit }),
  };
  return [fixed, ...penalised];
}

/**
 * mgcv's restricted likelihood takes coefficients in the coordinates of the basis, in which the directions without a penalty are unit
 * vectors: the columns here are longer or shorter than those (`unitPenalty`).
 */
function restrictedUnits(smooth: SmoothState): number[] | undefined {
  if (smooth.kind !== "one-basis" || smooth.penalised === undefined) return undefined;
  const { rows, columns, values } = smooth.fixed;
  return Array.from({ length: columns }, (_, j) => {
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += values[j * rows + i]! ** 2;
    return 1 / Math.sqrt(squares);
  });
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, k) => `${name}_${k + 1}`);
}

/** brms' names of standard deviations have no colon: `sds_sxfa_1` beside `bs_sx:fa_1`. */
function plain(name: string): string {
  return name.replaceAll(":", "");
}
