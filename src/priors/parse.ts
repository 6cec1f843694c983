/** Prior text → a distribution with numbers: `student_t(3, 0, 2.5)`, `lkj(2)`, `constant(1)`, flat. */
import type { ArgumentDomain, Distribution, DistributionArgument } from "../distributions/distribution.ts";
import { distributions } from "../distributions/index.ts";
import { didYouMean, PriorError } from "../errors.ts";
import { evaluateNumber } from "./arithmetic.ts";
import type { DistributionCall } from "./prior.ts";
import { type Piece, priorSyntaxError, splitAtCommas, splitCall } from "./syntax.ts";

interface Signature {
  readonly name: string;
  readonly arguments: readonly DistributionArgument[];
  check?(p: ArrayLike<number>): string | undefined;
}

const FLAT = new Set(["", "flat", "(flat)", "flat()"]);
const LKJ: Signature = { name: "lkj", arguments: [{ name: "eta", domain: "positive" }] };
const SPECIAL: Readonly<Record<string, Signature>> = {
  lkj: LKJ,
  lkj_corr: LKJ,
  lkj_corr_cholesky: LKJ,
  constant: { name: "constant", arguments: [{ name: "value", domain: "real" }] },
  std_normal: { name: "std_normal", arguments: [] },
};

/** What people write who come from elsewhere, and what to write instead. */
const HINTS: Readonly<Record<string, string>> = {
  t: "; write student_t(nu, mu, sigma)",
  laplace: "; write double_exponential(mu, sigma)",
  half_normal: "; write normal(0, sigma): on a positive parameter that is the half-normal",
  half_cauchy: "; write cauchy(0, sigma): on a positive parameter that is the half-Cauchy",
  half_student_t: "; write student_t(nu, 0, sigma): on a positive parameter that is the half-t",
  horseshoe: "; shrinkage priors over several coefficients are not available",
  R2D2: "; shrinkage priors over several coefficients are not available",
  lasso: "; shrinkage priors over several coefficients are not available (double_exponential is, for one)",
};

/**
 * Arguments are numbers or sums and products of numbers, in Stan's order or by Stan's names (`normal(sigma = 1, mu = 0)`).
 * @throws PriorError: text that is not a prior, an unknown distribution, the wrong number of arguments, an argument
 * outside its domain
 */
export function parsePrior(text: string): DistributionCall {
  const trimmed = text.trim();
  if (FLAT.has(trimmed)) return { name: "", arguments: [] };
  const call = splitCall(trimmed);
  if (call === undefined) {
    throw new PriorError(
      `"${trimmed}" is not a prior: write a distribution with its arguments, e.g. normal(0, 10)`,
    );
  }
  const { name, inside } = call;
  if (name === "dirichlet") return parseDirichlet(trimmed, inside);
  const signature = findSignature(name, trimmed);
  const args = readArguments(trimmed, signature, splitAtCommas(inside));
  const impossible = signature.check?.(args);
  if (impossible !== undefined) throw new PriorError(`${trimmed}: ${impossible}`);
  return signature.name === "std_normal"
    ? { name: "normal", arguments: [0, 1] }
    : { name: signature.name, arguments: args };
}

/** Canonical text: `normal(0, 10)`, `` for flat. */
export function formatPrior({ name, arguments: args }: DistributionCall): string {
  return name === "" ? "" : `${name}(${args.join(", ")})`;
}

function findSignature(name: string, text: string): Signature {
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name]!;
  if (Object.hasOwn(distributions, name)) {
    const known: Readonly<Record<string, Distribution>> = distributions;
    return known[name]!;
  }
  const names = [...Object.keys(distributions), ...Object.keys(SPECIAL), "dirichlet", "flat"];
  const hint = Object.hasOwn(HINTS, name)
    ? HINTS[name]!
    : didYouMean(name, names) || `; there are ${names.join(", ")}`;
  throw new PriorError(`unknown distribution "${name}" in the prior ${text}${hint}`);
}

/** `dirichlet(2)`, `dirichlet(2, 1, 1)` or `dirichlet(c(2, 1, 1))`. */
function parseDirichlet(text: string, inside: Piece): DistributionCall {
  const vector = /^\s*c\s*\(/.test(inside.text) ? splitCall(inside.text) : undefined;
  const pieces = splitAtCommas(
    vector === undefined ? inside : { text: vector.inside.text, start: inside.start + vector.inside.start },
  );
  if (pieces.length === 0) throw new PriorError(`${text}: dirichlet needs at least one concentration`);
  const names = pieces.map((_, k): DistributionArgument => ({ name: `alpha[${k + 1}]`, domain: "positive" }));
  return {
    name: "dirichlet",
    arguments: readArguments(text, { name: "dirichlet", arguments: names }, pieces),
  };
}

function readArguments(text: string, signature: Signature, pieces: readonly Piece[]): number[] {
  const expected = signature.arguments;
  const names = expected.map((argument) => argument.name);
  if (pieces.length !== expected.length) {
    const listed = names.length === 0 ? "no arguments" : `${names.length} (${names.join(", ")})`;
    throw new PriorError(`${text}: ${signature.name} takes ${listed}, not ${pieces.length}`);
  }
  const values = new Map<string, number>();
  pieces.forEach((piece, position) => {
    const named = /^([A-Za-z_]\w*)\s*=\s*/.exec(piece.text);
    const name = named?.[1] ?? names[position]!;
    if (!names.includes(name)) {
      const message = `${signature.name} has no argument "${name}"; it has ${names.join(", ")}${didYouMean(name, names)}`;
      throw priorSyntaxError(message, text, piece.start);
    }
    if (values.has(name)) throw priorSyntaxError(`${name} is given twice`, text, piece.start);
    const skip = named?.[0].length ?? 0;
    values.set(name, evaluateNumber(piece.text.slice(skip), {}, { text, start: piece.start + skip }));
  });
  return expected.map(({ name, domain }) => {
    const value = values.get(name)!;
    const reason = outside(value, domain);
    if (reason !== undefined) throw new PriorError(`${text}: ${name} must be ${reason}, not ${value}`);
    return value;
  });
}

function outside(value: number, domain: ArgumentDomain): string | undefined {
  if (!Number.isFinite(value)) return "a finite number";
  if (domain === "positive" && !(value > 0)) return "positive";
  if (domain === "nonnegative" && !(value >= 0)) return "0 or positive";
  if (domain === "probability" && !(value >= 0 && value <= 1)) return "between 0 and 1";
  return undefined;
}
