/** Factors as model matrices see them: the levels of the data of the fit, and the contrasts chosen for them. */
import { dropUnusedLevels } from "../data/factor.ts";
import { DesignError, didYouMean } from "../errors.ts";
import type { EvaluationContext } from "../terms/evaluate.ts";
import { unknownLevel } from "../terms/functions.ts";
import type { ContrastOptions, FactorState, Memory } from "../terms/memory.ts";
import type { ContrastName, FactorValue } from "../terms/value.ts";

/**
 * Learning: only the levels that occur, with their contrasts. With new data: the levels learned.
 * @throws DesignError for a factor with one level; DataError for a level that was not learned, naming variable and row.
 */
export function codedFactor(label: string, factor: FactorValue, context: EvaluationContext): FactorValue {
  const known = context.memory?.factors.get(label);
  if (context.memory?.frozen === true && known !== undefined) return recoded(label, factor, known, context);
  const used = { ...factor, ...dropUnusedLevels(factor) };
  if (used.levels.length < 2) {
    throw new DesignError(
      `the factor "${label}" has only one level${used.levels.length === 1 ? ` ("${used.levels[0]}")` : ""} in the rows used; ` +
        "leave it out of the formula",
    );
  }
  const contrasts = chosenContrasts(label, used, context.memory?.contrasts ?? {});
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

const NAMES: readonly string[] = ["treatment", "sum", "helmert", "poly"] satisfies ContrastName[];

/** The option for the variable, else C() in the formula, else the option for its kind, else R's default. */
function chosenContrasts(label: string, factor: FactorValue, options: ContrastOptions): ContrastName {
  const given = (key: string): ContrastName | undefined =>
    Object.hasOwn(options, key) ? contrastName(options[key]!, key) : undefined;
  const kind = factor.ordered ? "ordered" : "unordered";
  return given(label) ?? factor.contrasts ?? given(kind) ?? (factor.ordered ? "poly" : "treatment");
}

function contrastName(option: string, key: string): ContrastName {
  const name = option.replace(/^contr\./, "");
  if (NAMES.includes(name)) return name as ContrastName;
  throw new DesignError(
    `contrasts for ${key}: there are no contrasts "${option}"; there are ${NAMES.join(", ")}${didYouMean(name, NAMES)}`,
  );
}

/** @throws DesignError for contrasts of something that is not a factor of the formula. */
export function checkContrastOptions({ contrasts, factors }: Memory): void {
  for (const [key, option] of Object.entries(contrasts)) {
    contrastName(option, key);
    if (key === "unordered" || key === "ordered" || factors.has(key)) continue;
    const names = [...factors.keys()];
    throw new DesignError(
      `contrasts are given for "${key}", which is not a factor of the formula; ` +
        (names.length === 0 ? "it has none" : `its factors are ${names.join(", ")}${didYouMean(key, names)}`),
    );
  }
}
