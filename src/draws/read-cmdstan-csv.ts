import { DataError } from "../errors.ts";
import { NAMES_COMMENT, STATISTIC_COLUMNS } from "./cmdstan-csv.ts";
import { nameFromColumn } from "./cmdstan-names.ts";
import type { DrawStatistics, Draws } from "./draws.ts";

export interface CmdstanDraws {
  readonly draws: Draws;
  /** `key = value` comments of the first file as text: `num_warmup`, `delta`, `max_depth`, `seed`, … */
  readonly settings: Readonly<Record<string, string>>;
  /** Per chain, what stands in the adaptation block; NaN and empty where there is none. */
  readonly adaptation: readonly { readonly stepSize: number; readonly inverseMetric: Float64Array }[];
}

/**
 * Reads the CSV files of CmdStan's `sample` method (or our own), one text per chain in the order of the chains.
 * Warm-up draws (`save_warmup`) are skipped. Parameters are called `theta[1,2]`, or exactly as they were when the
 * file carries our name comment. A statistic that the file lacks (static HMC has no `treedepth__`) is 0.
 *
 * @throws {DataError} for a file without header or draws, a row of the wrong length, a cell that is no number, or
 * chains that differ in columns or number of draws.
 */
export function readCmdstanCsv(texts: readonly string[]): CmdstanDraws {
  if (texts.length === 0)
    throw new DataError("no CmdStan CSV file was given: pass the text of one file per chain");
  const files = texts.map((text, chain) => readChain(text, chain + 1));
  const first = files[0]!;
  files.forEach((file, k) => {
    if (file.columns.join() !== first.columns.join()) {
      throw new DataError(
        `CmdStan CSV file ${k + 1} has other columns than file 1: are they chains of one model?`,
      );
    }
    if (file.rows.length !== first.rows.length) {
      throw new DataError(
        `CmdStan CSV file ${k + 1} has ${file.rows.length} draws, file 1 has ${first.rows.length}: give chains of equal length`,
      );
    }
  });

  // Statistics may stand anywhere; in files of other samplers further `…__` columns are no parameters either.
  const parameters = first.columns.flatMap((column, j) => (column.endsWith("__") ? [] : [j]));
  const names =
    first.names?.length === parameters.length
      ? first.names
      : parameters.map((j) => nameFromColumn(first.columns[j]!));
  const perChain = first.rows.length;
  const count = files.length * perChain;
  const values = new Float64Array(count * parameters.length);
  const statistics: DrawStatistics = {
    lp: new Float64Array(count),
    acceptStat: new Float64Array(count),
    stepSize: new Float64Array(count),
    treedepth: new Int32Array(count),
    nLeapfrog: new Int32Array(count),
    divergent: new Uint8Array(count),
    energy: new Float64Array(count),
  };
  const statisticAt = STATISTIC_COLUMNS.map(([column, key]) => ({ key, j: first.columns.indexOf(column) }));
  files.forEach((file, chain) => {
    file.rows.forEach((row, draw) => {
      const at = chain * perChain + draw;
      for (const { key, j } of statisticAt) if (j >= 0) statistics[key][at] = row[j]!;
      parameters.forEach((j, p) => {
        values[at * parameters.length + p] = row[j]!;
      });
    });
  });
  return {
    draws: { names, chains: files.length, draws: perChain, values, statistics },
    settings: first.settings,
    adaptation: files.map(({ stepSize, inverseMetric }) => ({ stepSize, inverseMetric })),
  };
}

interface ChainFile {
  readonly columns: readonly string[];
  readonly names?: readonly string[];
  readonly rows: readonly Float64Array[];
  readonly settings: Readonly<Record<string, string>>;
  readonly stepSize: number;
  readonly inverseMetric: Float64Array;
}

function readChain(text: string, file: number): ChainFile {
  let columns: string[] | undefined;
  const comments: string[] = [];
  const rows: Float64Array[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.startsWith("#")) comments.push(line);
    else if (line.trim() === "") return;
    else if (columns === undefined) columns = line.split(",").map((column) => column.trim());
    else rows.push(readRow(line, columns, file, i + 1));
  });
  if (columns === undefined) throw new DataError(`CmdStan CSV file ${file} has no header line`);

  const settings = readSettings(comments);
  const thin = Number(settings.thin ?? 1);
  const saved = settings.save_warmup === "1" || settings.save_warmup === "true";
  const warmupRows = saved ? Math.ceil(Number(settings.num_warmup ?? 0) / thin) : 0;
  const kept = rows.slice(warmupRows);
  if (kept.length === 0) throw new DataError(`CmdStan CSV file ${file} has no draws after warm-up`);
  const names = readNames(comments);
  const base = { columns, rows: kept, settings, ...readAdaptation(comments) };
  return names === undefined ? base : { ...base, names };
}

function readRow(line: string, columns: readonly string[], file: number, lineNumber: number): Float64Array {
  const cells = line.split(",");
  if (cells.length !== columns.length) {
    throw new DataError(
      `CmdStan CSV file ${file}, line ${lineNumber}: ${cells.length} values for ${columns.length} columns; was the file cut off?`,
    );
  }
  return Float64Array.from(cells, (cell, j) => {
    const x = toNumber(cell.trim());
    if (x === undefined) {
      throw new DataError(
        `CmdStan CSV file ${file}, line ${lineNumber}, column "${columns[j]}": "${cell}" is not a number`,
      );
    }
    return x;
  });
}

function toNumber(cell: string): number | undefined {
  if (/^[+-]?nan$/i.test(cell)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(cell);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  const x = Number(cell);
  return cell === "" || Number.isNaN(x) ? undefined : x;
}

function readSettings(comments: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const comment of comments) {
    if (comment.startsWith("# Adaptation terminated")) break;
    if (comment.startsWith(NAMES_COMMENT)) continue;
    const match = /^#\s*([A-Za-z0-9_]+)\s*=\s*(.*?)\s*(?:\(Default\))?\s*$/.exec(comment);
    // `file` occurs under data and output; the first of a name is kept.
    if (match !== null) settings[match[1]!] ??= match[2]!;
  }
  return settings;
}

function readNames(comments: readonly string[]): readonly string[] | undefined {
  const comment = comments.find((line) => line.startsWith(NAMES_COMMENT));
  if (comment === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(comment.slice(NAMES_COMMENT.length));
    return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
  } catch {
    return undefined;
  }
}

function readAdaptation(comments: readonly string[]): { stepSize: number; inverseMetric: Float64Array } {
  const stepLine = comments.find((line) => /^#\s*Step size\s*=/.test(line));
  const stepSize = stepLine === undefined ? Number.NaN : Number(stepLine.slice(stepLine.indexOf("=") + 1));
  const start = comments.findIndex((line) => /elements of inverse mass matrix/i.test(line));
  const numbers: number[] = [];
  // Rows of numbers follow until a comment that is none: one row when diagonal, as many as columns when dense.
  for (let i = start + 1; start >= 0 && i < comments.length; i++) {
    const cells = comments[i]!.slice(1)
      .split(",")
      .map((cell) => toNumber(cell.trim()));
    if (cells.some((x) => x === undefined)) break;
    numbers.push(...(cells as number[]));
  }
  return { stepSize, inverseMetric: Float64Array.from(numbers) };
}
