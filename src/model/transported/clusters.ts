/**
 * Linear predictors that share no latent effects are apart in the precision, when cross terms of their rows are left out: every
 * set of predictors that are joined by correlated effects is a system of its own. Its rows are those of its predictors, one
 * after the other.
 */
import { type GroupBlock, makeStructure, operationCount, type Structure } from "../../marginal/structure.ts";
import type { LatentCoefficient, LatentLayout } from "./latent-model.ts";

type Block = LatentLayout["blocks"][number];

export interface Cluster {
  /** Positions among the model's predictors, in the order of the rows. */
  readonly predictors: readonly number[];
  /** Of effects and coefficients together. */
  readonly structure: Structure;
  /** Of effects alone, where the coefficients stand apart (see `standApart`). */
  readonly inner: Structure | undefined;
  /** For each block of the structure the blocks of the model with the same grouping factor, and where they begin in a level. */
  readonly factors: readonly (readonly Placed[])[];
  readonly coefficients: readonly LatentCoefficient[];
  /** rows × coefficients, column-major. */
  readonly x: Float64Array;
  /** For each column of the system its coordinate. */
  readonly home: Int32Array;
}

export interface Placed {
  readonly block: Block;
  readonly from: number;
}

export function clustersOf(model: LatentLayout): Cluster[] {
  const root = model.predictors.map((_, k) => k);
  const find = (k: number): number => (root[k] === k ? k : find(root[k]!));
  for (const { members } of model.blocks) {
    for (const { predictor } of members) root[find(predictor)] = find(members[0]!.predictor);
  }
  const withEffects = new Set(model.blocks.map(({ members }) => find(members[0]!.predictor)));
  return [...withEffects].map((own) =>
    clusterOf(
      model,
      model.predictors.flatMap((_, k) => (find(k) === own ? [k] : [])),
      model.blocks.filter(({ members }) => find(members[0]!.predictor) === own),
    ),
  );
}

function clusterOf(
  { rows: n, predictors }: LatentLayout,
  own: readonly number[],
  blocks: readonly Block[],
): Cluster {
  const rows = n * own.length;
  const byGroup = new Map<string, Block[]>();
  for (const block of blocks) byGroup.set(block.group, [...(byGroup.get(block.group) ?? []), block]);
  const gathered = [...byGroup.values()]
    .map((together) => {
      let from = 0;
      const placed = together.map((block): Placed => {
        const at = { block, from };
        from += block.size;
        return at;
      });
      return { placed, system: systemBlock(placed, from, n, own) };
    })
    .sort((a, b) => b.system.levels * b.system.size - a.system.levels * a.system.size);
  const coefficients = own.flatMap((k) => predictors[k]!.coefficients);
  const x = new Float64Array(rows * coefficients.length);
  let column = 0;
  own.forEach((k, position) => {
    for (const coefficient of predictors[k]!.coefficients) {
      x.set(coefficient.column, column++ * rows + position * n);
    }
  });
  const structure = makeStructure(
    rows,
    gathered.map(({ system }) => system),
    coefficients.length,
  );
  const home = new Int32Array(structure.effects + coefficients.length);
  gathered.forEach(({ placed, system }, f) => {
    for (const { block, from } of placed) {
      for (let level = 0; level < block.levels; level++) {
        for (let k = 0; k < block.size; k++) {
          home[structure.firstColumn[f]! + level * system.size + from + k] =
            block.from + level * block.size + k;
        }
      }
    }
  });
  coefficients.forEach(({ coordinate }, k) => {
    home[structure.effects + k] = coordinate;
  });
  const inner = makeStructure(structure.rows, structure.blocks, 0);
  return {
    predictors: own,
    structure,
    inner: standApart(structure, inner) ? inner : undefined,
    factors: gathered.map(({ placed }) => placed),
    coefficients,
    x,
    home,
  };
}

/** Factors with fewer levels say so little of their standard deviation that the coefficients' precision varies with it. */
const FEW_LEVELS = 20;
/** How much dearer a factorisation may be for having the coefficients in it. */
const WORTH = 1.5;

/**
 * Coefficients in the system follow every change of the hyperparameters, but every level meets all of them. Where many levels make
 * their precision nearly constant, they do as well beside it: centred and scaled once, at the reference.
 */
function standApart(structure: Structure, inner: Structure): boolean {
  if (structure.border === 0 || structure.blocks.some(({ levels }) => levels < FEW_LEVELS)) return false;
  return operationCount(structure) > WORTH * operationCount(inner);
}

/** Of an evaluation, in the units of `operationCount`. */
export function clusterCost({ structure, inner }: Cluster): number {
  return operationCount(inner ?? structure);
}

function systemBlock(placed: readonly Placed[], size: number, n: number, own: readonly number[]): GroupBlock {
  const rows = n * own.length;
  const { levels, members } = placed[0]!.block;
  const index = new Int32Array(rows);
  own.forEach((_, position) => {
    index.set(members[0]!.index, position * n);
  });
  const columns = new Float64Array(rows * size);
  for (const { block, from } of placed) {
    for (const member of block.members) {
      const position = own.indexOf(member.predictor);
      for (let k = 0; k < member.count; k++) {
        columns.set(
          member.columns.subarray(k * n, (k + 1) * n),
          (from + member.first + k) * rows + position * n,
        );
      }
    }
  }
  return { levels, size, index, columns };
}
