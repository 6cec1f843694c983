/**
 * Families of one's own: a log density as an expression. They travel as data, to workers and into saved fits, and have the same
 * rights as built-in ones: derivatives, both machines, censoring, predictions, LOO and checks follow from the expression.
 */
import { FamilyError } from "../errors.ts";
import * as b from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { inOrder } from "../expressions/expression.ts";
import { fromPlain, type PlainExpressions, toPlain } from "../expressions/plain.ts";
import { type ScalarProgram, scalarProgram } from "../expressions/scalar-program.ts";
import * as Elementary from "../numeric/elementary.ts";
import { anything, callback, checkOptions, type OptionTable, text, texts } from "../options.ts";
import type { Rng } from "../random/rng.ts";
import { DATA, defineFamily } from "./density.ts";
import type { Dpar, Family, ResponseSpec, Scale } from "./family.ts";
import { scaledLinkExpression } from "./link-expressions.ts";
import { scaleFromNatural } from "./links.ts";
import {
  binaryResponse,
  countResponse,
  nonnegativeResponse,
  positiveResponse,
  realResponse,
  trialsResponse,
  unitResponse,
} from "./responses.ts";

const responses = {
  real: realResponse,
  positive: positiveResponse,
  nonnegative: nonnegativeResponse,
  unit: unitResponse,
  count: countResponse,
  binary: binaryResponse,
  trials: trialsResponse,
} as const satisfies Record<string, ResponseSpec>;

export type CustomResponse = keyof typeof responses;

/** What the density of a row is written with: the response, and each parameter on its natural scale. */
export type CustomRow<D extends string = string> = { readonly y: Expression; readonly trials: Expression } & {
  readonly [K in D]: Expression;
};

/** What a draw is written with: parameters, and random numbers, new ones each time they are asked for. */
export type CustomRandomRow<D extends string = string> = CustomRow<D> & {
  /** Uniform on (0, 1). */
  uniform(): Expression;
  /** Standard normal. */
  normal(): Expression;
};

export interface CustomFamilyOptions<D extends string> {
  /** Not that of a built-in family. */
  readonly name: string;
  /** Distributional parameters, `mu` first. */
  readonly dpars: readonly ("mu" | D)[];
  /** Link of each parameter when it is predicted: default `identity` for mu, `log` for the others. */
  readonly links?: { readonly [K in "mu" | D]?: string };
  /** Default prior of each parameter when it is one constant: `"gamma(0.01, 0.01)"`; default none (flat between its bounds). */
  readonly priors?: { readonly [K in D]?: string };
  /** Values that the response may take; default `real`. `trials` also asks for `y | trials(n)`. */
  readonly response?: CustomResponse;
  /** log f(y), normalised. */
  readonly logDensity: (row: CustomRow<"mu" | D>) => Expression;
  /** log P(Y ≤ y) and log P(Y > y): with both, responses may be censored. Counts need neither. */
  readonly logCdf?: (row: CustomRow<"mu" | D>) => Expression;
  readonly logCcdf?: (row: CustomRow<"mu" | D>) => Expression;
  /** E(Y); for counts it is otherwise summed. */
  readonly mean?: (row: CustomRow<"mu" | D>) => Expression;
  /** A random response; for counts it is otherwise found by summing probabilities. */
  readonly sample?: (row: CustomRandomRow<"mu" | D>) => Expression;
}

const customOptions = {
  name: text,
  dpars: texts,
  links: anything,
  priors: anything,
  response: anything,
  logDensity: callback,
  logCdf: callback,
  logCcdf: callback,
  mean: callback,
  sample: callback,
} satisfies OptionTable<CustomFamilyOptions<string>>;

/** A custom family as plain data. */
export interface CustomFamilyData {
  readonly name: string;
  readonly response: CustomResponse;
  readonly dpars: readonly { readonly name: string; readonly link: string; readonly prior?: string }[];
  /** The expressions of which `parts` are the names. */
  readonly parts: readonly Part[];
  readonly expressions: PlainExpressions;
}

