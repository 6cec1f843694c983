/**
 * Draws as rows of doubles: the seven statistics in CmdStan's order, then the values. The form in which draws are kept in
 * files, whole or while a chain goes on.
 */
import { DataError } from "../errors.ts";
import { STATISTIC_COLUMNS } from "./cmdstan-csv.ts";
import type { DrawStatistics, Draws } from "./draws.ts";

const STATISTICS = STATISTIC_COLUMNS.length;
/** Bytes of a block, about. */
const BLOCK = 4 * 1024 * 1024;

export interface Rows {
  readonly values: Float64Array;
  readonly statistics: DrawStatistics;
}

/** Bytes that `draws` rows take. */
export function rowBytes(draws: number, width: number): number {
  return 8 * draws * (STATISTICS + width);
}

/** Rows `from` … `to` − 1 in blocks of whole rows. */
export function* writeRows(rows: Rows, width: number, from: number, to: number): Generator<Uint8Array> {
  const long = STATISTICS + width;
  const most = Math.max(1, Math.floor(BLOCK / (8 * long)));
  for (let first = from; first < to; first += most) {
    const count = Math.min(most, to - first);
    const block = new Float64Array(count * long);
    for (let k = 0; k < count; k++) {
      const row = first + k;
      STATISTIC_COLUMNS.forEach(([, key], j) => {
        block[k * long + j] = rows.statistics[key][row]!;
      });
      block.set(rows.values.subarray(row * width, (row + 1) * width), k * long + STATISTICS);
    }
    yield littleEndian(block);
  }
}

export function allocateRows(count: number, width: number): Rows {
  return {
    values: new Float64Array(count * width),
    statistics: {
      lp: new Float64Array(count),
      acceptStat: new Float64Array(count),
      stepSize: new Float64Array(count),
      treedepth: new Int32Array(count),
      nLeapfrog: new Int32Array(count),
      divergent: new Uint8Array(count),
      energy: new Float64Array(count),
    },
  };
}

/**
 * Fills rows `from` … `from + count` − 1 from blocks that `writeRows` made; further blocks are not looked at.
 * @throws DataError when there are fewer, naming the file.
 */
export function readRows(
  blocks: Iterable<Uint8Array>,
  into: Rows,
  width: number,
  from: number,
  count: number,
  name: string,
): void {
  const long = STATISTICS + width;
  let row = from;
  const end = from + count;
  if (row === end) return;
  for (const bytes of blocks) {
    if (bytes.length % (8 * long) !== 0) {
      throw new DataError(`${name} does not have ${width} parameters, as fit.json says`);
    }
    const block = fromLittleEndian(bytes);
    for (let at = 0; at < block.length && row < end; at += long, row++) {
      STATISTIC_COLUMNS.forEach(([, key], j) => {
        into.statistics[key][row] = block[at + j]!;
      });
      into.values.set(block.subarray(at + STATISTICS, at + long), row * width);
    }
    if (row === end) return;
  }
  throw new DataError(`${name} has ${row - from} draws, and should have ${count}`);
}

/** The rows of one chain. */
export function chainRows(draws: Draws, chain: number): Generator<Uint8Array> {
  return writeRows(draws, draws.names.length, chain * draws.draws, (chain + 1) * draws.draws);
}

const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function littleEndian(block: Float64Array): Uint8Array {
  if (isLittle) return new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
  const out = new DataView(new ArrayBuffer(block.byteLength));
  block.forEach((value, i) => {
    out.setFloat64(8 * i, value, true);
  });
  return new Uint8Array(out.buffer);
}

function fromLittleEndian(bytes: Uint8Array): Float64Array {
  if (isLittle && bytes.byteOffset % 8 === 0) {
    return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}
