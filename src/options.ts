/**
 * Options objects, checked in one place: JavaScript has no types to notice `{ chain: 1 }`, and an option that is silently
 * ignored is an answer to another question.
 */
import { z } from "zod";
import { nearest, SettingsError } from "./errors.ts";

/** What each option may be. `satisfies OptionTable<O>` beside the interface `O` keeps the two in step. */
export type OptionTable<O> = { readonly [K in keyof O]-?: z.ZodType<O[K]> };

/**
 * The options given, without those that are undefined.
 * @param what the function, for messages: `brm()`.
 * @throws SettingsError for something that is no options object, an option that does not exist (with the nearest that does),
 * or a value of the wrong kind.
 */
export function checkOptions<O extends object>(what: string, table: OptionTable<O>, given: O): O {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new SettingsError(`${what} takes its options as an object, e.g. { … }, not ${show(given)}`);
  }
  const known: Readonly<Record<string, z.ZodType>> = table;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) throw new SettingsError(unknownOption(what, name, Object.keys(known)));
    if (value === undefined) continue;
    const [problem] = known[name]!.safeParse(value).error?.issues ?? [];
    if (problem !== undefined) {
      const inside = problem.path.map((key) => `[${String(key)}]`).join("");
      throw new SettingsError(`${what}: ${name}${inside} must ${problem.message}, not ${show(value)}`);
    }
    kept[name] = value;
  }
  return kept as O;
}

function unknownOption(what: string, name: string, known: readonly string[]): string {
  const shown = known.length === 0 ? "it has none" : `its options are ${[...known].sort().join(", ")}`;
  const meant = suggestions(name, known).map((own) => `"${own}"`);
  return `${what} has no option "${name}"; ${shown}${meant.length === 0 ? "" : `; did you mean ${meant.join(" and ")}?`}`;
}

function suggestions(name: string, known: readonly string[]): string[] {
  const plain = (text: string): string => text.replace(/[._-]/g, "").toLowerCase();
  const same = known.find((own) => plain(own) === plain(name));
  if (same !== undefined) return [same];
  const elsewhere = (ELSEWHERE.get(plain(name)) ?? []).filter((own) => known.includes(own));
  if (elsewhere.length > 0) return elsewhere;
  const near = nearest(plain(name), known);
  return near === undefined ? [] : [near];
}

/** What brms, rstan, lme4, nlme, PyMC, Bambi and pandas call what is called otherwise here. */
const ELSEWHERE: ReadonlyMap<string, readonly string[]> = new Map([
  ["iter", ["draws", "warmup"]],
  ["itersampling", ["draws"]],
  ["iterwarmup", ["warmup"]],
  ["numsamples", ["draws"]],
  ["numwarmup", ["warmup"]],
  ["samples", ["draws"]],
  ["tune", ["warmup"]],
  ["burnin", ["warmup"]],
  ["control", ["adaptDelta", "maxTreedepth"]],
  ["targetaccept", ["adaptDelta"]],
  ["parallelchains", ["cores"]],
  ["threads", ["cores"]],
  ["randomseed", ["seed"]],
  ["init", ["initRadius"]],
  ["inits", ["initRadius"]],
  ["prioronly", ["samplePrior"]],
  ["nagq", ["nodes"]],
  ["agq", ["nodes"]],
  ["ml", ["reml"]],
  ["method", ["reml", "nodes", "algorithm", "by"]],
  ["allownewlevels", ["newLevels"]],
  ["samplenewlevels", ["newLevels"]],
  ["reform", ["reFormula"]],
  ["resp", ["dpar"]],
  ["nsamples", ["ndraws"]],
  ["prob", ["level", "alpha"]],
  ["conflevel", ["level"]],
  ["sep", ["delimiter"]],
  ["dec", ["decimalComma"]],
  ["nastrings", ["na"]],
  ["navalues", ["na"]],
  ["colclasses", ["columnTypes"]],
  ["dtype", ["columnTypes"]],
  ["types", ["columnTypes"]],
  ["k", ["folds"]],
  ["nsim", ["replicates"]],
]);

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const text = Array.isArray(value) ? "an array" : "an object";
  try {
    const json = JSON.stringify(value);
    return json !== undefined && json.length <= 60 ? json : text;
  } catch {
    return text;
  }
}

// The kinds of values; the messages are read after "must".

// biome-ignore lint/suspicious/noExplicitAny: kinds that are checked at run time and fit whatever type the option has
type Any = z.ZodType<any>;
const be = (what: string) => ({ error: () => `be ${what}` });

export const flag = z.boolean(be("true or false"));
export const text = z.string(be("a text"));
export const number = z.number(be("a finite number"));
export const whole = (least: number) =>
  z.custom<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= least,
    be(`a whole number, at least ${least}`),
  );
export const positive = z.custom<number>(
  (value) => typeof value === "number" && value > 0,
  be("a positive number"),
);
/** Strictly between 0 and 1. */
export const share = z.custom<number>(
  (value) => typeof value === "number" && value > 0 && value < 1,
  be("a number strictly between 0 and 1"),
);
export const texts = z.array(z.string(be("a text")), be("a list of texts"));
/** Numbers in an array or a typed array. */
export const numbers = <T extends ArrayLike<number> = ArrayLike<number>>() =>
  z.custom<T>(
    (value) =>
      (Array.isArray(value) || ArrayBuffer.isView(value)) &&
      Array.from(value as unknown as ArrayLike<unknown>).every((one) => typeof one === "number"),
    be("a list of numbers"),
  );
export const callback: Any = z.custom((value) => typeof value === "function", be("a function"));
export const signal = z.custom<AbortSignal>(
  (value) => typeof value === "object" && value !== null && "aborted" in value,
  be("an AbortSignal"),
);
export function oneOf<const T extends string>(...words: readonly T[]) {
  return z.custom<T>(
    (value) => (words as readonly unknown[]).includes(value),
    be(`one of ${words.map((word) => JSON.stringify(word)).join(", ")}`),
  );
}
/** Values by name, each of one kind. */
export const record = <T>(of: z.ZodType<T>, what: string) =>
  z.custom<Readonly<Record<string, T>>>(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((one) => of.safeParse(one).success),
    be(what),
  );
/** Checked where it is read. */
export const anything: Any = z.custom(() => true);
/** What `accepts` says of it. */
export const such = (what: string, accepts: (value: unknown) => boolean): Any => z.custom(accepts, be(what));
/** One of several kinds. */
export const either = <A, B>(what: string, a: z.ZodType<A>, b: z.ZodType<B>) =>
  z.custom<A | B>((value) => a.safeParse(value).success || b.safeParse(value).success, be(what));
