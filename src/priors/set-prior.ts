/** Prior rules: built in TypeScript, in R's spelling, or in the short form of the command line. */
import { didYouMean, PriorError } from "../errors.ts";
import { evaluateNumber } from "./arithmetic.ts";
import { formatPrior, parsePrior } from "./parse.ts";
import type { DistributionCall, PriorRule } from "./prior.ts";
import { type Piece, splitAtCommas, splitCall } from "./syntax.ts";

export interface PriorWhere {
  readonly class?: string;
  readonly coef?: string;
  readonly group?: string;
  readonly dpar?: string;
  readonly nlpar?: string;
  readonly resp?: string;
  readonly lb?: number;
  readonly ub?: number;
}

/** A rule as a plain object: `{ prior: "normal(0, 10)", class: "b" }`. */
export interface PriorObject extends PriorWhere {
  readonly prior: string | DistributionCall;
  /** Said of rules that a set or `prior()` made. */
  readonly source?: string;
}

/** In the order in which brms' set_prior() takes them after the prior. */
const FIELDS = ["class", "coef", "group", "resp", "dpar", "nlpar", "lb", "ub"] as const;
const R_NAMES = new Set(["set_prior", "prior", "prior_string"]);

/** `prior("normal(0, 10)", { class: "b", coef: "Days" })`; the class is `b` unless given. @throws PriorError */
export function prior(distribution: string | DistributionCall, where: PriorWhere = {}): PriorRule {
  const call = typeof distribution === "string" ? parsePrior(distribution) : distribution;
  for (const [name, value] of Object.entries(where)) {
    checkField(name, formatPrior(call));
    const wanted = name === "lb" || name === "ub" ? "number" : "string";
    if (value !== undefined && typeof value !== wanted) {
      const what = wanted === "number" ? "a number" : "a text";
      throw new PriorError(
        `${name} of the prior ${formatPrior(call)} is ${what}, not ${JSON.stringify(value)}`,
      );
    }
  }
  const { lb, ub } = where;
  if (Number.isNaN(lb ?? 0) || Number.isNaN(ub ?? 0)) {
    throw new PriorError(`a bound of the prior ${formatPrior(call)} is not a number`);
  }
  return {
    prior: typeof distribution === "string" && call.name !== "" ? distribution.trim() : formatPrior(call),
    class: where.class || "b",
    coef: where.coef ?? "",
    group: where.group ?? "",
    dpar: where.dpar === "mu" ? "" : (where.dpar ?? ""),
    nlpar: where.nlpar ?? "",
    resp: where.resp ?? "",
    ...(lb !== undefined && { lb }),
    ...(ub !== undefined && { ub }),
    source: "user",
  };
}

/** A rule from a plain object, checked like the arguments of `prior()`. @throws PriorError */
export function priorRule(given: PriorObject): PriorRule {
  const { prior: distribution, source = "user", ...where } = given;
  const isCall = typeof distribution === "object" && distribution !== null && "arguments" in distribution;
  if (typeof distribution !== "string" && !isCall) {
    throw new PriorError(
      `a prior is an object like { prior: "normal(0, 10)", class: "b" }, not ${JSON.stringify(given)}`,
    );
  }
  return { ...prior(distribution, where), source };
}

/** R's name for the same. */
export const setPrior = prior;

/**
 * `set_prior("normal(0, 10)", class = "b")`, `prior(normal(0, 10), class = b)`, or `normal(0, 10), class=b, coef=x`;
 * arguments without a name are taken in R's order: class, coef, group, resp, dpar, nlpar, lb, ub.
 * @throws PriorError
 */
export function parsePriorRule(text: string): PriorRule {
  const trimmed = text.trim();
  const values = new Map<string, Piece>();
  let unnamed = 0;
  for (const piece of splitAtCommas(insideOfRule(trimmed))) {
    if (piece.text === "")
      throw new PriorError(`there is nothing between two commas in the prior ${trimmed}`);
    const named = /^([A-Za-z_]\w*)\s*=\s*/.exec(piece.text);
    const name = named?.[1] ?? ["prior", ...FIELDS][unnamed++];
    if (name === undefined) throw new PriorError(`too many arguments in the prior ${trimmed}`);
    if (name !== "prior") checkField(name, trimmed);
    if (values.has(name)) throw new PriorError(`${name} is given twice in the prior ${trimmed}`);
    const skip = named?.[0].length ?? 0;
    values.set(name, { text: unquote(piece.text.slice(skip)), start: piece.start + skip });
  }
  const distribution = values.get("prior");
  if (distribution === undefined) {
    throw new PriorError(`a prior is missing in "${trimmed}": write e.g. normal(0, 10), class=b`);
  }
  const where = FIELDS.filter((name) => values.has(name)).map((name) => {
    const { text: value } = values.get(name)!;
    return [name, name === "lb" || name === "ub" ? parseBound(name, value, trimmed) : value] as const;
  });
  return prior(distribution.text, Object.fromEntries(where.filter(([, value]) => value !== undefined)));
}

/** Without R's set_prior( ) around it. */
function insideOfRule(text: string): Piece {
  const isCall = /^(?:brms::)?(\w+)\s*\(/.exec(text);
  if (isCall === null || !R_NAMES.has(isCall[1]!)) return { text, start: 0 };
  return splitCall(text)!.inside;
}

function checkField(name: string, text: string): void {
  const fields: readonly string[] = FIELDS;
  if (fields.includes(name)) return;
  throw new PriorError(
    `unknown field "${name}" in the prior ${text}; there are ${fields.join(", ")}${didYouMean(name, fields)}`,
  );
}

/** A number, R's infinities, or NA and "" for none. */
function parseBound(name: string, value: string, text: string): number | undefined {
  if (/^(?:NA(?:_\w+_)?|NULL|)$/.test(value)) return undefined;
  const infinite = /^([-+]?)Inf(?:inity)?$/.exec(value);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  try {
    return evaluateNumber(value);
  } catch {
    throw new PriorError(`${name} in the prior ${text} is not a number: ${value}`);
  }
}

function unquote(text: string): string {
  return text.replace(/^(["'`])([\s\S]*)\1$/, "$2");
}
