/** How each factor of a design was coded, as data and in a line of text: a coefficient means nothing without it. */
import { format } from "../formula/format.ts";
import type { Contrasts } from "../terms/value.ts";
import type { Design } from "./design.ts";
import { chooseCodings } from "./model-matrix.ts";

export interface FactorDescription {
  /** As the formula names it: `group`, `factor(year)`. */
  readonly variable: string;
  readonly levels: readonly string[];
  /** `indicators`: a coefficient for every level, in every term. */
  readonly coding: "treatment" | "SAS" | "sum" | "helmert" | "poly" | "custom" | "indicators";
  /** The level that the others are compared with. */
  readonly reference?: string;
  /** Of contrasts of the user's own: `matrix[level][column]`. */
  readonly matrix?: readonly (readonly number[])[];
}

export interface ResponseDescription {
  readonly variable: string;
  /** In the order of their numbers: 0 and 1 of a binary response, 1 … K of an ordinal one. */
  readonly levels: readonly string[];
}

export function describeFactors({ recipe }: Pick<Design, "recipe">): FactorDescription[] {
  return recipe.factors.map(([variable, { levels, contrasts }]) => {
    if (isIndicatorsAlone(recipe.parts, variable)) return { variable, levels, coding: "indicators" };
    if (typeof contrasts === "object") return { variable, levels, coding: "custom", matrix: contrasts.rows };
    const reference = referenceOf(contrasts, levels);
    return { variable, levels, coding: contrasts, ...(reference !== undefined && { reference }) };
  });
}

export function describeResponse({ response }: Pick<Design, "response">): ResponseDescription | undefined {
  return response.levels === undefined ? undefined : { variable: response.name, levels: response.levels };
}

/** One line per factor, and one for a response with levels. */
export function codingInWords(design: Pick<Design, "recipe" | "response">): string[] {
  const lines = describeFactors(design).map((own) => `${own.variable}: ${inWords(own)}`);
  const response = describeResponse(design);
  if (response === undefined) return lines;
  const { variable, levels } = response;
  const own =
    levels.length === 2
      ? `${variable}: "${levels[1]}" (1) against "${levels[0]}" (0)`
      : `${variable}: ${shown(levels, " < ")}`;
  return [own, ...lines];
}

function inWords({ coding, levels, reference, matrix }: FactorDescription): string {
  switch (coding) {
    case "treatment":
    case "SAS":
      return `reference "${reference}", against it ${shown(levels.filter((level) => level !== reference))}`;
    case "sum":
      return `sum contrasts, each level against the mean of all: ${numbered(levels.slice(0, -1))}; "${levels.at(-1)}" is minus their sum`;
    case "helmert":
      return `Helmert contrasts, each level against the mean of those before it: ${shown(levels)}`;
    case "poly":
      return `polynomial contrasts over ${shown(levels, " < ")}`;
    case "indicators":
      return `a coefficient for every level: ${shown(levels)}`;
    case "custom":
      return `contrasts of your own: ${shown(levels.map((level, k) => `${level} (${matrix![k]!.map(short).join(", ")})`))}`;
  }
}

function referenceOf(contrasts: Contrasts, levels: readonly string[]): string | undefined {
  if (contrasts === "treatment") return levels[0];
  return contrasts === "SAS" ? levels.at(-1) : undefined;
}

/** Whether every term that has the factor codes it by indicators. */
function isIndicatorsAlone(parts: Design["recipe"]["parts"], variable: string): boolean {
  const factors = new Set<string>();
  let found = false;
  for (const { terms } of parts) {
    const lists = [
      { terms: terms.population, intercept: terms.intercept },
      ...terms.groups.map(({ coefficients, intercept }) => ({ terms: coefficients, intercept })),
    ];
    for (const { terms: own, intercept } of lists) {
      const labels = own.map((term) => term.factors.map(format));
      if (!labels.some((label) => label.includes(variable))) continue;
      factors.add(variable);
      const codings = chooseCodings(own, intercept, (label) => label === variable);
      const contrasted = labels.some((label, t) => label.includes(variable) && !codings[t]!.has(variable));
      if (contrasted) return false;
      found = true;
    }
  }
  return found;
}

const MOST_SHOWN = 12;

function shown(levels: readonly string[], separator = ", "): string {
  const few = levels.slice(0, MOST_SHOWN).join(separator);
  return levels.length > MOST_SHOWN ? `${few}${separator}… (${levels.length} levels)` : few;
}

function numbered(levels: readonly string[]): string {
  return shown(levels.map((level, k) => `${k + 1} = ${level}`));
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
