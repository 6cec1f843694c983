/** Simulated models: the shapes of the limit, and one of 1,000 rows and 20 groups for every family. */
import type { GradientModel } from "./gradient.ts";

function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return (((x ^ (x >>> 15)) >>> 0) + 0.5) / 4294967296;
  };
}

const explicit = { strategy: "explicit", likelihood: "rows" } as const;

const column = (rows: number, make: (i: number) => number | string) =>
  Array.from({ length: rows }, (_, i) => make(i));

function nested(): GradientModel {
  const u = uniforms(1);
  const data = {
    y: column(403, () => Math.floor(-3 * Math.log(u()))),
    ...{
      x1: column(403, () => u() - 0.5),
      x2: column(403, () => u() - 0.5),
      x3: column(403, () => u() - 0.5),
    },
    ...{ a: column(403, (i) => `a${Math.floor((i * 118) / 403)}`), b: column(403, (i) => `b${i}`) },
    c: column(403, (i) => `c${Math.floor((i * 63) / 403)}`),
  };
  return ["y ~ x1 + x2 + x3 + (1 | a) + (1 | b) + (1 | c)", data, { ...explicit, family: "poisson" }];
}

function crossedGaussian(): GradientModel {
  const u = uniforms(2);
  const rows = 10_000;
  const b = column(rows, () => Math.floor(1100 * u()));
  const data = {
    ...{ y: column(rows, () => u() - 0.5), x: column(rows, () => Math.floor(2 * u())) },
    ...{ a: column(rows, () => `a${Math.floor(2500 * u())}`), b: b.map((level) => `b${level}`) },
    c: b.map((level) => `c${Number(level) % 14}`),
  };
  return ["y ~ x + (1 | a) + (1 | b) + (1 | c)", data, explicit];
}

function inflated(): GradientModel {
  const u = uniforms(3);
  const data = {
    y: column(1000, () => (u() < 0.67 ? Math.floor(-4 * Math.log(u())) : 0)),
    ...{ x: column(1000, () => u() - 0.5), g: column(1000, (i) => `g${i % 20}`) },
  };
  return ["y ~ x + (1 | g)", data, { ...explicit, family: "zero_inflated_negbinomial" }];
}

function crossedBernoulli(): GradientModel {
  const u = uniforms(4);
  const rows = 7584;
  const names = ["x1", "x2", "x3", "x4", "x5"];
  const data = {
    y: column(rows, () => (u() < 0.5 ? 1 : 0)),
    ...Object.fromEntries(names.map((name) => [name, column(rows, () => u() - 0.5)])),
    ...{ a: column(rows, (i) => `a${i % 316}`), b: column(rows, (i) => `b${Math.floor(i / 316) % 24}`) },
  };
  return [`y ~ ${names.join(" + ")} + (1 | a) + (1 | b)`, data, { ...explicit, family: "bernoulli" }];
}

const responses: Readonly<Record<string, (u: number) => number>> = {
  ...{
    gaussian: (u) => 4 * u - 2,
    student: (u) => 4 * u - 2,
    skew_normal: (u) => 4 * u - 2,
    exgaussian: (u) => 4 * u - 2,
  },
  ...{
    lognormal: (u) => 0.1 - Math.log(u),
    Gamma: (u) => 0.1 - Math.log(u),
    weibull: (u) => 0.1 - Math.log(u),
  },
  ...{
    exponential: (u) => -Math.log(u),
    "inverse.gaussian": (u) => 0.1 - Math.log(u),
    beta: (u) => 0.02 + 0.96 * u,
  },
  ...{
    bernoulli: (u) => Math.floor(2 * u),
    binomial: (u) => Math.floor(10 * u),
    beta_binomial: (u) => Math.floor(10 * u),
  },
  ...Object.fromEntries(
    ["poisson", "negbinomial", "nbinom1", "geometric", "zero_inflated_poisson", "zero_inflated_nbinom1"].map(
      (name) => [name, (u: number) => Math.floor(-5 * Math.log(u))],
    ),
  ),
  ...{
    zero_inflated_binomial: (u) => Math.floor(10 * u),
    hurdle_poisson: (u) => Math.floor(-4 * Math.log(u)),
  },
  ...{
    hurdle_negbinomial: (u) => Math.floor(-4 * Math.log(u)),
    hurdle_gamma: (u) => Math.max(0, -Math.log(u) - 0.2),
  },
  hurdle_lognormal: (u) => Math.max(0, -Math.log(u) - 0.2),
  ...Object.fromEntries(
    ["cumulative", "sratio", "cratio", "acat"].map((name) => [name, (u: number) => 1 + Math.floor(4 * u)]),
  ),
};

function ofFamily(family: string, respond: (u: number) => number): GradientModel {
  const u = uniforms(6);
  const data = {
    y: column(1000, () => respond(u())),
    ...{ x: column(1000, () => u() - 0.5), g: column(1000, (i) => `g${i % 20}`), n: column(1000, () => 10) },
  };
  const response =
    family.includes("binomial") && !family.includes("nbinom") && !family.includes("neg")
      ? "y | trials(n)"
      : "y";
  const link = family === "inverse.gaussian" ? { link: "log" } : {};
  return [
    `${response} ~ x + (1 | g)`,
    data,
    { ...explicit, family, ...(family === "Gamma" && { link: "log" }), ...link },
  ];
}

export const shapes: Readonly<Record<string, () => GradientModel>> = {
  "limit: poisson, 3 nested": nested,
  "limit: gaussian, 3 crossed": crossedGaussian,
  "limit: zero-inflated negbinomial": inflated,
  "limit: bernoulli, crossed": crossedBernoulli,
  ...Object.fromEntries(
    Object.entries(responses).map(([family, respond]) => [
      `family: ${family}`,
      () => ofFamily(family, respond),
    ]),
  ),
};
