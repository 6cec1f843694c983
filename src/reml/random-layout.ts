/** Group-level terms → blocks of the penalised system, and how θ fills their relative covariance factors. */
import type { GroupDesign } from "../design/design.ts";
import type { GroupBlock } from "../marginal/structure.ts";

/** One group-level term: its coefficients have a covariance matrix of their own. */
export interface LayoutTerm {
  readonly group: string;
  readonly names: readonly string[];
  readonly levels: readonly string[];
  readonly correlated: boolean;
  /** Where its coefficients stand: block, and first column within a level of it. */
  readonly block: number;
  readonly from: number;
}

/** Element `row`, `column` of the factor of `block` is θ[k]. */
export interface ThetaEntry {
  readonly name: string;
  readonly term: number;
  readonly block: number;
  readonly row: number;
  readonly column: number;
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
): RandomLayout {
  const merged = mergeJoint(groups, rows);
  const ordered = merged
    .map((group, position) => ({ group, position }))
    .sort((a, b) => b.group.levels.length - a.group.levels.length || a.position - b.position)
    .map(({ group }) => group);
  const factors = [...new Set(ordered.map(({ group }) => group))]
    .map((name) => ordered.filter(({ group }) => group === name))
    .sort((a, b) => effectsOf(b) - effectsOf(a));
  const blocks = factors.map((members) => joinColumns(members, rows));
  const terms = ordered.map((group): LayoutTerm => {
    const block = factors.findIndex((members) => members.includes(group));
    const before = factors[block]!.slice(0, factors[block]!.indexOf(group));
    return {
      group: group.group,
      names: group.names,
      levels: group.levels,
      correlated: group.correlated,
      block,
      from: before.reduce((sum, { names }) => sum + names.length, 0),
    };
  });
  const theta = terms.flatMap(thetaEntries);
  return {
    terms,
    blocks,
    theta,
    scale: Float64Array.from(theta, (entry) => columnScale(entry, blocks, rows, rootWeights)),
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

function thetaEntries({ group, names, correlated, block, from }: LayoutTerm, term: number): ThetaEntry[] {
  return names.flatMap((name, column) =>
    names.slice(column, correlated ? undefined : column + 1).map((other, below) => ({
      name: below === 0 ? `${group}.${name}` : `${group}.${other}.${name}`,
      term,
      block,
      row: from + column + below,
      column: from + column,
    })),
  );
}

function columnScale(
  { block, row }: ThetaEntry,
  blocks: readonly GroupBlock[],
  rows: number,
  rootWeights: Float64Array | undefined,
): number {
  const { columns } = blocks[block]!;
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += (columns[row * rows + i]! * (rootWeights?.[i] ?? 1)) ** 2;
  return squares > 0 ? Math.sqrt(squares / rows) : 1;
}

/** The relative covariance factors λ of the blocks, row-major. */
export function relativeFactors({ blocks, theta }: RandomLayout, values: ArrayLike<number>): Float64Array[] {
  const factors = blocks.map(({ size }) => new Float64Array(size * size));
  theta.forEach(({ block, row, column }, k) => {
    factors[block]![row * blocks[block]!.size + column] = values[k]!;
  });
  return factors;
}

/** ∂/∂θ from the derivatives with respect to the elements of each λ. */
export function thetaGradient(
  { blocks, theta }: RandomLayout,
  byFactor: readonly Float64Array[],
): Float64Array {
  return Float64Array.from(
    theta,
    ({ block, row, column }) => byFactor[block]![row * blocks[block]!.size + column]!,
  );
}
