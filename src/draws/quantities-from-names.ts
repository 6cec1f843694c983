/**
 * What the columns of a foreign file are, as far as brms' names tell: a file has nothing else. This is the one place where
 * meaning is read out of names. To which predictor a coefficient belongs they do not tell (`b_sigma_x` may be a coefficient
 * `x` of sigma or `sigma_x` of mu), so that quantities of coefficients do not say it.
 */
import type { Quantity, SummaryTitle } from "../quantities/quantity.ts";

/** Group-level effects, and what else is there once per level or row. */
const EFFECT = /^r_/;
const LATENT = /^(?:s_|zs_|z_|zgp_|Xme_|Ymi|Yl(?:_|\[)|rcar|sbhaz)/;
/** Bookkeeping, copies of other draws and draws from priors: not shown. */
const HIDDEN = /^(?:prior_|lprior$|lp__$|Intercept(?:_|$|\[)|hs_local|R2D2_phi)/;
const COEFFICIENT = /^b(?:s|cs|sp|mo|me|mi|m)?_/;
const AUTOCORRELATION = /^(?:ar\[|ma\[|ar_|ma_|sderr|cosy|cortime_|lagsar|errorsar|car(?:_|$)|sdcar|rhocar)/;
const POSITIVE = /^(?:sigma|shape|phi|nu|beta)(?:_|$)/;
const PROBABILITY = /^(?:zi|hu)(?:_|$)/;

/** One quantity per name. `groups` says where names of groups end, where they are known: both parts may hold `_`. */
export function quantitiesFromNames(names: readonly string[], groups: readonly string[] = []): Quantity[] {
  const sds = new Map<string, string[]>();
  for (const name of names) {
    const hyper = multilevelMember(name, groups);
    if (hyper?.kind === "sd") sds.set(hyper.group, [...(sds.get(hyper.group) ?? []), hyper.rest]);
  }
  return names.map((name) => ({
    ...quantityOf(name, multilevelMember(name, groups), sds),
    ...arrayOf(name),
  }));
}

const INDEXED = /^([^[\]]+)\[(.*)\]$/s;

/** `theta[1,2]` is an entry of theta. Levels of a group may contain commas: `r_g[a,b,Intercept]` has two indices. */
function arrayOf(name: string): Pick<Quantity, "arrays" | "index"> {
  const match = INDEXED.exec(name);
  if (match === null) return {};
  const [, base, inside] = match as unknown as [string, string, string];
  const comma = inside.lastIndexOf(",");
  const labels =
    EFFECT.test(name) && comma >= 0 ? [inside.slice(0, comma), inside.slice(comma + 1)] : inside.split(",");
  return { arrays: [base], index: labels.map((label) => [label]) };
}

function quantityOf(
  name: string,
  hyper: ReturnType<typeof multilevelMember>,
  sds: ReadonlyMap<string, readonly string[]>,
): Quantity {
  const rest = name.slice(name.indexOf("_") + 1);
  const quantity = (
    role: Quantity["role"],
    title?: SummaryTitle,
    label = name,
    [lower, upper] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ): Quantity => ({
    role,
    names: [name],
    labels: [label],
    lower,
    upper,
    ...(title && { table: { title } }),
  });
  const positive: [number, number] = [0, Number.POSITIVE_INFINITY];
  if (EFFECT.test(name)) return quantity("effect");
  if (LATENT.test(name)) return quantity("latent");
  if (HIDDEN.test(name)) return quantity("other");
  if (hyper !== undefined) {
    const { kind, group, rest: member } = hyper;
    const own =
      kind === "sd"
        ? quantity("scale", undefined, `sd(${member})`, positive)
        : kind === "cor"
          ? quantity("correlation", undefined, pairLabel("cor", member, sds.get(group) ?? []), [-1, 1])
          : quantity("family", undefined, "df", positive);
    return { ...own, group, table: { title: "Multilevel Hyperparameters", group } };
  }
  if (COEFFICIENT.test(name)) return quantity("coefficient", "Regression Coefficients", rest);
  if (name.startsWith("sds_")) {
    return quantity("scale", "Smoothing Spline Hyperparameters", `sds(${rest})`, positive);
  }
  if (/^(?:sdgp|lscale)_/.test(name)) {
    const label = `${name.slice(0, name.indexOf("_"))}(${rest})`;
    return quantity("scale", "Gaussian Process Hyperparameters", label, positive);
  }
  if (name.startsWith("simo_")) return quantity("simplex", "Monotonic Simplex Parameters", rest, [0, 1]);
  if (name.startsWith("rescor__")) {
    return quantity("correlation", "Residual Correlations", pairLabel("rescor", name.slice(8), []), [-1, 1]);
  }
  if (AUTOCORRELATION.test(name)) return quantity("correlation", "Correlation Structures");
  const bounds = POSITIVE.test(name) ? positive : PROBABILITY.test(name) ? ([0, 1] as const) : undefined;
  return quantity("family", "Further Distributional Parameters", name, bounds && [...bounds]);
}

/** `sd_<group>__<rest>`, `cor_<group>__<rest>` or `df_<group>` of the longest group name that fits. */
function multilevelMember(
  name: string,
  groups: readonly string[],
): { kind: "sd" | "cor" | "df"; group: string; rest: string } | undefined {
  const kind = (["sd", "cor", "df"] as const).find((prefix) => name.startsWith(`${prefix}_`));
  if (kind === undefined) return undefined;
  const tail = name.slice(kind.length + 1);
  if (kind === "df") return groups.includes(tail) ? { kind, group: tail, rest: "df" } : undefined;
  let best: string | undefined;
  for (const group of groups) {
    if (tail.startsWith(`${group}__`) && group.length > (best?.length ?? -1)) best = group;
  }
  // A group that nobody listed: the first double underscore is the likeliest border.
  const border = best?.length ?? tail.indexOf("__");
  return border < 1 ? undefined : { kind, group: tail.slice(0, border), rest: tail.slice(border + 2) };
}

/** `a__b` → `cor(a,b)`, where a and b are known coefficients: they may hold `__` themselves. */
function pairLabel(kind: string, pair: string, coefficients: readonly string[]): string {
  for (const first of coefficients) {
    const second = pair.slice(first.length + 2);
    if (pair.startsWith(`${first}__`) && coefficients.includes(second)) return `${kind}(${first},${second})`;
  }
  return `${kind}(${pair.replace("__", ",")})`;
}
