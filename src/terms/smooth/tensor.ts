/**
 * `t2()`: tensor product smooths whose penalties do not overlap (Wood, Scheipl & Faraway 2013, Stat. Comput. 23: 341–360). Every
 * margin is split into a penalised and a free part; products of parts that hold a penalised one are blocks of one standard
 * deviation each, products of free parts are not penalised.
 */
import { DataError } from "../../errors.ts";
import {
  besideEachOther,
  columnMeans,
  columnOf,
  columnRange,
  identity,
  infinityNorm,
  type Matrix,
  orthogonalTo,
  product,
  scaleColumns,
  scaleRows,
  zeros,
} from "../../linalg/matrix.ts";
import {
  type BasisName,
  type BasisState,
  basisMatrix,
  basisNames,
  isBasisName,
  learnBasis,
} from "./bases.ts";
import { type ByState, byLabel, byWeights, learnBy } from "./by.ts";
import { marginParametrisation } from "./natural.ts";
import { basisArguments } from "./one-basis.ts";
import type { SmoothCall, SmoothPart, SmoothVariables } from "./smooth.ts";
import { codesByFit, levelsOf, numbersOf } from "./variables.ts";

type MarginState =
  | {
      readonly kind: "basis";
      readonly variables: readonly string[];
      readonly basis: BasisState;
      readonly P: Matrix;
      readonly rank: number;
    }
  | {
      readonly kind: "levels";
      readonly variables: readonly string[];
      readonly levels: readonly string[];
      readonly P: Matrix;
      readonly rank: number;
    };

export interface TensorState {
  readonly kind: "tensor";
  readonly label: string;
  readonly margins: readonly MarginState[];
  readonly full: boolean;
  readonly by: ByState;
  /** What the penalised columns are multiplied by. */
  readonly scale: number;
  /** From the products of free parts to columns that sum to zero; undefined where nothing is constrained. */
  readonly constraint: Matrix | undefined;
  readonly fx: boolean;
}

export function learnTensor(call: SmoothCall, variables: SmoothVariables): TensorState {
  const margins: MarginState[] = [];
  let constrained = true;
  let from = 0;
  const sizes = call.d.length > 0 ? call.d : call.variables.map(() => 1);
  if (sizes.reduce((sum, size) => sum + size, 0) !== call.variables.length) {
    throw new DataError(
      `${call.label}: d = ${sizes.join(", ")} must add up to its ${call.variables.length} variables`,
    );
  }
  sizes.forEach((size, j) => {
    const own = call.variables.slice(from, from + size);
    from += size;
    const k = call.k.length > 1 ? call.k[j] : call.k[0];
    const asked = (call.bs.length > 1 ? call.bs[j] : call.bs[0]) ?? "cr";
    const name = size > 1 && ["cr", "cs", "ps", "cp"].includes(asked) ? "tp" : asked;
    if (name === "re") {
      margins.push(levelMargin(call, own, variables));
      constrained = false;
      return;
    }
    if (!isBasisName(name)) {
      throw new DataError(`t2() has no basis "${name}" (bases: ${[...basisNames, "re"].join(", ")})`);
    }
    const m = call.m.length > 1 ? call.m[j] : call.m[0];
    const learned = learnMargin(call, own, name, k ?? 5 ** size, m, variables);
    if (!learned.centred) constrained = false;
    margins.push(learned.margin);
  });
  const by = learnBy(call, variables);
  const { free, blocks } = tensorBlocks(margins, call.full, variables, call.label);
  const all = besideEachOther([...blocks, free], free.rows);
  const needed = constrained && !by.varies && free.columns > 0;
  return {
    kind: "tensor",
    label: call.label,
    margins,
    full: call.full,
    by,
    scale: 1 / infinityNorm(all),
    // A single free column is the constant itself.
    constraint: !needed ? undefined : free.columns === 1 ? zeros(1, 0) : orthogonalTo(columnMeans(free)),
    fx: call.fx,
  };
}

export function tensorParts(state: TensorState, variables: SmoothVariables): SmoothPart[] {
  const { free, blocks } = tensorBlocks(state.margins, state.full, variables, state.label);
  const fixed = product(free, state.constraint ?? identity(free.columns));
  const penalised = blocks.map((block) =>
    scaleColumns(block, new Float64Array(block.columns).fill(state.fx ? 1 : state.scale)),
  );
  return byWeights(state.by, variables, state.label).map((weights, j) => {
    const weighed = (part: Matrix): Matrix => (weights === undefined ? part : scaleRows(part, weights));
    const label = byLabel(state.label, state.by, j);
    if (state.fx) {
      return { label, fixed: besideEachOther([...penalised, fixed].map(weighed), free.rows), penalised: [] };
    }
    return {
      label,
      fixed: weighed(fixed),
      penalised: penalised.map((block) => ({ columns: weighed(block) })),
    };
  });
}

