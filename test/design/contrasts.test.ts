/** How factors are coded: reference levels, contrasts of every kind, and what is said of them. */
import { describe, expect, it } from "vitest";
import { buildModel, codingInWords, describeFactors, glmm, lmm, readCsv } from "../../src/index.ts";

const groups = ["Drug", "control", "Xylo"];
const data = Array.from({ length: 36 }, (_, i) => ({
  y: ((i * 7) % 11) + (i % 3) * 2,
  n: (i * 5) % 7,
  group: groups[i % 3]!,
  dose: ["low", "mid", "high"][Math.floor(i / 3) % 3]!,
  year: 1998 + (i % 3),
  g: `g${i % 6}`,
}));
const ordered = { columnTypes: { dose: { ordered: ["low", "mid", "high"] } } } as const;

const namesOf = (formula: string, options = {}): readonly string[] =>
  buildModel(formula, data, options).design.predictors[0]!.population.names;
/** The values of the columns at the first row of each level, in the order of `levels`. */
function codesOf(
  formula: string,
  options: object,
  levels: readonly string[],
  of: "group" | "dose",
): number[][] {
  const { design } = buildModel(formula, data, options);
  const { columns, names } = design.predictors[0]!.population;
  return levels.map((level) => {
    const row = data.findIndex((own) => own[of] === level);
    return names.map((_, k) => columns[k * design.nobs + row]!);
  });
}

describe("the reference level", () => {
  it("is the first by code point, and is said to be so", () => {
    const spec = buildModel("y ~ group", data);
    expect(spec.design.predictors[0]!.population.names).toEqual(["groupXylo", "groupcontrol"]);
    expect(codingInWords(spec.design)).toEqual(['group: reference "Drug", against it Xylo, control']);
  });

  it("is chosen by option, alike in brm(), lmm() and glmm(), keeping the order of the other levels", () => {
    const reference = { group: "control" };
    expect(namesOf("y ~ group", { reference })).toEqual(["groupDrug", "groupXylo"]);
    const fit = lmm("y ~ group + (1 | g)", data, { reference });
    expect(fit.fixed.names).toEqual(["(Intercept)", "groupDrug", "groupXylo"]);
    expect(describeFactors(fit.design)[0]).toMatchObject({ variable: "group", reference: "control" });
    const counts = glmm("n ~ group + (1 | g)", data, { family: "poisson", reference });
    expect(counts.fixed.names).toEqual(["(Intercept)", "groupDrug", "groupXylo"]);
  });

  it("of a call is named by its text; relevel() and C(base =) do the same in the formula", () => {
    expect(namesOf("y ~ factor(year)", { reference: { "factor(year)": 1999 } })).toEqual([
      "factor(year)1998",
      "factor(year)2000",
    ]);
    expect(namesOf('y ~ relevel(group, ref = "control")')).toEqual([
      'relevel(group, ref = "control")Drug',
      'relevel(group, ref = "control")Xylo',
    ]);
    expect(namesOf("y ~ C(group, treatment, base = 2)")).toEqual([
      "C(group, treatment, base = 2)Drug",
      "C(group, treatment, base = 2)control",
    ]);
  });

  it("that does not exist is refused", () => {
    expect(() => namesOf("y ~ group", { reference: { group: "Control" } })).toThrow(
      /"group" has no level "Control" to refer to; it has Drug, Xylo, control; did you mean "control"/,
    );
    expect(() => namesOf("y ~ group", { reference: { grup: "control" } })).toThrow(/did you mean "group"/);
    expect(() => namesOf("y ~ year", { reference: { year: 1999 } })).toThrow(/holds numbers/);
    expect(() => namesOf("y ~ dose", { ...ordered, reference: { dose: "mid" } })).toThrow(/ordered factor/);
    expect(() => namesOf("y ~ group", { reference: { "factor(year)": 1999 } })).toThrow(
      /not a factor of the formula/,
    );
  });
});

