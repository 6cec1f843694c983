/** Contrast matrices of the user's own, checked against the levels of the factor. */
import { DesignError } from "../errors.ts";
import { aliasedColumns } from "../linalg/aliased.ts";
import type { ContrastMatrix } from "../terms/memory.ts";
import type { CustomContrasts } from "../terms/value.ts";

type Row = number | readonly number[];

/**
 * @param levels all levels of the factor; `used` those that occur, in their order.
 * @throws DesignError for a matrix with rows missing, of unequal length, with too many columns, or columns that depend on
 * each other or on the intercept.
 */
export function contrastMatrix(
  label: string,
  given: ContrastMatrix,
  levels: readonly string[],
  used: readonly string[],
): CustomContrasts {
  const fail = (what: string): never => {
    throw new DesignError(`contrasts of "${label}": ${what}`);
  };
  const named: { readonly rows: unknown; readonly names?: readonly string[] } =
    "rows" in given ? given : { rows: given };
  const rows = rowsOf(named.rows as readonly Row[] | Readonly<Record<string, Row>>, levels, used, fail).map(
    (row) => (typeof row === "number" ? [row] : [...row]),
  );
  const width = rows[0]!.length;
  rows.forEach((row, k) => {
    if (row.length !== width || !row.every((value) => Number.isFinite(value))) {
      fail(`the row of level "${used[k]}" is [${row.join(", ")}]; every level needs ${width} finite numbers`);
    }
  });
  if (width < 1 || width > used.length - 1) {
    fail(`${used.length} levels have 1 to ${used.length - 1} contrasts, not ${width}`);
  }
  const columns = Float64Array.from({ length: width * used.length }, (_, at) => {
    const column = Math.floor(at / used.length);
    return rows[at - column * used.length]![column]!;
  });
  const [aliased] = aliasedColumns(columns, used.length, true);
  if (aliased !== undefined) {
    const others = aliased.of.filter((k) => k >= 0).map((k) => k + 1);
    fail(
      `column ${aliased.column + 1} is a combination of ` +
        `${others.length === 0 ? "the intercept" : `the intercept and column ${others.join(", ")}`}`,
    );
  }
  const names = named.names ?? Array.from({ length: width }, (_, k) => String(k + 1));
  if (names.length !== width || new Set(names).size !== width) {
    fail(`${width} columns need ${width} different names, not ${names.join(", ")}`);
  }
  return { names: [...names], rows };
}

function rowsOf(
  rows: readonly Row[] | Readonly<Record<string, Row>>,
  levels: readonly string[],
  used: readonly string[],
  fail: (what: string) => never,
): Row[] {
  if (!Array.isArray(rows)) {
    const byLevel = rows as Readonly<Record<string, Row>>;
    const stranger = Object.keys(byLevel).find((level) => !levels.includes(level));
    if (stranger !== undefined) fail(`there is no level "${stranger}"; there are ${levels.join(", ")}`);
    return used.map((level) =>
      Object.hasOwn(byLevel, level) ? byLevel[level]! : fail(`there is no row for the level "${level}"`),
    );
  }
  if (rows.length === used.length) return rows;
  if (rows.length === levels.length) return used.map((level) => rows[levels.indexOf(level)]!);
  return fail(`${rows.length} rows are given for ${used.length} levels (${used.join(", ")})`);
}
