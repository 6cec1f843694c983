/** Inputs as users, files and enemies give them: most are valid, the others a few characters off. */
import fc from "fast-check";

/** A text with a few characters taken out, doubled, exchanged or put in. */
export const nearly = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: text },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          text,
          fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: "binary", maxLength: 3 })), {
            maxLength: 3,
          }),
        )
        .map(([whole, edits]) =>
          edits.reduce((now, [place, kind, more]) => {
            const at = now.length === 0 ? 0 : place % now.length;
            if (kind === 0) return now.slice(0, at) + now.slice(at + 1);
            if (kind === 1) return now.slice(0, at) + now.slice(at, at + 8) + now.slice(at);
            if (kind === 2) return now.slice(0, at) + more + now.slice(at);
            return now.slice(0, at);
          }, whole),
        ),
    },
  );

const column = fc.constantFrom("x", "z", "f", "o", "g", "h", "n", "`a b`", "y", "missing");
const number = fc.oneof(
  fc.constantFrom("0", "1", "2", "-1", "1e3", "0.5"),
  fc.integer({ min: -5, max: 20 }).map(String),
);

const variable = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: column },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom("log", "exp", "scale", "center", "factor", "abs", "sqrt", "I", "as.numeric"),
          tie("any"),
        )
        .map(([f, v]) => `${f}(${v})`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("any"), fc.integer({ min: 0, max: 4 })).map(([v, k]) => `poly(${v}, ${k})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie("any"),
          fc.constantFrom("+", "*", "-", "/", "^", ">", "==", "%%"),
          fc.oneof(number, tie("any")),
        )
        .map(([a, op, b]) => `I(${a} ${op} ${b})`),
    },
  ),
})).any;

const term = fc.oneof(
  { weight: 4, arbitrary: variable },
  {
    weight: 1,
    arbitrary: fc
      .tuple(variable, fc.constantFrom(":", "*", "/", "%in%"), variable)
      .map(([a, op, b]) => `${a}${op}${b}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(variable, variable, fc.integer({ min: 1, max: 3 }))
      .map(([a, b, k]) => `(${a} + ${b})^${k}`),
  },
  { weight: 1, arbitrary: variable.map((v) => `offset(${v})`) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("s", "mo", "gp", "ar", "t2"), variable).map(([f, v]) => `${f}(${v})`),
  },
  { weight: 1, arbitrary: fc.constantFrom("0", "1", "-1", ".", "Intercept") },
);

const group = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("g", "h", "f", "g:h", "g/h", "o") },
  { weight: 1, arbitrary: fc.constantFrom("gr(g)", "g + h", "x", "missing", "1") },
);
const grouped = fc
  .tuple(
    fc.oneof(
      fc.constant("1"),
      term.map((t) => `1 + ${t}`),
      term.map((t) => `0 + ${t}`),
    ),
    fc.constantFrom("|", "|", "||", "|ID|"),
    group,
  )
  .map(([left, bar, right]) => `(${left} ${bar} ${right})`);

const right = fc
  .tuple(fc.array(term, { minLength: 0, maxLength: 3 }), fc.array(grouped, { maxLength: 2 }))
  .map(([terms, groups]) => [...terms, ...groups].join(" + ") || "1");

const left = fc.oneof(
  { weight: 8, arbitrary: fc.constant("y") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "log(y)",
      "k | trials(n)",
      "y | weights(n)",
      "y | se(n)",
      "y | cens(k)",
      "cbind(k, n)",
      "o",
      "f",
      "k",
      "mvbind(y, x)",
    ),
  },
);

export const formula = nearly(
  fc
    .tuple(
      left,
      right,
      fc.option(fc.tuple(fc.constantFrom("sigma", "zi", "shape", "phi", "hu", "nu", "disc", "mu"), right)),
    )
    .map(
      ([response, terms, further]) =>
        `${response} ~ ${terms}${further === null ? "" : `; ${further[0]} ~ ${further[1]}`}`,
    ),
);

/** Of the frequentist mode: `lmm()` and `glmm()` have few of the language's special terms. */
export const mixedFormula = nearly(
  fc
    .tuple(fc.constantFrom("y", "y", "log(y)", "k"), right, grouped)
    .map(([y, terms, own]) => `${y} ~ ${terms} + ${own}`),
);

export const family = fc.constantFrom(
  "gaussian",
  "gaussian",
  "student",
  "lognormal",
  "Gamma",
  "weibull",
  "exponential",
  "beta",
  "bernoulli",
  "binomial",
  "poisson",
  "negbinomial",
  "geometric",
  "beta_binomial",
  "skew_normal",
  "exgaussian",
  "inverse.gaussian",
  "hurdle_poisson",
  "hurdle_gamma",
  "hurdle_lognormal",
  "cumulative",
  "sratio",
  "cratio",
  "acat",
  "zero_inflated_poisson",
  "zero_inflated_binomial",
  "nbinom1",
  "no_family",
);

