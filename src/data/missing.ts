/** The one place where rows are dropped. */
import type { DroppedRows } from "../design/design.ts";
import { DataError } from "../errors.ts";
import { column, isMissing, type Table, takeRows } from "./table.ts";

export interface CompleteCases {
  /** The used columns alone. */
  readonly table: Table;
  readonly dropped: DroppedRows;
  /** For each row of `table` its 1-based number in the data as given. */
  readonly rowNumbers: Int32Array;
}

/** Keeps the rows in which no used column is missing. @throws DataError when none is left. */
export function completeCases(table: Table, used: readonly string[]): CompleteCases {
  const columns = new Map(used.map((name) => [name, column(table, name)]));
  const incomplete = new Uint8Array(table.rows);
  const missing = new Map<string, number>();
  for (const [name, data] of columns) {
    let count = 0;
    for (let i = 0; i < table.rows; i++) {
      if (!isMissing(data, i)) continue;
      incomplete[i] = 1;
      count++;
    }
    if (count > 0) missing.set(name, count);
  }
  const kept: number[] = [];
  const rows: number[] = [];
  for (let i = 0; i < table.rows; i++) {
    if (incomplete[i] === 1) rows.push(i + 1);
    else kept.push(i);
  }
  if (kept.length === 0) throw new DataError(nothingLeft(table.rows, missing));
  const keep = Int32Array.from(kept);
  const usedOnly: Table = { rows: table.rows, columns };
  return {
    table: rows.length === 0 ? usedOnly : takeRows(usedOnly, keep),
    dropped: { count: rows.length, rows, columns: [...missing.keys()] },
    rowNumbers: keep.map((i) => i + 1),
  };
}

function nothingLeft(rows: number, missing: ReadonlyMap<string, number>): string {
  const empty = [...missing].filter(([, count]) => count === rows).map(([name]) => `"${name}"`);
  if (empty.length > 0) {
    return `no row is complete: ${empty.length === 1 ? "column" : "columns"} ${empty.join(", ")} ${empty.length === 1 ? "has" : "have"} no values at all`;
  }
  const causes = [...missing].map(([name, count]) => `"${name}" (${count} of ${rows} rows)`);
  return `no row is complete: values are missing in ${causes.join(", ")}`;
}
