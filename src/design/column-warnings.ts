/** What a model says of the columns that it computes with: how they were read, and what may have been meant. */
import { sortLevels } from "../data/factor.ts";
import { alphabeticalOrder, suspectedCode } from "../data/remarks.ts";
import type { Table } from "../data/table.ts";
import { type Ast, walk } from "../formula/ast.ts";
import type { DesignRecipe } from "./recipe.ts";

/** Columns that only form groups are left alone: their levels may be called anything. */
export function columnWarnings(recipe: DesignRecipe, table: Table): string[] {
  const { columns, response } = recipe;
  const names = new Set([...response.columns, ...columns].map(({ name }) => name));
  const ofColumns = [...names].flatMap((name) => {
    const column = table.columns.get(name);
    if (column === undefined) return [];
    const code = column.kind === "numeric" ? suspectedCode(name, column.values) : undefined;
    return [...(column.remark === undefined ? [] : [column.remark]), ...(code === undefined ? [] : [code])];
  });
  return [...ofColumns, ...orderedByAlphabet(recipe, table)];
}

/** `ordered(answer)` of a text column takes the order of the alphabet, as in R, but not without a word. */
function orderedByAlphabet({ parts, response }: DesignRecipe, table: Table): string[] {
  const found: string[] = [];
  const look = (ast: Ast): void =>
    walk(ast, (node) => {
      if (node.kind !== "call" || !/^(?:as\.)?ordered$/.test(node.callee)) return;
      const [first, ...rest] = node.args;
      if (first?.value.kind !== "name" || rest.some(({ name }) => name === "levels")) return;
      const column = table.columns.get(first.value.name);
      if (column?.kind !== "factor" || column.ordered) return;
      if (column.levels.join("\n") !== sortLevels(column.levels).join("\n")) return;
      const remark = alphabeticalOrder(first.value.name, column.levels);
      if (remark !== undefined) found.push(remark);
    });
  look(response.part.expression);
  for (const { terms } of parts) {
    for (const { factors } of terms.population) for (const factor of factors) look(factor);
    for (const { coefficients } of terms.groups) {
      for (const { factors } of coefficients) for (const factor of factors) look(factor);
    }
  }
  return [...new Set(found)];
}