type Part = "logDensity" | "logCdf" | "logCcdf" | "mean" | "sample";
const PARTS: readonly Part[] = ["logDensity", "logCdf", "logCcdf", "mean", "sample"];

/** As `brm()` takes it. */
export interface CustomFamilyChoice {
  readonly family: string;
  readonly links: Readonly<Record<string, string>>;
  readonly definition: CustomFamilyData;
}

const NAME = /^[A-Za-z][A-Za-z0-9_.]*$/;

/**
 *     const gumbel = customFamily({
 *       name: "gumbel",
 *       dpars: ["mu", "scale"],
 *       logDensity: ({ y, mu, scale }) => {
 *         const z = e.div(e.sub(y, mu), scale);
 *         return e.neg(e.add(e.add(z, e.exp(e.neg(z))), e.log(scale)));
 *       },
 *       sample: ({ mu, scale, uniform }) => e.sub(mu, e.mul(scale, e.log(e.neg(e.log(uniform()))))),
 *     });
 *     await brm("y ~ x + (1 | g)", data, { family: gumbel });
 *
 * with `expressions` of the package as `e`.
 *
 * @throws FamilyError for names, links or parts that do not fit
 */
export function customFamily<const D extends string>(options: CustomFamilyOptions<D>): CustomFamilyChoice {
  checkOptions<object>("customFamily()", customOptions, options);
  const { name, dpars, links = {}, priors = {}, response = "real" } = options;
  const fail = (what: string): never => {
    throw new FamilyError(`the custom family ${JSON.stringify(name)} ${what}`);
  };
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new FamilyError(
      `a custom family needs a name of letters, digits, "_" and ".", not ${JSON.stringify(name)}`,
    );
  }
  if (!Array.isArray(dpars) || dpars[0] !== "mu") fail('needs dpars that begin with "mu"');
  if (new Set(dpars).size !== dpars.length) fail("has two parameters of one name");
  for (const dpar of dpars) {
    if (!NAME.test(dpar) || ["y", "trials", "uniform", "normal"].includes(dpar))
      fail(`cannot name a parameter "${dpar}"`);
  }
  for (const given of [...Object.keys(links), ...Object.keys(priors)]) {
    if (!dpars.includes(given as D)) fail(`has no parameter "${given}"; it has ${dpars.join(", ")}`);
  }
  if (!Object.hasOwn(responses, response)) {
    fail(`has the response ${JSON.stringify(response)}; it may be ${Object.keys(responses).join(", ")}`);
  }
  const declared = dpars.map((dpar) => {
    const link = (links as Record<string, string | undefined>)[dpar] ?? (dpar === "mu" ? "identity" : "log");
    if (!LINKS.includes(link)) fail(`has the link "${link}" for ${dpar}; it may be ${LINKS.join(", ")}`);
    const prior = (priors as Record<string, string | undefined>)[dpar];
    return { name: dpar, link, ...(prior !== undefined && { prior }) };
  });
  const written = PARTS.flatMap((part): { part: Part; root: Expression }[] => {
    const write = options[part];
    if (write === undefined) return [];
    const root = write(rowOf(declared) as never);
    if (typeof root !== "object" || root === null || !("kind" in root))
      fail(`has a ${part} that is no expression`);
    for (const node of inOrder([root])) {
      if (node.kind === "parameter" && !dpars.includes(node.name as D)) {
        fail(`has the parameter "${node.name}" in ${part}, which is none of ${dpars.join(", ")}`);
      }
    }
    return [{ part, root }];
  });
  const definition: CustomFamilyData = {
    name,
    response,
    dpars: declared,
    parts: written.map(({ part }) => part),
    expressions: toPlain(written.map(({ root }) => root)),
  };
  // Derivatives that are not there show now, not in a worker.
  familyFromData(definition).kernel({ links: {}, categories: 0 });
  return {
    family: name,
    links: Object.fromEntries(declared.map(({ name: dpar, link }) => [dpar, link])),
    definition,
  };
}

