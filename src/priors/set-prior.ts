/** Prior rules: built in TypeScript, in R's spelling, or in the short form of the command line. */
import { didYouMean, PriorError } from "../errors.ts";
import { formatPrior, parsePrior, splitArguments } from "./parse.ts";
import type { DistributionCall, PriorRule } from "./prior.ts";

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

const FIELDS = ["class", "coef", "group", "dpar", "nlpar", "resp", "lb", "ub"];

/** `prior("normal(0, 10)", { class: "b", coef: "Days" })`; the class is `b` unless given. @throws PriorError */
export function prior(distribution: string | DistributionCall, where: PriorWhere = {}): PriorRule {
  const call = typeof distribution === "string" ? parsePrior(distribution) : distribution;
  const { lb, ub } = where;
  return {
    prior: typeof distribution === "string" && call.name !== "" ? distribution.trim() : formatPrior(call),
    class: where.class ?? "b",
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

/** R's name for the same. */
export const setPrior = prior;

/**
 * `set_prior("normal(0, 10)", class = "b")`, `prior(normal(0, 10), class = b)`, or `normal(0, 10), class=b, coef=x`.
 * @throws PriorError
 */
export function parsePriorRule(text: string): PriorRule {
  const trimmed = text.trim();
  const wrapped = /^(?:set_prior|prior|prior_string|prior_)\s*\(([\s\S]*)\)$/.exec(trimmed);
  const [first, ...rest] = splitArguments(wrapped === null ? trimmed : wrapped[1]!);
  if (first === undefined) throw new PriorError("an empty prior: write e.g. normal(0, 10), class=b");
  const where: Record<string, string | number> = {};
  let distribution = unquote(first.replace(/^prior\s*=\s*/, ""));
  for (const piece of rest) {
    const match = /^(\w+)\s*=\s*([\s\S]*)$/.exec(piece);
    if (match === null)
      throw new PriorError(`"${piece}" in the prior ${trimmed} is not of the form name = value`);
    const name = match[1]!;
    const value = unquote(match[2]!.trim());
    if (name === "prior") distribution = value;
    else if (!FIELDS.includes(name)) {
      throw new PriorError(
        `unknown field "${name}" in the prior ${trimmed}; there are ${FIELDS.join(", ")}${didYouMean(name, FIELDS)}`,
      );
    } else if (name === "lb" || name === "ub") {
      const bound = Number(value);
      if (value === "" || Number.isNaN(bound))
        throw new PriorError(`${name} in the prior ${trimmed} is not a number: ${value}`);
      where[name] = bound;
    } else where[name] = value;
  }
  return prior(distribution, where);
}

function unquote(text: string): string {
  return text.replace(/^(["'])([\s\S]*)\1$/, "$2");
}
