/** The one place where rows are dropped. */
import type { DroppedRows } from "../design/design.ts";
import { DataError } from "../errors.ts";
import { column, isMissing, type Table, takeRows } from "./table.ts";

export interface CompleteCases {
  readonly table: Table;
  readonly dropped: DroppedRows;
  /** For each row of `table` its 1-based number in the data as given. */
  readonly rowNumbers: Int32Array;
}

/** Keeps the rows in which no used column is missing. @throws DataError when none is left. */
export function completeCases(table: Table, used: readonly string[]): CompleteCases {
  const columns = used.map((name) => ({ name, data: column(table, name) }));
  const keep: number[] = [];
  const rows: number[] = [];
  const guilty = new Map<string, number>();
  for (let i = 0; i < table.rows; i++) {
    const missing = columns.filter(({ data }) => isMissing(data, i));
    if (missing.length === 0) keep.push(i);
    else rows.push(i + 1);
    for (const { name } of missing) guilty.set(name, (guilty.get(name) ?? 0) + 1);
  }
  if (keep.length === 0) {
    const causes = [...guilty]
      .map(([name, count]) => `"${name}" (${count} of ${table.rows} rows)`)
      .join(", ");
    throw new DataError(`no row is complete: values are missing in ${causes}`);
  }
  const kept = Int32Array.from(keep);
  const names = new Set(used);
  const usedOnly: Table = {
    rows: table.rows,
    columns: new Map([...table.columns].filter(([name]) => names.has(name))),
  };
  return {
    table: rows.length === 0 ? usedOnly : takeRows(usedOnly, kept),
    dropped: { count: rows.length, rows, columns: [...guilty.keys()] },
    rowNumbers: kept.map((i) => i + 1),
  };
}
