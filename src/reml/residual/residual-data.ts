/** What a residual structure needs of the rows, as plain data: it goes into the fit, so that the fit can be taken up again. */
import { column, type Table } from "../../data/table.ts";
import { DataError, DesignError } from "../../errors.ts";
import { CORRELATIONS, parseStructure, type ResidualSpec, VARIANCES } from "./residual-spec.ts";

export interface CorrelationData {
  readonly kind: (typeof CORRELATIONS)[number];
  readonly text: string;
  /** Rows group by group, within a group by time. */
  readonly order: Int32Array;
  /** Where each group begins in `order`, with an end. */
  readonly start: Int32Array;
  /** Per row its time (order within the group when none is given); NaN-free. */
  readonly times: Float64Array;
  /** `unstructured`: number of distinct times; times are then 0 … count − 1. */
  readonly occasions: number;
  /** `exponential`: coordinates, one array each. */
  readonly coordinates: readonly Float64Array[];
}

export interface VarianceData {
  readonly kind: (typeof VARIANCES)[number];
  readonly text: string;
  /** `ident`: levels that occur, the first is the reference; and the level of each row. */
  readonly levels: readonly string[];
  readonly codes: Int32Array;
  /** `power`, `exp`, `fixed`; empty while the fitted values stand in. */
  readonly covariate: Float64Array;
  readonly ofFitted: boolean;
}

export interface ResidualData {
  readonly rows: number;
  readonly correlation?: CorrelationData;
  readonly variance?: VarianceData;
}

/**
 * @param rowNumbers 1-based rows of the table that are used.
 * @throws FormulaError, DataError or DesignError naming structure, column and row.
 */
export function residualData(spec: ResidualSpec, table: Table, rowNumbers: Int32Array): ResidualData {
  return {
    rows: rowNumbers.length,
    ...(spec.correlation !== undefined && {
      correlation: correlationData(spec.correlation, table, rowNumbers),
    }),
    ...(spec.variance !== undefined && { variance: varianceData(spec.variance, table, rowNumbers) }),
  };
}

/** Number of columns besides the group that a correlation takes: fewest and most. */
const COVARIATES: Record<CorrelationData["kind"], readonly [number, number]> = {
  ar: [0, 1],
  arma: [0, 1],
  car: [1, 1],
  cs: [0, 0],
  unstructured: [1, 1],
  exponential: [1, 5],
};

function correlationData(text: string, table: Table, rowNumbers: Int32Array): CorrelationData {
  const { kind, columns } = parseStructure(text, CORRELATIONS, "correlation") as {
    kind: CorrelationData["kind"];
    columns: readonly string[];
  };
  const n = rowNumbers.length;
  const spatial = kind === "exponential";
  const [fewest, most] = COVARIATES[kind];
  const groupName = spatial ? undefined : columns.at(-1);
  const covariates = spatial ? columns : columns.slice(0, -1);
  if ((!spatial && groupName === undefined) || covariates.length < fewest || covariates.length > most) {
    throw new DesignError(
      `${text}: write ${spatial ? "exponential(x, y)" : fewest === 0 && most === 0 ? `${kind}(group)` : `${kind}(time, group)`}`,
    );
  }
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
    if (kind === "unstructured") {
      const distinct = [...new Set(times)].sort((a, b) => a - b);
      const rank = new Map(distinct.map((value, k) => [value, k]));
      for (let i = 0; i < n; i++) times[i] = rank.get(times[i]!)!;
      occasions = distinct.length;
    }
    if (given.length > 0) checkTimes(kind, text, times, order, start, rowNumbers);
  }
  return { kind, text, order, start, times, occasions, coordinates: spatial ? given : [] };
}

function checkTimes(
  kind: string,
  text: string,
  times: Float64Array,
  order: Int32Array,
  start: Int32Array,
  rowNumbers: Int32Array,
): void {
  for (let g = 0; g + 1 < start.length; g++) {
    for (let k = start[g]!; k < start[g + 1]!; k++) {
      const row = order[k]!;
      if ((kind === "ar" || kind === "arma") && !Number.isInteger(times[row]!)) {
        throw new DataError(
          `${text}: the time in row ${rowNumbers[row]} is ${times[row]}; ${kind}() counts whole steps, car() takes any times`,
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

function varianceData(text: string, table: Table, rowNumbers: Int32Array): VarianceData {
  const { kind, columns } = parseStructure(text, VARIANCES, "variance") as {
    kind: VarianceData["kind"];
    columns: readonly string[];
  };
  if (columns.length !== 1) throw new DesignError(`${text}: write ${kind}(column)`);
  const name = columns[0]!;
  const none = { levels: [], codes: new Int32Array(0), covariate: new Float64Array(0), ofFitted: false };
  if (kind === "ident") return { ...none, kind, text, ...levelsOf(text, name, table, rowNumbers) };
  if (name === "fitted" && !table.columns.has("fitted")) return { ...none, kind, text, ofFitted: true };
  const covariate = numbersOf(text, name, table, rowNumbers);
  const bad =
    kind === "exp" ? -1 : covariate.findIndex((value) => (kind === "fixed" ? !(value > 0) : value === 0));
  if (bad >= 0) {
    throw new DataError(
      `${text}: ${name} is ${covariate[bad]} in row ${rowNumbers[bad]}; a variance that is a ` +
        `${kind === "fixed" ? "multiple" : "power"} of it needs ${kind === "fixed" ? "positive values" : "values other than 0"}` +
        `${kind === "power" ? " (exp() takes any)" : ""}`,
    );
  }
  return { ...none, kind, text, covariate };
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
  const code = (i: number): number =>
    parts.reduce((sum, { levels, codes }) => sum * levels.length + codes[i]!, 0);
  const raw = Array.from(rowNumbers, (_, i) => code(i));
  const occurring = [...new Set(raw)].sort((a, b) => a - b);
  const first = new Map(occurring.map((value) => [value, raw.indexOf(value)]));
  return {
    levels: occurring.map((value) =>
      parts.map(({ levels, codes }) => levels[codes[first.get(value)!]!]).join("_"),
    ),
    codes: Int32Array.from(raw, (value) => occurring.indexOf(value)),
  };
}
