/** Variables of a smooth as numbers or levels, with messages that name term and variable. */
import { DataError } from "../../errors.ts";
import type { SmoothVariables } from "./smooth.ts";

export interface Levels {
  readonly names: readonly string[];
  readonly codes: Int32Array;
  readonly ordered: boolean;
}

export function numbersOf(variables: SmoothVariables, name: string, label: string): Float64Array {
  const value = variables.get(name);
  if (value === undefined) throw new DataError(`${label} needs the variable ${name}`);
  if (value.kind === "factor") {
    throw new DataError(
      `${label} needs numbers, but ${name} holds text: for levels use by = ${name}, s(${name}, bs = "re") or s(x, ${name}, bs = "fs")`,
    );
  }
  return Float64Array.from(value.values);
}

/** Undefined where the variable is not a factor. */
export function levelsOf(variables: SmoothVariables, name: string, label: string): Levels | undefined {
  const value = variables.get(name);
  if (value === undefined) throw new DataError(`${label} needs the variable ${name}`);
  if (value.kind === "logical") {
    return { names: ["FALSE", "TRUE"], codes: Int32Array.from(value.values), ordered: false };
  }
  return value.kind === "factor"
    ? { names: value.levels, codes: value.codes, ordered: value.ordered }
    : undefined;
}

/** Codes by the levels of the fit. @throws DataError for a level that the fit did not have. */
export function codesByFit(
  found: Levels,
  names: readonly string[],
  variable: string,
  label: string,
): Int32Array {
  const map = found.names.map((name) => names.indexOf(name));
  return found.codes.map((code, row) => {
    const own = map[code]!;
    if (own < 0) {
      throw new DataError(
        `${label} has no level "${found.names[code]}" of ${variable} (row ${row + 1}); the fit had ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`,
      );
    }
    return own;
  });
}