const LINKS: readonly string[] = [
  ...["identity", "log", "logit", "probit", "cloglog", "cauchit", "softit", "probit_approx"],
  ...["inverse", "sqrt", "softplus", "squareplus", "logm1"],
];
const POSITIVE = ["log", "sqrt", "softplus", "squareplus", "inverse"];
const UNIT = ["logit", "probit", "probit_approx", "cloglog", "cauchit", "softit"];

/** What a link says of the domain: the scale on which the parameter enters, and its bounds. */
function domainOf(link: string): { scale: Scale; lower: number; upper: number } {
  if (UNIT.includes(link)) return { scale: "logit", lower: 0, upper: 1 };
  if (POSITIVE.includes(link)) return { scale: "log", lower: 0, upper: Infinity };
  if (link === "logm1") return { scale: "identity", lower: 1, upper: Infinity };
  return { scale: "identity", lower: -Infinity, upper: Infinity };
}

/** Parameters on their natural scale, from their kernel scale: `log(mu)` is then the logarithm itself. */
function rowOf(dpars: CustomFamilyData["dpars"]): Record<string, unknown> {
  let count = 0;
  const row: Record<string, unknown> = {
    y: b.data("y"),
    trials: b.data("trials"),
    uniform: () => b.data(`uniform ${count++}`),
    normal: () => b.data(`normal ${count++}`),
  };
  for (const { name, link } of dpars) {
    row[name] = scaledLinkExpression(domainOf(link).scale, "identity", b.parameter(name));
  }
  return row;
}

const made = new Map<string, Family>();

/** @throws NutmixError for data that no `customFamily` made */
export function familyFromData(definition: CustomFamilyData): Family {
  const key = JSON.stringify(definition);
  const family = made.get(key) ?? make(definition);
  made.set(key, family);
  return family;
}

function make({ name, response, dpars, parts, expressions }: CustomFamilyData): Family {
  const roots = fromPlain(expressions);
  const part = (wanted: Part): Expression | undefined => roots[parts.indexOf(wanted)];
  const logDensity = part("logDensity")!;
  const logCdf = part("logCdf");
  const logCcdf = part("logCcdf");
  const discrete = response === "count" || response === "trials";
  const tails = discrete && logCdf === undefined ? (response === "trials" ? "trials" : "none") : undefined;
  const censored = tails !== undefined || (logCdf !== undefined && logCcdf !== undefined);
  const family: Family = defineFamily({
    name,
    response: responses[response],
    dpars: dpars.map(({ name: dpar, link, prior }): Dpar => {
      const domain = domainOf(link);
      return {
        name: dpar,
        links: [link, ...LINKS.filter((other) => other !== link && sameDomain(other, link))],
        ...domain,
        constantPrior: prior ?? "flat",
      };
    }),
    additions: [
      ...(response === "trials" ? (["trials"] as const) : []),
      ...(censored ? (["cens"] as const) : []),
    ],
    ...(tails && { tails }),
    density: () => ({ logDensity, ...(logCdf && { logCdf }), ...(logCcdf && { logCcdf }) }),
    sample: (rng, d, p) => sample(rng, d, p),
    mean: (d, p) => mean(d, p),
  });

  const scales = family.dpars.map(({ scale }) => scale);
  const onScale = new Float64Array(dpars.length);
  const toScale = (p: Float64Array): Float64Array => {
    for (let k = 0; k < onScale.length; k++) onScale[k] = scaleFromNatural(scales[k]!, p[k]!);
    return onScale;
  };
  const probability = countProbabilities(family, toScale);
  const sample =
    sampler(part("sample"), dpars, toScale) ?? (discrete ? probability.sample : missing(name, "sample"));
  const mean = meanOf(part("mean"), dpars, toScale) ?? (discrete ? probability.mean : missing(name, "mean"));
  return family;
}

const sameDomain = (a: string, c: string): boolean => {
  const one = domainOf(a);
  const other = domainOf(c);
  return one.lower === other.lower && one.upper === other.upper;
};

