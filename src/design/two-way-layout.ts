/** Analysis of variance of two crossed factors, unbalanced: mean squares of a after b, b after a, a:b and within cells. */
import type { GroupDesign } from "./design.ts";

export interface MeanSquare {
  readonly square: number;
  readonly df: number;
}

export interface Layout {
  /** After b. */
  readonly a: MeanSquare;
  /** After a. */
  readonly b: MeanSquare;
  /** Beyond a + b. */
  readonly interaction: MeanSquare;
  readonly within: MeanSquare;
}

const SWEEPS = 200;
const TOLERANCE = 1e-8;

/** Undefined when degrees of freedom are lacking: no repeated rows within cells, or no interaction to be seen. */
export function additiveLayout(y: Float64Array, a: GroupDesign, b: GroupDesign): Layout | undefined {
  const cells = cellsOf(a, b);
  const [levelsA, levelsB] = [a.levels.length, b.levels.length];
  const dfInteraction = cells.count - levelsA - levelsB + 1;
  const dfWithin = y.length - cells.count;
  if (dfInteraction < 1 || dfWithin < 1) return undefined;
  const onlyA = squares(sweep(y.slice(), a.index, levelsA));
  const onlyB = squares(sweep(y.slice(), b.index, levelsB));
  const within = squares(sweep(y.slice(), cells.index, cells.count));
  // Alternating projections onto the complements of both factors (von Neumann): the residual of a + b.
  const residual = y.slice();
  let additive = squares(residual);
  for (let k = 0; k < SWEEPS; k++) {
    sweep(residual, a.index, levelsA);
    sweep(residual, b.index, levelsB);
    const now = squares(residual);
    if (additive - now <= TOLERANCE * additive) break;
    additive = now;
  }
  additive = squares(residual);
  return {
    a: meanSquare(onlyB - additive, levelsA - 1),
    b: meanSquare(onlyA - additive, levelsB - 1),
    interaction: meanSquare(additive - within, dfInteraction),
    within: meanSquare(within, dfWithin),
  };
}

function meanSquare(sum: number, df: number): MeanSquare {
  return { square: Math.max(sum, 0) / df, df };
}

/** Subtracts the mean of each level, in place. */
function sweep(y: Float64Array, index: Int32Array, levels: number): Float64Array {
  const sums = new Float64Array(levels);
  const counts = new Int32Array(levels);
  for (let i = 0; i < y.length; i++) {
    sums[index[i]!]! += y[i]!;
    counts[index[i]!]!++;
  }
  for (let i = 0; i < y.length; i++) y[i]! -= sums[index[i]!]! / counts[index[i]!]!;
  return y;
}

function squares(y: Float64Array): number {
  return y.reduce((sum, value) => sum + value * value, 0);
}

function cellsOf(a: GroupDesign, b: GroupDesign): { readonly index: Int32Array; readonly count: number } {
  const position = new Map<number, number>();
  const index = a.index.map((level, i) => {
    const code = level * b.levels.length + b.index[i]!;
    const known = position.get(code) ?? position.size;
    position.set(code, known);
    return known;
  });
  return { index, count: position.size };
}
