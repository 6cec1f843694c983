/** Group-level terms → blocks of the penalised system, and how θ fills their relative covariance factors. */
import type { GroupDesign } from "../design/design.ts";
import type { GroupBlock } from "../marginal/structure.ts";
import type { SmoothBlock } from "./smooth-columns.ts";

/** One group-level term: its coefficients have a covariance matrix of their own. */
export interface LayoutTerm {
  readonly group: string;
  readonly names: readonly string[];
  readonly levels: readonly string[];
  readonly correlated: boolean;
  /** Where its coefficients stand: block, and first column within a level of it. */
  readonly block: number;
  readonly from: number;
  /**
   * Of a smooth: its one standard deviation is that of so many columns; `levels` are its coefficients one by one, level by level of
   * the block.
   */
  readonly shared?: number;
}

/** Elements `row` + i, `column` + i of the factor of `block`, i < `repeats`, are θ[k]. */
export interface ThetaEntry {
  readonly name: string;
  readonly term: number;
  readonly block: number;
  readonly row: number;
  readonly column: number;
  /** 1, or the number of columns that share a standard deviation. */
  readonly repeats: number;
}

export interface RandomLayout {
  /** By decreasing number of levels, as lme4 orders them. */
  readonly terms: readonly LayoutTerm[];
  /** One per grouping factor, by decreasing number of effects. */
  readonly blocks: readonly GroupBlock[];
  readonly theta: readonly ThetaEntry[];
  /** Root mean square of the (weighted) column that each θ multiplies: θ times it is free of units. */
  readonly scale: Float64Array;
}

/** `rootWeights`: what rows are multiplied by before they are fitted: units of the weights then do not matter either. */
export function randomLayout(
  groups: readonly GroupDesign[],
  rows: number,
  rootWeights?: Float64Array,
  smooths: readonly SmoothBlock[] = [],
): RandomLayout {
  const merged = mergeJoint(groups, rows);
  const ordered = merged
    .map((group, position) => ({ group, position }))
    .sort((a, b) => b.group.levels.length - a.group.levels.length || a.position - b.position)
    .map(({ group }) => group);
  const factors = [...new Set(ordered.map(({ group }) => group))]
    .map((name) => ordered.filter(({ group }) => group === name))
    .sort((a, b) => effectsOf(b) - effectsOf(a));
  const joined = factors.map((members) => joinColumns(members, rows));
  const blocks = [...joined, ...smooths.map(({ block }) => block)].sort(
    (a, b) => b.levels * b.size - a.levels * a.size,
  );
  const terms = ordered.map((group): LayoutTerm => {
    const members = factors.findIndex((own) => own.includes(group));
    const block = blocks.indexOf(joined[members]!);
    const before = factors[members]!.slice(0, factors[members]!.indexOf(group));
    return {
      group: group.group,
      names: group.names,
      levels: group.levels,
      correlated: group.correlated,
      block,
      from: before.reduce((sum, { names }) => sum + names.length, 0),
    };
  });
  const all = [...terms, ...smooths.map((smooth) => smoothTerm(smooth, blocks))];
  const theta = all.flatMap(thetaEntries);
  return {
    terms: all,
    blocks,
    theta,
    scale: Float64Array.from(theta, (entry) => columnScale(entry, blocks, rows, rootWeights)),
  };
}

function smoothTerm({ smooth, number, block }: SmoothBlock, blocks: readonly GroupBlock[]): LayoutTerm {
  return {
    group: smooth,
    names: [`sds_${number}`],
    levels: Array.from({ length: block.levels * block.size }, (_, k) => String(k + 1)),
    correlated: false,
    block: blocks.indexOf(block),
    from: 0,
    shared: block.size,
  };
}

const effectsOf = (members: readonly GroupDesign[]): number =>
  members.reduce((sum, { levels, names }) => sum + levels.length * names.length, 0);

/** Terms that share an ID and a group are one correlated term. */
function mergeJoint(groups: readonly GroupDesign[], rows: number): GroupDesign[] {
  const merged: GroupDesign[] = [];
  for (const group of groups) {
    const at = merged.findIndex(
      (other) => group.id !== undefined && other.id === group.id && other.group === group.group,
    );
    if (at < 0) {
      merged.push(group);
      continue;
    }
    const other = merged[at]!;
    const joined = joinColumns([other, group], rows);
    merged[at] = {
      ...other,
      correlated: true,
      names: [...other.names, ...group.names],
      columns: joined.columns,
    };
  }
  return merged;
}

function joinColumns(members: readonly GroupDesign[], rows: number): GroupBlock {
  const [first] = members;
  const size = members.reduce((sum, { names }) => sum + names.length, 0);
  const block = { levels: first!.levels.length, size, index: first!.index };
  if (members.length === 1) return { ...block, columns: first!.columns };
  const columns = new Float64Array(rows * size);
  let at = 0;
  for (const member of members) {
    columns.set(member.columns, at);
    at += member.columns.length;
  }
  return { ...block, columns };
}

function thetaEntries(
  { group, names, correlated, block, from, shared = 1 }: LayoutTerm,
  term: number,
): ThetaEntry[] {
  return names.flatMap((name, column) =>
    names.slice(column, correlated ? undefined : column + 1).map((other, below) => ({
      name: below === 0 ? `${group}.${name}` : `${group}.${other}.${name}`,
      term,
      block,
      row: from + column + below,
      column: from + column,
      repeats: shared,
    })),
  );
}

function columnScale(
  { block, row, repeats }: ThetaEntry,
  blocks: readonly GroupBlock[],
  rows: number,
  rootWeights: Float64Array | undefined,
): number {
  const { columns } = blocks[block]!;
  let squares = 0;
  for (let at = row * rows; at < (row + repeats) * rows; at++) {
    squares += (columns[at]! * (rootWeights?.[at % rows] ?? 1)) ** 2;
  }
  return squares > 0 ? Math.sqrt(squares / rows) : 1;
}

/** The relative covariance factors λ of the blocks, row-major. */
export function relativeFactors({ blocks, theta }: RandomLayout, values: ArrayLike<number>): Float64Array[] {
  const factors = blocks.map(({ size }) => new Float64Array(size * size));
  theta.forEach(({ block, row, column, repeats }, k) => {
    const { size } = blocks[block]!;
    for (let i = 0; i < repeats; i++) factors[block]![(row + i) * size + column + i] = values[k]!;
  });
  return factors;
}

/** ∂/∂θ from the derivatives with respect to the elements of each λ. */
export function thetaGradient(
  { blocks, theta }: RandomLayout,
  byFactor: readonly Float64Array[],
): Float64Array {
  return Float64Array.from(theta, ({ block, row, column, repeats }) => {
    const { size } = blocks[block]!;
    let sum = 0;
    for (let i = 0; i < repeats; i++) sum += byFactor[block]![(row + i) * size + column + i]!;
    return sum;
  });
}
