/** From the text of a residual structure and a table to what the structure needs of the rows. */
import { column, type Table } from "../data/table.ts";
import { DataError, DesignError } from "../errors.ts";
import { correlationKinds } from "./correlations/index.ts";
import type { StructureCall } from "./structure-call.ts";
import { parseStructure, structureFactors } from "./structure-call.ts";
import type { CorrelationData, ResidualData, VarianceData } from "./structured-rows.ts";
import { varianceKinds } from "./variance.ts";

/** As a user writes it. */
export interface ResidualSpec {
  /** `ar(time, group)`, `arma(time, group, p = 1, q = 1)`, `cs(group)`, `exponential(x, y)`, … */
  readonly correlation?: string;
  /** `ident(group)`, `power(x)`, `power(fitted)`, `exp(x)`, `fixed(x)`, products of them: `ident(g) * power(x)`. */
  readonly variance?: string;
}

/**
 * @param rowNumbers 1-based rows of the table that are used.
 * @throws FormulaError, DataError or DesignError naming structure, column and row.
 */
export function residualData(
  { correlation, variance }: ResidualSpec,
  table: Table,
  rowNumbers: Int32Array,
): ResidualData {
  return {
    rows: rowNumbers.length,
    ...(correlation !== undefined && { correlation: correlationData(correlation, table, rowNumbers) }),
    variances:
      variance === undefined
        ? []
        : structureFactors(variance).map((ast) => {
            const { kind, call } = parseStructure(ast, variance, varianceKinds, "variance");
            return varianceData(kind, call, table, rowNumbers);
          }),
  };
}

/** The same of some of the rows: `keep` holds their positions, ascending. */
export function takeResidualRows({ correlation, variances }: ResidualData, keep: Int32Array): ResidualData {
  const take = (values: Float64Array): Float64Array =>
    values.length === 0 ? values : Float64Array.from(keep, (i) => values[i]!);
  return {
    rows: keep.length,
    ...(correlation && { correlation: takeCorrelation(correlation, keep, take) }),
    variances: variances.map((one) => ({
      ...one,
      codes: one.codes.length === 0 ? one.codes : Int32Array.from(keep, (i) => one.codes[i]!),
      covariate: take(one.covariate),
    })),
  };
}

function takeCorrelation(
  data: CorrelationData,
  keep: Int32Array,
  take: (values: Float64Array) => Float64Array,
): CorrelationData {
  const position = new Map(Array.from(keep, (row, at) => [row, at] as const));
  const order: number[] = [];
  const start = [0];
  for (let g = 0; g + 1 < data.start.length; g++) {
    for (let k = data.start[g]!; k < data.start[g + 1]!; k++) {
      const at = position.get(data.order[k]!);
      if (at !== undefined) order.push(at);
    }
    if (order.length > start.at(-1)!) start.push(order.length);
  }
  return {
    ...data,
    order: Int32Array.from(order),
    start: Int32Array.from(start),
    times: take(data.times),
    coordinates: data.coordinates.map(take),
  };
}

function correlationData(text: string, table: Table, rowNumbers: Int32Array): CorrelationData {
  const factors = structureFactors(text);
  const { kind, call } = parseStructure(factors[0]!, text, correlationKinds, "correlation");
  if (factors.length > 1) throw new DesignError(`${text}: one correlation structure at a time`);
  const n = rowNumbers.length;
  const spatial = kind.over === "space";
  const groupName = spatial ? call.named.group : call.columns.at(-1);
  const covariates = spatial ? call.columns : call.columns.slice(0, -1);
  const codes =
    groupName === undefined ? new Int32Array(n) : levelsOf(text, groupName, table, rowNumbers).codes;
  const given = covariates.map((name) => numbersOf(text, name, table, rowNumbers));
  const positions = Array.from({ length: n }, (_, i) => i);
  const inOrder = positions.sort(
    (a, b) => codes[a]! - codes[b]! || (spatial ? a - b : (given[0]?.[a] ?? a) - (given[0]?.[b] ?? b)),
  );
  const order = Int32Array.from(inOrder);
  const starts = [0];
  for (let k = 1; k < n; k++) if (codes[order[k]!] !== codes[order[k - 1]!]) starts.push(k);
  const start = Int32Array.from([...starts, n]);
  if (starts.length === n) {
    throw new DesignError(`${text}: every group has one row, so there is no correlation to estimate`);
  }
  const times = new Float64Array(n);
  let occasions = 0;
  if (!spatial) {
    for (let g = 0; g + 1 < start.length; g++) {
      for (let k = start[g]!; k < start[g + 1]!; k++)
        times[order[k]!] = given[0]?.[order[k]!] ?? k - start[g]!;
    }
    if (given.length > 0) checkTimes(text, kind.over, times, order, start, rowNumbers);
    if (kind.over === "occasions") {
      const distinct = [...new Set(times)].sort((a, b) => a - b);
      const rank = new Map(distinct.map((value, k) => [value, k]));
      for (let i = 0; i < n; i++) times[i] = rank.get(times[i]!)!;
      occasions = distinct.length;
    }
  }
  return { call, order, start, times, occasions, coordinates: spatial ? given : [] };
}

