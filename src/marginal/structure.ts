/**
 * The pattern of the penalised system and of its Cholesky factor.
 *
 * Unknowns are the levels of the grouping factors ("nodes", each with the columns of its factor), then the border: the
 * population-level columns and the response. Within a factor levels never meet, so the largest factor's part of the matrix is
 * block-diagonal; what later factors look like once it is eliminated depends on the data: nested factors stay sparse, crossed
 * ones fill in (Bates, Mächler, Bolker & Walker 2015, J. Stat. Softw. 67(1), section 3; MixedModels.jl's documentation on
 * blocked Cholesky). Leading factors are therefore kept as sparse nodes and all others, with the border, as one dense trailing
 * block; where the boundary lies is decided from the operations counted for each choice.
 */

/** All group-level coefficients that vary over one grouping factor. */
export interface GroupBlock {
  readonly levels: number;
  /** Columns per level. */
  readonly size: number;
  /** For each row its 0-based level. */
  readonly index: Int32Array;
  /** n × size, column-major. */
  readonly columns: Float64Array;
}

export interface Structure {
  readonly rows: number;
  /** By decreasing number of effects: the order of elimination. */
  readonly blocks: readonly GroupBlock[];
  readonly border: number;
  /** How many blocks are kept as sparse nodes. */
  readonly sparseBlocks: number;
  /** First node and first column of each block, with an end. */
  readonly firstNode: Int32Array;
  readonly firstColumn: Int32Array;
  /** Number of group-level effects: the columns before the border. */
  readonly effects: number;
  readonly sparseColumns: number;
  /** Order of the dense block: effects of the other factors, then the border. */
  readonly denseSize: number;
  /** Rows below the own block of sparse node s: `rowIndex[rowStart[s] … rowStart[s + 1]]`, ascending. */
  readonly rowStart: Int32Array;
  readonly rowIndex: Int32Array;
  /** Values of node s: its own p × p block, then its rows, p each, from `valueStart[s]`. */
  readonly valueStart: Int32Array;
  /** For each sparse block its rows of data sorted by level, and where each level begins. */
  readonly sorted: readonly { readonly rows: Int32Array; readonly start: Int32Array }[];
}

/** Relative cost of an operation through indices against one of the dense kernel. */
const INDIRECT = 6;
/** Entries beyond which a sparse pattern is not worth its memory. */
const LARGEST_PATTERN = 3e7;

/** `blocks` in order of elimination; `border` = number of population-level columns + 1. */
export function makeStructure(rows: number, blocks: readonly GroupBlock[], border: number): Structure {
  const sorted = blocks.map(sortByLevel);
  const first = firstNumbers(blocks);
  let best: { cost: number; sparseBlocks: number; pattern: Int32Array[] } | undefined;
  for (let sparseBlocks = Math.min(1, blocks.length); sparseBlocks <= blocks.length; sparseBlocks++) {
    const pattern = eliminate(blocks, sorted, first.node, sparseBlocks);
    if (pattern === undefined) break;
    const cost = operations(blocks, first, pattern, sparseBlocks, border);
    if (best === undefined || cost < best.cost) best = { cost, sparseBlocks, pattern };
  }
  const { sparseBlocks, pattern } = best!;
  return layOut(rows, blocks, border, sparseBlocks, first, pattern, sorted.slice(0, sparseBlocks));
}

interface FirstNumbers {
  readonly node: Int32Array;
  readonly column: Int32Array;
}

function firstNumbers(blocks: readonly GroupBlock[]): FirstNumbers {
  const node = new Int32Array(blocks.length + 1);
  const column = new Int32Array(blocks.length + 1);
  blocks.forEach(({ levels, size }, f) => {
    node[f + 1] = node[f]! + levels;
    column[f + 1] = column[f]! + levels * size;
  });
  return { node, column };
}

function sortByLevel({ index, levels }: GroupBlock): { rows: Int32Array; start: Int32Array } {
  const start = new Int32Array(levels + 1);
  for (let i = 0; i < index.length; i++) start[index[i]! + 1]!++;
  for (let level = 0; level < levels; level++) start[level + 1]! += start[level]!;
  const next = start.slice();
  const rows = new Int32Array(index.length);
  for (let i = 0; i < index.length; i++) rows[next[index[i]!]!++] = i;
  return { rows, start };
}