const value = fc.oneof(
  fc.integer({ min: -3, max: 12 }).map(String),
  fc.double({ noNaN: true }).map(String),
  fc.constantFrom("1/3", "2 * 2", "-(1)", "{sd_y}", "1e400", ""),
);
export const prior = nearly(
  fc
    .tuple(
      fc.constantFrom(
        "normal",
        "student_t",
        "cauchy",
        "gamma",
        "exponential",
        "lkj",
        "uniform",
        "beta",
        "lognormal",
        "constant",
        "inv_gamma",
        "logistic",
        "flat",
        "nothing",
      ),
      fc.array(value, { maxLength: 4 }),
      fc.array(
        fc.tuple(
          fc.constantFrom("class", "coef", "group", "dpar", "lb", "ub", "resp"),
          fc.constantFrom("b", "Intercept", "sd", "cor", "sigma", "x", "g", "z", "0", "1", '"b"', "mu"),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([name, args, rest]) =>
      [`${name}(${args.join(", ")})`, ...rest.map(([key, own]) => `${key}=${own}`)].join(", "),
    ),
);

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.double().map(String) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "a",
      "b",
      "TRUE",
      "FALSE",
      "NA",
      "",
      "1,5",
      "-99",
      "Inf",
      "nan",
      "0x10",
      " 1 ",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", maxLength: 6 }).map((text) => `"${text.replaceAll('"', '""')}"`),
  },
);
export const csv = nearly(
  fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc
      .tuple(
        fc.constantFrom(",", ";", "\t"),
        fc.constantFrom("\n", "\r\n", "\r", "\n\n"),
        fc.array(fc.oneof(fc.constantFrom("a", "b", "c", "d", "e", "f"), fc.string({ maxLength: 4 })), {
          minLength: width,
          maxLength: width,
        }),
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 12 }),
      )
      .map(([delimiter, end, names, rows]) => [names, ...rows].map((row) => row.join(delimiter)).join(end)),
  ),
);

/** The same, as bytes in some encoding, or in none. */
export const bytes = fc.oneof(
  csv.map((text) => new TextEncoder().encode(text)),
  csv.map((text) =>
    Uint8Array.from(`\uFEFF${text}`.split("").flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])),
  ),
  csv.map((text) => Uint8Array.from(text, (c) => c.charCodeAt(0) & 255)),
  fc.uint8Array({ maxLength: 200 }),
);

export const json = nearly(
  fc
    .oneof(
      fc.array(
        fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor"), fc.jsonValue({ maxDepth: 1 })),
        { maxLength: 6 },
      ),
      fc.dictionary(
        fc.string({ maxLength: 4 }),
        fc.array(fc.oneof(fc.double(), fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(null)), {
          maxLength: 6,
        }),
      ),
      fc.jsonValue(),
    )
    .map((own) => JSON.stringify(own)),
);

/** Responses on all scales. */
export const response = fc
  .tuple(
    fc.constantFrom(1, 1e-300, 1e-150, 1e-18, 1e-6, 1e6, 1e18, 1e150, 1e300),
    fc.constantFrom(0, 0, 1, 1e6, 1e12, -1e9),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.double({ min: -3, max: 3, noNaN: true })), {
      minLength: 24,
      maxLength: 24,
    }),
    fc.constantFrom("free", "constant", "within", "counts", "unit", "positive"),
  )
  .map(([scale, shift, values, kind]) =>
    values.map((own, i) => {
      if (kind === "constant") return scale + shift;
      if (kind === "within") return (values[i % 6]! + shift) * scale;
      if (kind === "counts") return Math.floor(Math.abs(own));
      if (kind === "unit") return Math.abs(own) % 1 || 0.5;
      return kind === "positive" ? (Math.abs(own) + 0.1) * scale : (own + shift) * scale;
    }),
  );

const parameter = fc.constantFrom(
  "x",
  "b_x",
  "Intercept",
  "b_Intercept",
  "sigma",
  "sd_g__Intercept",
  "r_g[a,Intercept]",
  "pi",
  "nothing",
);
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: fc.oneof(parameter, number) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie("any"), fc.constantFrom("+", "-", "*", "/", "^", "%%"), tie("any"))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("exp", "log", "abs", "max", "inv_logit", "none"), tie("any"))
        .map(([f, a]) => `${f}(${a})`),
    },
  ),
})).any;
export const hypothesisText = nearly(
  fc.tuple(expression, fc.constantFrom("=", "<", ">"), expression).map(([a, sign, b]) => `${a} ${sign} ${b}`),
);

export const nlmeInput = fc.record({
  formula: nearly(
    fc.constantFrom(
      "y ~ A + B * x",
      "y ~ SSlogis(x, A, B, C)",
      "y ~ A * exp(-B * x)",
      "y ~ A",
      "y ~ A + B * log(x)",
      "y ~ SSasymp(x, A, B, C)",
    ),
  ),
  fixed: nearly(fc.constantFrom("A + B ~ 1", "A + B + C ~ 1", "A ~ 1", "A ~ z", "A + B ~ f")),
  random: nearly(fc.constantFrom("A ~ 1 | g", "A + B ~ 1 | g", "A ~ 1 | h", "B ~ 1 | g")),
  start: fc.dictionary(fc.constantFrom("A", "B", "C"), fc.double({ min: -5, max: 5, noNaN: true })),
});

/** A place in a document, and what is put there. */
export const mutation = fc.record({
  steps: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 7 }),
  value: fc.oneof(
    fc.constantFrom<unknown>(undefined, null, -1, 0, 1e9, 1e308, "", "x", [], {}, true, Number.NaN),
    fc.jsonValue({ maxDepth: 2 }),
  ),
});

export const cliArguments = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "fit",
        "lmm",
        "glmm",
        "priors",
        "datasets",
        "hypothesis",
        "loo",
        "predict",
        "plot",
        "check",
        "compare",
        "resume",
        "report",
        "--help",
      ),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "sleepstudy",
        "Reaction ~ Days + (1 | Subject)",
        "nowhere",
        "--json",
        "--quiet",
        "--family",
        "poisson",
        "--chains",
        "--draws",
        "--warmup",
        "0",
        "1",
        "-5",
        "1e99",
      ),
    },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }).filter((text) => !text.includes("\0")) },
  ),
  { maxLength: 6 },
);