function checkTimes(
  text: string,
  over: string,
  times: Float64Array,
  order: Int32Array,
  start: Int32Array,
  rowNumbers: Int32Array,
): void {
  for (let g = 0; g + 1 < start.length; g++) {
    for (let k = start[g]!; k < start[g + 1]!; k++) {
      const row = order[k]!;
      if (over === "steps" && !Number.isInteger(times[row]!)) {
        throw new DataError(
          `${text}: the time in row ${rowNumbers[row]} is ${times[row]}; this structure counts whole steps, car() takes any times`,
        );
      }
      if (k > start[g]! && times[row] === times[order[k - 1]!]) {
        throw new DataError(
          `${text}: rows ${rowNumbers[order[k - 1]!]} and ${rowNumbers[row]} have the same time in one group`,
        );
      }
    }
  }
}

function varianceData(
  kind: (typeof varianceKinds)[number],
  call: StructureCall,
  table: Table,
  rowNumbers: Int32Array,
): VarianceData {
  const { text } = call;
  const none = { levels: [] as string[], codes: new Int32Array(0) };
  const strata = kind.covariate === "none" ? call.columns[0] : (call.named.by as string | undefined);
  const levels = strata === undefined ? none : levelsOf(text, strata, table, rowNumbers);
  if (kind.covariate === "none") return { call, ...levels, covariate: new Float64Array(0), ofFitted: false };
  const name = call.columns[0]!;
  if (name === "fitted" && !table.columns.has("fitted")) {
    if (!kind.takesFitted) throw new DataError(`${text}: ${kind.name}() is of a column of the data`);
    return { call, ...levels, covariate: new Float64Array(0), ofFitted: true };
  }
  const covariate = numbersOf(text, name, table, rowNumbers);
  const positive = kind.covariate === "positive";
  const bad =
    kind.covariate === "any" ? -1 : covariate.findIndex((value) => (positive ? !(value > 0) : value === 0));
  if (bad >= 0) {
    throw new DataError(
      `${text}: ${name} is ${covariate[bad]} in row ${rowNumbers[bad]}; a variance that is a ` +
        `${positive ? "multiple" : "power"} of it needs ${positive ? "positive values" : "values other than 0"}` +
        `${positive ? "" : " (exp() and constpower() take any)"}`,
    );
  }
  return { call, ...levels, covariate, ofFitted: false };
}

function numbersOf(text: string, name: string, table: Table, rowNumbers: Int32Array): Float64Array {
  const found = column(table, name);
  if (found.kind !== "numeric") throw new DataError(`${text}: ${name} is not numeric`);
  return Float64Array.from(rowNumbers, (row) => {
    const value = found.values[row - 1]!;
    if (Number.isNaN(value))
      throw new DataError(`${text}: ${name} is missing in row ${row}, which the model uses`);
    return value;
  });
}

/** Levels that occur, in the order of the factor; numbers by value. */
function levelsOf(
  text: string,
  name: string,
  table: Table,
  rowNumbers: Int32Array,
): { readonly levels: readonly string[]; readonly codes: Int32Array } {
  if (!table.columns.has(name) && name.includes(":"))
    return combined(text, name.split(":"), table, rowNumbers);
  const found = column(table, name);
  const raw = Array.from(rowNumbers, (row) => {
    const value = found.kind === "factor" ? found.codes[row - 1]! : found.values[row - 1]!;
    if (Number.isNaN(value) || (found.kind !== "numeric" && value < 0)) {
      throw new DataError(`${text}: ${name} is missing in row ${row}, which the model uses`);
    }
    return value;
  });
  const occurring = [...new Set(raw)].sort((a, b) => a - b);
  const position = new Map(occurring.map((value, k) => [value, k]));
  return {
    levels: occurring.map((value) =>
      found.kind === "factor"
        ? found.levels[value]!
        : found.kind === "logical"
          ? ["FALSE", "TRUE"][value]!
          : String(value),
    ),
    codes: Int32Array.from(raw, (value) => position.get(value)!),
  };
}

/** Levels of `a:b`, those of the first column varying slowest. */
function combined(
  text: string,
  names: readonly string[],
  table: Table,
  rowNumbers: Int32Array,
): { readonly levels: readonly string[]; readonly codes: Int32Array } {
  const parts = names.map((name) => levelsOf(text, name, table, rowNumbers));
  const raw = Array.from(rowNumbers, (_, i) =>
    parts.reduce((sum, { levels, codes }) => sum * levels.length + codes[i]!, 0),
  );
  const first = new Map<number, number>();
  raw.forEach((value, i) => {
    if (!first.has(value)) first.set(value, i);
  });
  const occurring = [...first.keys()].sort((a, b) => a - b);
  const position = new Map(occurring.map((value, k) => [value, k]));
  return {
    levels: occurring.map((value) =>
      parts.map(({ levels, codes }) => levels[codes[first.get(value)!]!]).join("_"),
    ),
    codes: Int32Array.from(raw, (value) => position.get(value)!),
  };
}
