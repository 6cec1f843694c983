/** Reads the data set beside an example. */
import { readFileSync } from "node:fs";
import { type ColumnType, readCsv, type Table } from "nutmix";

export function readExample(name: string): Table {
  const folder = new URL(`./${name}/`, import.meta.url);
  const { columns } = JSON.parse(readFileSync(new URL("dataset.json", folder), "utf8")) as {
    columns: Record<string, ColumnType>;
  };
  return readCsv(readFileSync(new URL("data.csv", folder), "utf8"), { columnTypes: columns });
}
