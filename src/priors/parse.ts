/** Prior text → a distribution with numbers: `student_t(3, 0, 2.5)`, `lkj(2)`, `constant(1)`, flat. */

import type { ArgumentDomain, Distribution } from "../distributions/distribution.ts";
import { distributions, findDistribution } from "../distributions/index.ts";
import { didYouMean, PriorError } from "../errors.ts";
import { evaluateNumber } from "./arithmetic.ts";
import type { DistributionCall } from "./prior.ts";

const FLAT = new Set(["", "flat", "(flat)", "flat()"]);
const LKJ = new Set(["lkj", "lkj_corr", "lkj_corr_cholesky"]);
const OTHER = ["lkj", "dirichlet", "constant", "std_normal", "flat"];

/** @throws PriorError: unknown distribution, wrong number of arguments, argument outside its domain. */
export function parsePrior(text: string): DistributionCall {
  const trimmed = text.trim();
  if (FLAT.has(trimmed)) return { name: "", arguments: [] };
  const match = /^([A-Za-z_][\w.]*)\s*\(([\s\S]*)\)$/.exec(trimmed);
  if (match === null) {
    throw new PriorError(
      `"${trimmed}" is not a prior: write a distribution with its arguments, e.g. normal(0, 10)`,
    );
  }
  const name = match[1]!;
  const inner = match[2]!.trim();
  const args = splitArguments(inner.replace(/^c\s*\(([\s\S]*)\)$/, "$1")).map((argument) =>
    inContext(trimmed, () => evaluateNumber(argument.replace(/^\s*[A-Za-z_]\w*\s*=(?!=)/, ""))),
  );
  if (LKJ.has(name)) return checkCount(trimmed, "lkj", args, ["eta"], ["positive"]);
  if (name === "constant") return checkCount(trimmed, "constant", args, ["value"], ["real"]);
  if (name === "std_normal") {
    checkCount(trimmed, name, args, [], []);
    return { name: "normal", arguments: [0, 1] };
  }
  if (name === "dirichlet") {
    if (args.length === 0) throw new PriorError(`${trimmed}: dirichlet needs at least one concentration`);
    const names = args.map((_, k) => `alpha[${k + 1}]`);
    return checkCount(
      trimmed,
      name,
      args,
      names,
      names.map(() => "positive"),
    );
  }
  if (!Object.hasOwn(distributions, name)) {
    const names = [...Object.keys(distributions), ...OTHER];
    throw new PriorError(`unknown distribution "${name}" in the prior ${trimmed}${didYouMean(name, names)}`);
  }
  const distribution: Distribution = findDistribution(name);
  const call = checkCount(
    trimmed,
    name,
    args,
    distribution.arguments.map((argument) => argument.name),
    distribution.arguments.map((argument) => argument.domain),
  );
  const impossible = distribution.check?.(args);
  if (impossible !== undefined) throw new PriorError(`${trimmed}: ${impossible}`);
  return call;
}

/** Canonical text: `normal(0, 10)`, `` for flat. */
export function formatPrior({ name, arguments: args }: DistributionCall): string {
  return name === "" ? "" : `${name}(${args.join(", ")})`;
}

/** Splits at commas outside parentheses. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "(" || char === "[") depth++;
    else if (char === ")" || char === "]") depth--;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const last = text.slice(from).trim();
  return last === "" && parts.length === 0 ? [] : [...parts, last];
}

function checkCount(
  text: string,
  name: string,
  args: readonly number[],
  names: readonly string[],
  domains: readonly ArgumentDomain[],
): DistributionCall {
  if (args.length !== names.length) {
    const listed = names.length === 0 ? "no arguments" : `${names.length} (${names.join(", ")})`;
    throw new PriorError(`${text}: ${name} takes ${listed}, not ${args.length}`);
  }
  args.forEach((value, k) => {
    const reason = outside(value, domains[k]!);
    if (reason !== undefined) throw new PriorError(`${text}: ${names[k]} must be ${reason}, not ${value}`);
  });
  return { name, arguments: args };
}

function outside(value: number, domain: ArgumentDomain): string | undefined {
  if (!Number.isFinite(value)) return "a finite number";
  if (domain === "positive" && !(value > 0)) return "positive";
  if (domain === "nonnegative" && !(value >= 0)) return "0 or positive";
  if (domain === "probability" && !(value >= 0 && value <= 1)) return "between 0 and 1";
  return undefined;
}

function inContext<T>(text: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof PriorError) throw new PriorError(`in the prior ${text}: ${error.message}`);
    throw error;
  }
}
