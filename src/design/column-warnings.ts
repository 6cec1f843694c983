/** What a model says of the columns that it computes with: how they were read, and what may have been meant. */
import { suspectedCode } from "../data/remarks.ts";
import type { Table } from "../data/table.ts";
import type { DesignRecipe } from "./recipe.ts";

/** Columns that only form groups are left alone: their levels may be called anything. */
export function columnWarnings({ columns, response }: DesignRecipe, table: Table): string[] {
  const names = new Set([...response.columns, ...columns].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const column = table.columns.get(name);
    if (column === undefined) return [];
    const code = column.kind === "numeric" ? suspectedCode(name, column.values) : undefined;
    return [...(column.remark === undefined ? [] : [column.remark]), ...(code === undefined ? [] : [code])];
  });
}
