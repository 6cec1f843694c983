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
  const { codes, unseen } = codesWithUnseen(found, names);
  if (unseen.length === 0) return codes;
  throw new DataError(
    `${label} has no level "${unseen[0]}" of ${variable}; the fit had ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`,
  );
}

/** Levels that the fit did not have get numbers behind those that it had. */
export function codesWithUnseen(
  found: Levels,
  names: readonly string[],
): { readonly codes: Int32Array; readonly unseen: readonly string[] } {
  const known = new Map(names.map((name, k) => [name, k]));
  const unseen: string[] = [];
  const used = new Set(found.codes);
  const map = found.names.map((name, k) => {
    const own = known.get(name);
    if (own !== undefined || !used.has(k)) return own ?? -1;
    unseen.push(name);
    return names.length + unseen.length - 1;
  });
  return { codes: found.codes.map((code) => map[code]!), unseen };
}