function missing(name: string, part: "sample" | "mean"): () => never {
  return () => {
    throw new FamilyError(
      `the custom family ${name} has no ${part}: give customFamily() one to ask for ${part === "mean" ? "expected" : "predicted"} responses`,
    );
  };
}

/** A program of the row's data and parameters, and of random numbers after them. */
function program(
  root: Expression,
  dpars: CustomFamilyData["dpars"],
  random: readonly string[],
): ScalarProgram {
  const names = dpars.map(({ name }) => name);
  return scalarProgram([root], {
    at: (leaf) => {
      if (leaf.kind === "parameter") return DATA.length + names.indexOf(leaf.name);
      const known = DATA.indexOf(leaf.name as "y");
      return known >= 0 ? known : DATA.length + names.length + random.indexOf(leaf.name);
    },
    vector: () => 0,
  });
}

type OfRow = (d: Float64Array, p: Float64Array) => number;

function meanOf(
  root: Expression | undefined,
  dpars: CustomFamilyData["dpars"],
  toScale: (p: Float64Array) => Float64Array,
): OfRow | undefined {
  if (root === undefined) return undefined;
  const run = program(root, dpars, []);
  const inputs = new Float64Array(DATA.length + dpars.length);
  const out = new Float64Array(1);
  return (d, p) => {
    inputs.set(d);
    inputs.set(toScale(p), DATA.length);
    run.run(inputs, out);
    return out[0]!;
  };
}

function sampler(
  root: Expression | undefined,
  dpars: CustomFamilyData["dpars"],
  toScale: (p: Float64Array) => Float64Array,
): ((rng: Rng, d: Float64Array, p: Float64Array) => number) | undefined {
  if (root === undefined) return undefined;
  const random = inOrder([root]).flatMap((node) =>
    node.kind === "data" && /^(uniform|normal) /.test(node.name) ? [node.name] : [],
  );
  const run = program(root, dpars, random);
  const first = DATA.length + dpars.length;
  const inputs = new Float64Array(first + random.length);
  const out = new Float64Array(1);
  return (rng, d, p) => {
    inputs.set(d);
    inputs.set(toScale(p), DATA.length);
    random.forEach((name, k) => {
      inputs[first + k] = name.startsWith("uniform") ? rng.uniform() : rng.normal();
    });
    run.run(inputs, out);
    return out[0]!;
  };
}

/** Beyond this many terms a count has no mean that could be summed. */
const MOST = 10_000_000;
const NEGLIGIBLE = 1e-14;

/** Draws and means of counts from their probabilities, from 0 upwards. */
function countProbabilities(family: Family, toScale: (p: Float64Array) => Float64Array) {
  const none = new Float64Array(0);
  const row = new Float64Array(DATA.length);
  /** Calls `visit` with every count and its probability until it says stop. */
  const each = (
    d: Float64Array,
    p: Float64Array,
    visit: (k: number, probability: number) => boolean,
  ): void => {
    const kernel = family.kernel({ links: {}, categories: 0 });
    row.set(d);
    const parameters = toScale(p);
    const last = family.tails === "trials" ? d[1]! : MOST;
    for (let k = 0; k <= last; k++) {
      row[0] = k;
      const probability = Elementary.exp(kernel.logDensity(row, parameters, none) + kernel.dataTerm!(row));
      if (visit(k, probability)) return;
    }
  };
  return {
    sample(rng: Rng, d: Float64Array, p: Float64Array): number {
      let rest = rng.uniform() * (1 - NEGLIGIBLE);
      let drawn = Number.NaN;
      each(d, p, (k, probability) => {
        rest -= probability;
        drawn = k;
        return rest < 0;
      });
      return drawn;
    },
    mean(d: Float64Array, p: Float64Array): number {
      let mass = 0;
      let sum = 0;
      each(d, p, (k, probability) => {
        mass += probability;
        sum += k * probability;
        return mass > 1 - NEGLIGIBLE && k * probability <= NEGLIGIBLE * sum;
      });
      return sum;
    },
  };
}