/**
 * For each sparse node the later nodes that its column of the factor meets, ascending: those that occur with it in a row of
 * data, and those of the nodes whose first later node it is (the elimination tree; Davis 2006, section 4.1).
 */
function eliminate(
  blocks: readonly GroupBlock[],
  sorted: readonly { readonly rows: Int32Array; readonly start: Int32Array }[],
  firstNode: Int32Array,
  sparseBlocks: number,
): Int32Array[] | undefined {
  const sparseNodes = firstNode[sparseBlocks]!;
  const pattern: Int32Array[] = new Array<Int32Array>(sparseNodes);
  const children: number[][] = [];
  const seen = new Int32Array(firstNode[blocks.length]!).fill(-1);
  let entries = 0;
  for (let f = 0; f < sparseBlocks; f++) {
    const { rows, start } = sorted[f]!;
    for (let level = 0; level < blocks[f]!.levels; level++) {
      const node = firstNode[f]! + level;
      const found: number[] = [];
      const note = (other: number): void => {
        if (other === node || seen[other] === node) return;
        seen[other] = node;
        found.push(other);
      };
      for (let g = f + 1; g < blocks.length; g++) {
        const { index } = blocks[g]!;
        for (let r = start[level]!; r < start[level + 1]!; r++) note(firstNode[g]! + index[rows[r]!]!);
      }
      for (const child of children[node] ?? []) pattern[child]!.forEach(note);
      const own = Int32Array.from(found).sort();
      pattern[node] = own;
      entries += own.length;
      if (entries > LARGEST_PATTERN) return undefined;
      const parent = own[0];
      if (parent !== undefined && parent < sparseNodes) (children[parent] ??= []).push(node);
    }
  }
  return pattern;
}

function operations(
  blocks: readonly GroupBlock[],
  first: FirstNumbers,
  pattern: readonly Int32Array[],
  sparseBlocks: number,
  border: number,
): number {
  const dense = first.column[blocks.length]! - first.column[sparseBlocks]! + border;
  let indirect = 0;
  for (let f = 0; f < sparseBlocks; f++) {
    const { size } = blocks[f]!;
    for (let node = first.node[f]!; node < first.node[f + 1]!; node++) {
      let rows = border;
      for (const other of pattern[node]!) rows += blocks[blockOf(other, first.node)]!.size;
      indirect += size * rows * rows;
    }
  }
  return dense ** 3 + INDIRECT * indirect;
}

export function blockOf(node: number, firstNode: Int32Array): number {
  let f = 0;
  while (node >= firstNode[f + 1]!) f++;
  return f;
}

function layOut(
  rows: number,
  blocks: readonly GroupBlock[],
  border: number,
  sparseBlocks: number,
  first: FirstNumbers,
  pattern: readonly Int32Array[],
  sorted: Structure["sorted"],
): Structure {
  const effects = first.column[blocks.length]!;
  const sparseColumns = first.column[sparseBlocks]!;
  const rowStart = new Int32Array(pattern.length + 1);
  const valueStart = new Int32Array(pattern.length + 1);
  const rowIndex: number[] = [];
  pattern.forEach((others, node) => {
    for (const other of others) {
      const g = blockOf(other, first.node);
      const { size } = blocks[g]!;
      const column = first.column[g]! + (other - first.node[g]!) * size;
      for (let k = 0; k < size; k++) rowIndex.push(column + k);
    }
    for (let k = 0; k < border; k++) rowIndex.push(effects + k);
    rowStart[node + 1] = rowIndex.length;
    const { size } = blocks[blockOf(node, first.node)]!;
    valueStart[node + 1] = valueStart[node]! + size * size + (rowStart[node + 1]! - rowStart[node]!) * size;
  });
  return {
    rows,
    blocks,
    border,
    sparseBlocks,
    firstNode: first.node,
    firstColumn: first.column,
    effects,
    sparseColumns,
    denseSize: effects - sparseColumns + border,
    rowStart,
    rowIndex: Int32Array.from(rowIndex),
    valueStart,
    sorted,
  };
}

/** Multiplications of one factorisation with its selected inverse, in units of the dense kernel's. */
export function operationCount({ blocks, firstNode, rowStart, denseSize }: Structure): number {
  let indirect = 0;
  for (let node = 0; node < rowStart.length - 1; node++) {
    indirect += blocks[blockOf(node, firstNode)]!.size * (rowStart[node + 1]! - rowStart[node]!) ** 2;
  }
  return denseSize ** 3 + INDIRECT * indirect;
}
