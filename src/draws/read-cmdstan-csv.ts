import { DataError } from "../errors.ts";
import { NAMES_COMMENT, STATISTIC_COLUMNS } from "./cmdstan-csv.ts";
import { nameFromColumn } from "./cmdstan-names.ts";
import type { DrawStatistics, Draws } from "./draws.ts";
import { quantitiesFromNames } from "./quantities-from-names.ts";

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
 * @throws {DataError} for a file without header (or with a row of draws in its place), without draws, with a name twice or
 * cut off (in a row, or with another number of draws than its settings say), a row of the wrong length, a cell that is no
 * number, or chains that differ in columns or number of draws.
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
  if (first.names !== undefined && first.names.length !== parameters.length) {
    throw new DataError(
      `CmdStan CSV file 1 has ${parameters.length} columns of parameters, but its comment parameter_names has ${first.names.length} names`,
    );
  }
  const names = first.names ?? parameters.map((j) => nameFromColumn(first.columns[j]!));
  refuseTwice(names, "the CmdStan CSV files name the parameter");
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
    draws: {
      names,
      quantities: quantitiesFromNames(names),
      chains: files.length,
      draws: perChain,
      values,
      statistics,
    },
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
  const lines = text.split(/\r?\n/);
  lines.forEach((line, i) => {
    if (line.startsWith("#")) comments.push(line);
    else if (line.trim() === "") return;
    else if (columns === undefined) columns = readHeader(line, file);
    else rows.push(readRow(line, columns, file, i + 1));
  });
  if (columns === undefined) throw new DataError(`CmdStan CSV file ${file} has no header line`);
  const last = lines.at(-1)!;
  if (last !== "" && !last.startsWith("#")) {
    throw new DataError(
      `CmdStan CSV file ${file}, line ${lines.length}: the last line has no line end, so that its last number may be incomplete; was the file cut off?`,
    );
  }

  const settings = readSettings(comments);
  const saved = settings.save_warmup === "1" || settings.save_warmup === "true";
  const warmupRows = saved ? (rowsSaved(settings, "num_warmup", file) ?? 0) : 0;
  const kept = rows.slice(warmupRows);
  if (kept.length === 0) throw new DataError(`CmdStan CSV file ${file} has no draws after warm-up`);
  const expected = rowsSaved(settings, "num_samples", file);
  if (expected !== undefined && kept.length !== expected) {
    throw new DataError(
      `CmdStan CSV file ${file} has ${kept.length} draws, but its settings say ${expected}; was the file cut off, or is the run unfinished?`,
    );
  }
  const names = readNames(comments, file);
  const base = { columns, rows: kept, settings, ...readAdaptation(comments) };
  return names === undefined ? base : { ...base, names };
}

/** @throws DataError for a line of numbers and for a column named twice. */
function readHeader(line: string, file: number): string[] {
  const columns = line.split(",").map((column) => column.trim());
  const number = columns.find((column) => column === "" || toNumber(column) !== undefined);
  if (number !== undefined) {
    throw new DataError(
      number === ""
        ? `CmdStan CSV file ${file}: the header has a column without a name`
        : `CmdStan CSV file ${file} has no header line: in its place stands a row of numbers (${number})`,
    );
  }
  refuseTwice(columns, `CmdStan CSV file ${file}: the header names the column`);
  return columns;
}

function refuseTwice(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new DataError(`${what} "${name}" twice`);
    seen.add(name);
  }
}

/** How many rows the iterations of a setting leave after thinning: the first of every `thin` is written. */
function rowsSaved(
  settings: Readonly<Record<string, string>>,
  name: "num_warmup" | "num_samples",
  file: number,
): number | undefined {
  const whole = (key: string, least: number): number | undefined => {
    const text = settings[key];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new DataError(
      `CmdStan CSV file ${file}: ${key} = ${text.slice(0, 40)} is not a whole number from ${least}`,
    );
  };
  const count = whole(name, 0);
  return count === undefined ? undefined : Math.ceil(count / (whole("thin", 1) ?? 1));
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

const DEFAULT = "(Default)";

function readSettings(comments: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const comment of comments) {
    if (comment.startsWith("# Adaptation terminated")) break;
    if (comment.startsWith(NAMES_COMMENT)) continue;
    const equals = comment.indexOf("=");
    if (equals < 0) continue;
    const name = comment.slice(1, equals).trim();
    if (!/^[A-Za-z0-9_]+$/.test(name)) continue;
    const value = comment.slice(equals + 1).trim();
    // `file` occurs under data and output; the first of a name is kept.
    settings[name] ??= value.endsWith(DEFAULT) ? value.slice(0, -DEFAULT.length).trim() : value;
  }
  return { ...settings };
}

function readNames(comments: readonly string[], file: number): readonly string[] | undefined {
  const comment = comments.find((line) => line.startsWith(NAMES_COMMENT));
  if (comment === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(comment.slice(NAMES_COMMENT.length));
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) return names;
  } catch {
    // Said below.
  }
  throw new DataError(`CmdStan CSV file ${file}: the comment parameter_names is no list of names`);
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
    // One by one: a dense metric has more numbers than a call can have arguments.
    for (const x of cells) numbers.push(x!);
  }
  return { stepSize, inverseMetric: Float64Array.from(numbers) };
}
