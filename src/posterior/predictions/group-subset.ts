/** `reFormula`: which group-level terms take part in a prediction. */
import type { GroupDesign, PredictorDesign } from "../../design/design.ts";
import type { DesignRecipe } from "../../design/recipe.ts";
import { FormulaError } from "../../errors.ts";
import type { GroupTerm } from "../../formula/model-formula.ts";
import { parseModelFormula } from "../../formula/parse-model-formula.ts";
import { specialNames } from "../../terms/index.ts";

export interface FramePredictor extends Omit<PredictorDesign, "groups"> {
  readonly groups: readonly FrameGroup[];
}

export interface FrameGroup extends GroupDesign {
  /** Coefficients that take part; absent = all. */
  readonly used?: readonly boolean[];
}

export type GroupSubset = "all" | "none" | { readonly text: string; readonly terms: readonly GroupTerm[] };

/** The response of a formula that needs none. */
const RESPONSE = "y ~ ";

/** @throws FormulaError for text that is neither `all`, `none` nor a list of group-level terms. */
export function parseGroupSubset(text: string): GroupSubset {
  const trimmed = text.trim().replace(/^~\s*/, "");
  if (trimmed === "all" || trimmed === "NULL") return "all";
  if (trimmed === "none" || trimmed === "NA") return "none";
  const { terms } = parseModelFormula(RESPONSE + trimmed, { specialNames: specialNames() }).parts[0]!;
  if (terms.groups.length === 0 || terms.population.length > 0) {
    throw new FormulaError(
      'reFormula is "all", "none" or group-level terms alone, such as (1 | Subject)',
      RESPONSE + trimmed,
      RESPONSE.length,
    );
  }
  return { text: RESPONSE + trimmed, terms: terms.groups };
}

/**
 * Keeps the coefficients that `subset` names, in every distributional parameter that has them.
 * @throws FormulaError for a term or coefficient that no predictor has.
 */
export function restrictGroups(
  predictors: readonly PredictorDesign[],
  subset: Exclude<GroupSubset, string>,
  recipe: DesignRecipe,
): FramePredictor[] {
  const found = new Set<string>();
  const restricted = predictors.map((predictor, k): FramePredictor => {
    const groups = predictor.groups.flatMap((group): FrameGroup[] => {
      const labels = labelsOf(recipe.parts[k]!.terms.groups, group.group);
      const wanted = subset.terms.filter(({ label }) => label === group.group);
      const used = group.names.map((name) => {
        const label = labelOf(name, labels);
        const term = wanted.find((own) => coefficientLabels(own).includes(label));
        if (term !== undefined) found.add(key(term.label, label));
        return term !== undefined;
      });
      return used.includes(true) ? [{ ...group, used }] : [];
    });
    return { ...predictor, groups };
  });
  for (const term of subset.terms) {
    for (const label of coefficientLabels(term)) {
      if (found.has(key(term.label, label))) continue;
      throw new FormulaError(
        `the model has no group-level coefficient ${label} of ${term.label}`,
        subset.text,
        term.start,
      );
    }
  }
  return restricted;
}

const INTERCEPT = "(Intercept)";
const key = (group: string, label: string): string => JSON.stringify([group, label]);

function coefficientLabels({ intercept, coefficients, special }: GroupTerm): string[] {
  return [...(intercept ? [INTERCEPT] : []), ...[...coefficients, ...special].map(({ label }) => label)];
}

function labelsOf(terms: readonly GroupTerm[], group: string): string[] {
  return terms.filter(({ label }) => label === group).flatMap(coefficientLabels);
}

/** The term of a column: its own name for a numeric variable, the longest beginning for a level of a factor (`recipeB`). */
function labelOf(name: string, labels: readonly string[]): string {
  if (labels.includes(name)) return name;
  const parts = name.split(":");
  const fitting = labels.filter((label) => {
    const own = label.split(":");
    return own.length === parts.length && own.every((part, i) => parts[i]!.startsWith(part));
  });
  return fitting.sort((a, b) => b.length - a.length)[0] ?? name;
}