function learnMargin(
  call: SmoothCall,
  own: readonly string[],
  name: BasisName,
  k: number,
  m: readonly number[] | undefined,
  variables: SmoothVariables,
): { readonly margin: MarginState; readonly centred: boolean } {
  const columns = own.map((variable) => numbersOf(variables, variable, call.label));
  const { x, penalty, rank, state, centred } = learnBasis(name, columns, basisArguments(call, k, m, own));
  const P = marginParametrisation(x, penalty, rank);
  return { margin: { kind: "basis", variables: own, basis: state, P, rank }, centred };
}

function levelMargin(call: SmoothCall, own: readonly string[], variables: SmoothVariables): MarginState {
  if (own.length !== 1) throw new DataError(`a margin of ${call.label} with bs = "re" is of one variable`);
  const levels = levelsOf(variables, own[0]!, call.label);
  if (levels === undefined) {
    throw new DataError(
      `a margin of ${call.label} has bs = "re" and needs a factor, but ${own[0]} holds numbers`,
    );
  }
  const x = indicators(levels.codes, levels.names.length);
  const size = levels.names.length;
  return {
    kind: "levels",
    variables: own,
    levels: levels.names,
    P: marginParametrisation(x, identity(size), size),
    rank: size,
  };
}

function marginMatrix(margin: MarginState, variables: SmoothVariables, label: string): Matrix {
  if (margin.kind === "basis") {
    const columns = margin.variables.map((variable) => numbersOf(variables, variable, label));
    return product(basisMatrix(margin.basis, columns), margin.P);
  }
  const [variable] = margin.variables;
  const found = levelsOf(variables, variable!, label);
  if (found === undefined) throw new DataError(`${label} needs the levels of ${variable}, not numbers`);
  const codes = codesByFit(found, margin.levels, variable!, label);
  return product(indicators(codes, margin.levels.length), margin.P);
}

function indicators(codes: Int32Array, count: number): Matrix {
  const x = zeros(codes.length, count);
  codes.forEach((code, row) => {
    x.values[code * codes.length + row] = 1;
  });
  return x;
}

interface Piece {
  readonly columns: Matrix;
  readonly penalised: boolean;
}

/** All products of parts; with `full`, every column of a free part has a block of its own beside a penalised part. */
function tensorBlocks(
  margins: readonly MarginState[],
  full: boolean,
  variables: SmoothVariables,
  label: string,
): { readonly free: Matrix; readonly blocks: readonly Matrix[] } {
  let pieces: Piece[] | undefined;
  let rows = 0;
  for (const margin of margins) {
    const x = marginMatrix(margin, variables, label);
    rows = x.rows;
    const range: Piece = { columns: columnRange(x, 0, margin.rank), penalised: true };
    const kernel: Piece = { columns: columnRange(x, margin.rank, x.columns), penalised: false };
    const parts = kernel.columns.columns === 0 ? [range] : [range, kernel];
    pieces =
      pieces === undefined
        ? parts
        : parts.flatMap((part) => pieces!.flatMap((earlier) => products(earlier, part, full)));
  }
  const blocks = pieces!.filter((piece) => piece.penalised).map((piece) => piece.columns);
  return { blocks, free: pieces!.find((piece) => !piece.penalised)?.columns ?? zeros(rows, 0) };
}

function products(a: Piece, b: Piece, full: boolean): Piece[] {
  const penalised = a.penalised || b.penalised;
  if (!full || a.penalised === b.penalised)
    return [{ columns: rowProducts(a.columns, b.columns), penalised }];
  // One block per column of the free part.
  return a.penalised
    ? singles(b.columns).map((column) => ({ columns: rowProducts(a.columns, column), penalised }))
    : singles(a.columns).map((column) => ({ columns: rowProducts(column, b.columns), penalised }));
}

function singles(x: Matrix): Matrix[] {
  return Array.from({ length: x.columns }, (_, j) => columnRange(x, j, j + 1));
}

/** Row by row the products of all columns of a and b, those of b running fastest. */
function rowProducts(a: Matrix, b: Matrix): Matrix {
  const result = zeros(a.rows, a.columns * b.columns);
  for (let i = 0; i < a.columns; i++) {
    for (let j = 0; j < b.columns; j++) {
      const out = columnOf(result, i * b.columns + j);
      const left = columnOf(a, i);
      const right = columnOf(b, j);
      for (let row = 0; row < a.rows; row++) out[row] = left[row]! * right[row]!;
    }
  }
  return result;
}