describe("contrasts", () => {
  const levels = ["Drug", "Xylo", "control"];

  it("have R's columns and names, as option and as C() in the formula", () => {
    const cases: [string, string[], number[][]][] = [
      [
        "treatment",
        ["Xylo", "control"],
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
      ],
      [
        "SAS",
        ["Drug", "Xylo"],
        [
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
      [
        "sum",
        ["1", "2"],
        [
          [1, 0],
          [0, 1],
          [-1, -1],
        ],
      ],
      [
        "helmert",
        ["1", "2"],
        [
          [-1, -1],
          [1, -1],
          [0, 2],
        ],
      ],
    ];
    for (const [name, suffixes, rows] of cases) {
      for (const own of [name, `contr.${name}`]) {
        const options = { contrasts: { group: own } };
        expect(namesOf("y ~ group", options)).toEqual(suffixes.map((suffix) => `group${suffix}`));
        expect(codesOf("y ~ group", options, levels, "group")).toEqual(rows);
        const call = `C(group, ${own})`;
        expect(namesOf(`y ~ ${call}`)).toEqual(suffixes.map((suffix) => call + suffix));
        expect(codesOf(`y ~ ${call}`, {}, levels, "group")).toEqual(rows);
      }
    }
    expect(
      namesOf("y ~ dose", {
        columnTypes: { dose: { factor: ["low", "mid", "high"] } },
        contrasts: { dose: "poly" },
      }),
    ).toEqual(["dose.L", "dose.Q"]);
    expect(namesOf("y ~ dose", { ...ordered, contrasts: { ordered: "treatment" } })).toEqual([
      "dosemid",
      "dosehigh",
    ]);
  });

  it("may be a matrix of one's own: rows by level or in their order, with names", () => {
    const rows = { Drug: [-1, 1], control: [1, 1], Xylo: [0, -2] };
    for (const group of [
      { rows, names: [".a", ".b"] },
      {
        rows: [
          [-1, 1],
          [0, -2],
          [1, 1],
        ],
        names: [".a", ".b"],
      },
    ]) {
      expect(namesOf("y ~ group", { contrasts: { group } })).toEqual(["group.a", "group.b"]);
      expect(codesOf("y ~ group", { contrasts: { group } }, ["Drug", "Xylo", "control"], "group")).toEqual([
        [-1, 1],
        [0, -2],
        [1, 1],
      ]);
    }
    expect(namesOf("y ~ group", { contrasts: { group: [-1, 0, 1] } })).toEqual(["group1"]);
    expect(codesOf("y ~ C(group, c(-1/2, 0, 1/2))", {}, levels, "group")).toEqual([[-0.5], [0], [0.5]]);
    expect(namesOf("y ~ C(group, cbind(c(-1, 0, 1), q = c(1, -2, 1)))")).toEqual([
      "C(group, cbind(c(-1, 0, 1), q = c(1, -2, 1)))1",
      "C(group, cbind(c(-1, 0, 1), q = c(1, -2, 1)))q",
    ]);
    const { design } = buildModel("y ~ group", data, { contrasts: { group: { rows } } });
    expect(codingInWords(design)).toEqual([
      "group: contrasts of your own: Drug (-1, 1), Xylo (0, -2), control (1, 1)",
    ]);
  });

  it("that do not fit the factor are refused", () => {
    const thrown = (group: unknown) => () => namesOf("y ~ group", { contrasts: { group } });
    expect(thrown([-1, 1])).toThrow(/2 rows are given for 3 levels \(Drug, Xylo, control\)/);
    expect(thrown({ rows: { Drug: 1, Xylo: 0 } })).toThrow(/no row for the level "control"/);
    expect(thrown({ rows: { Drug: 1, Xylo: 0, contrl: 1 } })).toThrow(/no level "contrl"/);
    expect(
      thrown([
        [1, 2],
        [2, 4],
        [0, 0],
      ]),
    ).toThrow(/column 2 is a combination of/);
    expect(thrown([1, 1, 1])).toThrow(/column 1 is a combination of the intercept/);
    expect(
      thrown([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ).toThrow(/1 to 2 contrasts, not 3/);
    expect(thrown([[1, 0], [0], [0, 1]])).toThrow(/row of level "Xylo"/);
    expect(thrown("summ")).toThrow(/no contrasts "summ".*did you mean "sum"/);
    expect(() => namesOf("y ~ group", { contrasts: { year: "sum" } })).toThrow(
      /"year", which is not a factor/,
    );
  });

  it("are no columns: C(group, sum) works where a column is called sum", () => {
    const own = data.map((row, i) => ({ ...row, sum: i === 3 ? null : i }));
    const { design } = buildModel("y ~ C(group, sum)", own);
    expect(design.nobs).toBe(own.length);
  });

  it("do not change what a model says, only its coefficients", () => {
    const fits = [
      {},
      { contrasts: { group: "sum" } },
      { contrasts: { group: "helmert" } },
      { reference: { group: "control" } },
    ].map((options) => lmm("y ~ group + (1 | g)", data, { reml: false, ...options } as never));
    for (const fit of fits) expect(fit.logLik).toBeCloseTo(fits[0]!.logLik, 8);
    const [treatment, sum] = fits.map((fit) => fit.fixed.estimates);
    const [a, b, c] = [treatment![0]!, treatment![0]! + treatment![1]!, treatment![0]! + treatment![2]!];
    expect(sum![0]).toBeCloseTo((a + b + c) / 3, 8);
    expect(sum![1]).toBeCloseTo(a - (a + b + c) / 3, 8);
  });

  it("are said in words for every coding", () => {
    const wordsOf = (formula: string, options = {}) =>
      codingInWords(buildModel(formula, data, options).design);
    expect(wordsOf("y ~ group", { contrasts: { group: "SAS" } })).toEqual([
      'group: reference "control", against it Drug, Xylo',
    ]);
    expect(wordsOf("y ~ group", { contrasts: { group: "sum" } })).toEqual([
      'group: sum contrasts, each level against the mean of all: 1 = Drug, 2 = Xylo; "control" is minus their sum',
    ]);
    expect(wordsOf("y ~ dose", ordered)).toEqual(["dose: polynomial contrasts over low < mid < high"]);
    expect(wordsOf("y ~ 0 + group")).toEqual(["group: a coefficient for every level: Drug, Xylo, control"]);
    const answers = data.map((row, i) => ({ ...row, ill: i % 2 === 0 ? "yes" : "no" }));
    expect(codingInWords(buildModel("ill ~ 1", answers, { family: "bernoulli" }).design)).toEqual([
      'ill: "yes" (1) against "no" (0)',
    ]);
  });

  it("of a CSV table are those of its levels", () => {
    const table = readCsv("y,f\n1,b\n2,a\n3,c\n4,b\n5,a\n", {
      columnTypes: { f: { factor: ["b", "a", "c"] } },
    });
    expect(buildModel("y ~ f", table).design.predictors[0]!.population.names).toEqual(["fa", "fc"]);
  });
});
