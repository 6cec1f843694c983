/** Factors as model matrices see them: the levels of the data of the fit, and the contrasts chosen for them. */
import { levelFirst } from "../data/data-options.ts";
import { dropUnusedLevels } from "../data/factor.ts";
import { DesignError, didYouMean } from "../errors.ts";
import { such } from "../options.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { unknownLevel } from "../terms/functions.ts";
import type { ContrastOption, ContrastOptions, FactorState, Memory } from "../terms/memory.ts";
import type { ContrastName, Contrasts, FactorValue } from "../terms/value.ts";
import { contrastMatrix } from "./contrast-matrix.ts";
import { CONTRAST_NAMES, contrastNamed } from "./contrasts.ts";

export const contrastsOption = such(
  'contrasts by factor: { recipe: "sum" } or { recipe: { rows: { A: -1, B: 0, C: 1 } } }',
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((own) => typeof own === "string" || isMatrix(own)),
);

function isMatrix(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { rows, names = [] } = (Array.isArray(value) ? { rows: value } : value) as {
    rows?: unknown;
    names?: unknown;
  };
  if (typeof rows !== "object" || rows === null || !Array.isArray(names)) return false;
  return (
    Object.values(rows).every((row) => typeof row === "number" || Array.isArray(row)) &&
    Object.keys(rows).length > 0
  );
}

/**
 * Learning: only the levels that occur, with their contrasts. With new data: the levels learned.
 * @throws DesignError for a factor with one level; DataError for a level that was not learned, naming variable and row.
 */
export function codedFactor(label: string, factor: FactorValue, context: EvaluationContext): FactorValue {
  const known = context.memory?.factors.get(label);
  if (context.memory?.frozen === true && known !== undefined) return recoded(label, factor, known, context);
  const used = referenceFirst(label, { ...factor, ...dropUnusedLevels(factor) }, context);
  if (used.levels.length < 2) {
    throw new DesignError(
      `the factor "${label}" has only one level${used.levels.length === 1 ? ` ("${used.levels[0]}")` : ""} in the rows used; ` +
        "leave it out of the formula",
    );
  }
  const contrasts = chosenContrasts(label, factor, used.levels, context.memory?.contrasts ?? {});
  context.memory?.factors.set(label, { levels: used.levels, contrasts });
  return { ...used, contrasts };
}

function recoded(
  label: string,
  factor: FactorValue,
  { levels, contrasts }: FactorState,
  { rowNumbers }: EvaluationContext,
): FactorValue {
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  const recode = factor.levels.map((level) => codeOf.get(level) ?? -1);
  const codes = factor.codes.map((own, i) => {
    const code = recode[own]!;
    return code >= 0 ? code : unknownLevel(label, factor.levels[own]!, rowNumbers[i]!, levels);
  });
  return { ...factor, levels, codes, contrasts };
}

/** The option for the variable, else C() in the formula, else the option for its kind, else R's default. */
function chosenContrasts(
  label: string,
  factor: FactorValue,
  used: readonly string[],
  options: ContrastOptions,
): Contrasts {
  const given = (key: string): ContrastOption | undefined =>
    Object.hasOwn(options, key) ? options[key] : undefined;
  const kind = factor.ordered ? "ordered" : "unordered";
  const chosen = given(label) ?? factor.contrasts ?? given(kind) ?? (factor.ordered ? "poly" : "treatment");
  return typeof chosen === "string"
    ? contrastName(chosen, label)
    : contrastMatrix(label, chosen, factor.levels, used);
}

function contrastName(option: string, key: string): ContrastName {
  const found = contrastNamed(option);
  if (found !== undefined) return found;
  throw new DesignError(
    `contrasts for ${key}: there are no contrasts "${option}"; there are ${CONTRAST_NAMES.join(", ")}${didYouMean(option, CONTRAST_NAMES)}`,
  );
}

/** The level that an option puts first, where the variable is no column of the data (`factor(year)`). */
function referenceFirst(label: string, factor: FactorValue, { memory }: EvaluationContext): FactorValue {
  const references = memory?.references ?? {};
  if (!Object.hasOwn(references, label)) return factor;
  if (factor.ordered) {
    throw new DesignError(
      `"${label}" is an ordered factor, whose first level is its lowest: no other can be the reference`,
    );
  }
  return { ...factor, ...levelFirst(label, factor, references[label]!) };
}

/** @throws DesignError for a reference level of something that is not a factor of the formula. */
export function checkReferences({ references, factors }: Memory): void {
  for (const key of Object.keys(references)) {
    if (!factors.has(key))
      throw new DesignError(`a reference level is given for "${key}", ${notAFactor(key, factors)}`);
  }
}

function notAFactor(key: string, factors: Memory["factors"]): string {
  const names = [...factors.keys()];
  return (
    "which is not a factor of the formula; " +
    (names.length === 0 ? "it has none" : `its factors are ${names.join(", ")}${didYouMean(key, names)}`)
  );
}

/** @throws DesignError for contrasts of something that is not a factor of the formula. */
export function checkContrastOptions({ contrasts, factors }: Memory): void {
  for (const [key, option] of Object.entries(contrasts)) {
    const isKind = key === "unordered" || key === "ordered";
    if (typeof option === "string") contrastName(option, key);
    else if (isKind)
      throw new DesignError(`contrasts for ${key}: a matrix belongs to one factor; name the factor`);
    if (isKind || factors.has(key)) continue;
    throw new DesignError(`contrasts are given for "${key}", ${notAFactor(key, factors)}`);
  }
}
