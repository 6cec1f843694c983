/** Every options object is checked: a name that is ignored would be an answer to another question. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as nutmix from "../src/index.ts";
import { checkOptions, flag, type OptionTable, whole } from "../src/options.ts";

const data = Array.from({ length: 24 }, (_, i) => ({
  y: ((i * 7) % 11) + (i % 3),
  x: i % 4,
  f: "abc"[i % 3]!,
  g: `g${i % 6}`,
}));
const formula = "y ~ x + f + (1 | g)";
const short = { chains: 1, warmup: 50, draws: 20, createWorker: "none" } as const;

let fit: nutmix.Fit;
let mixed: nutmix.LmmFit;
let counts: nutmix.GlmmFit;
beforeAll(async () => {
  fit = await nutmix.brm(formula, data, short);
  mixed = nutmix.lmm(formula, data);
  counts = nutmix.glmm(formula, data, { family: "poisson" });
});

/** Each public function that takes options, called with options that JavaScript would not notice. */
const calls: Readonly<Record<string, (options: never) => unknown>> = {
  "brm()": (o) => nutmix.brm(formula, data, o),
  "buildModel()": (o) => nutmix.buildModel(formula, data, o),
  "lmm()": (o) => nutmix.lmm(formula, data, o),
  "glmm()": (o) => nutmix.glmm(formula, data, o),
  "nlme()": (o) => nutmix.nlme("y ~ a * x", data, { fixed: "a ~ 1", random: "a ~ 1 | g", ...(o as object) }),
  "readCsv()": (o) => nutmix.readCsv("y,x\n1,2\n", o),
  "update()": (o) => nutmix.update(fit, o),
  "resume()": (o) => nutmix.resume(fit, o),
  "sampleUntil()": (o) => nutmix.sampleUntil(fit, o),
  "kfold()": (o) => nutmix.kfold(fit, o),
  "reloo()": (o) => nutmix.reloo(fit, o),
  "sample()": (o) => nutmix.sample(nutmix.compileModel(fit.spec), o),
  "predict()": (o) => nutmix.predict(fit, undefined, o),
  "epred()": (o) => nutmix.epred(fit, undefined, o),
  "linpred()": (o) => nutmix.linpred(fit, undefined, o),
  "residuals()": (o) => nutmix.residuals(fit, undefined, o),
  "logLik()": (o) => nutmix.logLik(fit, undefined, o),
  "summary()": (o) => nutmix.predict(fit).summary(o),
  "print()": (o) => nutmix.summary(fit).print(o),
  "summarise()": (o) => nutmix.summarise(fit.draws, o),
  "averagePredictions()": (o) => nutmix.averagePredictions({ a: fit }, { a: 1 }, undefined, o),
  "ppCheck()": (o) => nutmix.ppCheck(fit, "stat", o),
  "loo()": (o) => nutmix.loo(fit, o),
  "bayesR2()": (o) => nutmix.bayesR2(fit, o),
  "looR2()": (o) => nutmix.looR2(fit, o),
  "hypothesis()": (o) => nutmix.hypothesis(fit, "x > 0", o),
  "conditionalEffects()": (o) => nutmix.conditionalEffects(fit, o),
  "marginalEffects()": (o) => nutmix.marginalEffects(fit, "x", o),
  "estimatedMeans()": (o) => nutmix.estimatedMeans(fit, "f", o),
  "intervals()": (o) => nutmix.intervals(fit, o),
  "fixef()": (o) => nutmix.fixef(fit, o),
  "ranef()": (o) => nutmix.ranef(fit, o),
  "coef()": (o) => nutmix.coef(fit, o),
  "varCorr()": (o) => nutmix.varCorr(fit, o),
  "variancePartition()": (o) => nutmix.variancePartition(fit, o),
  "plotFit()": (o) => nutmix.plotFit(fit, "trace", o),
  "plots.trace()": (o) => nutmix.plots.trace(fit, o),
  "plots.intervals()": (o) => nutmix.plots.intervals(fit, o),
  "fitReport()": (o) => nutmix.fitReport(fit, o),
  "printMixedModel()": (o) => nutmix.printMixedModel(mixed, o),
  "mixedReport()": (o) => nutmix.mixedReport(mixed, o),
  "lmmDocument()": (o) => nutmix.lmmDocument(mixed, o),
  "glmmDocument()": (o) => nutmix.glmmDocument(counts, o),
  "emmeans()": (o) => nutmix.emmeans(mixed, "f", o),
  "contrasts()": (o) => nutmix.contrasts(mixed, "f", o),
  "anova()": (o) => nutmix.anova(mixed, o),
  "bootstrap()": (o) => nutmix.bootstrap(mixed, o),
  "influence()": (o) => nutmix.influence(mixed, o),
  "profileIntervals()": (o) => nutmix.profileIntervals(mixed, o),
  "glmmProfileIntervals()": (o) => nutmix.glmmProfileIntervals(counts, o),
  "gee()": (o) => nutmix.gee("y ~ x", data, { groups: "g", ...(o as object) }),
  "pool()": (o) => nutmix.pool([mixed, mixed], o),
  "robustInference()": (o) => nutmix.robustInference(mixed, o),
  "bootstrapTest()": (o) => nutmix.bootstrapTest(mixed, mixed, o),
  "sbc()": (o) => nutmix.sbc(formula, [], data, o),
  "plots.sbcRanks()": (o) => nutmix.plots.sbcRanks({ parameters: [] }, o),
  "powerScaling()": (o) => nutmix.powerScaling(fit, o),
  "qqEnvelope()": (o) => nutmix.qqEnvelope(Float64Array.of(1, 2, 3), o),
  "plots.energy()": (o) => nutmix.plots.energy(fit, o),
  "scaledResiduals()": (o) => nutmix.scaledResiduals(counts, o),
};

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(nutmix.SettingsError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("options that do not exist", () => {
  it.each(Object.entries(calls))("are refused by %s", async (name, call) => {
    const message = await messageOf(() => call({ notAnOption: 1 } as never));
    expect(message).toContain(`${name} has no option "notAnOption"`);
  });

  it("are answered with the nearest that do, also for names of other packages", async () => {
    const cases: [keyof typeof calls, object, string][] = [
      ["brm()", { chain: 1 }, '"chains"'],
      ["brm()", { iter: 100 }, '"draws" and "warmup"'],
      ["brm()", { adapt_delta: 0.9 }, '"adaptDelta"'],
      ["brm()", { prior: [] }, '"priors"'],
      ["lmm()", { REML: false }, '"reml"'],
      ["glmm()", { nAGQ: 5 }, '"nodes"'],
      ["predict()", { re_formula: "none" }, '"reFormula"'],
      ["predict()", { allow_new_levels: true }, '"newLevels"'],
      ["readCsv()", { sep: ";" }, '"delimiter"'],
      ["loo()", { moment_match: true }, '"momentMatch"'],
      ["kfold()", { K: 5 }, '"folds"'],
    ];
    for (const [name, options, wanted] of cases) {
      const message = await messageOf(() => calls[name]!(options as never));
      expect(message).toContain(`did you mean ${wanted}?`);
    }
  });
});

/** What only other parts of the package call, with options that were checked before. */
const INTERNAL = new Set([
  "data/read-json.ts",
  // Links are checked against the parameters of the family.
  "families/builders.ts",
  "families/index.ts",
  "design/build.ts",
  "design/new-data.ts",
  "model/compile.ts",
  "plots/density-grid.ts",
  "quantities/predictor-key.ts",
  "reml/fit-linear-model.ts",
  "reml/linear-model.ts",
  "reml/means/estimated-means.ts",
  "reml/means/reference-grid.ts",
  "reml/minimise.ts",
  "reml/residual/fit-residual.ts",
]);

it("every other file that takes options checks them", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const takes = /(?:[oO]ptions|\})(?:: [^=;{]*(?:Options|\{[^}]*\})[^=;{]*)? = \{\}[,)]/;
  const unchecked = files.filter((file) => {
    const text = readFileSync(`src/${file}`, "utf8");
    return !INTERNAL.has(file) && takes.test(text) && !text.includes("checkOptions");
  });
  expect(unchecked).toEqual([]);
});

describe("values of options", () => {
  it("of the wrong kind are refused, naming function, option and value", async () => {
    expect(await messageOf(() => nutmix.lmm(formula, data, { reml: "no" as never }))).toBe(
      'lmm(): reml must be true or false, not "no"',
    );
    expect(await messageOf(() => nutmix.brm(formula, data, { chains: "4" as never }))).toContain(
      "brm(): chains must be a whole number, at least 1",
    );
    expect(await messageOf(() => nutmix.lmm(formula, data, false as never))).toContain(
      "options as an object",
    );
    expect(await messageOf(() => nutmix.conditionalEffects(fit, { effects: 3 as never }))).toContain(
      "effects must be",
    );
  });

  it("that are undefined count as not given", () => {
    const table = { a: flag, b: whole(1) } satisfies OptionTable<{ a?: boolean; b?: number }>;
    expect(Object.keys(checkOptions("f()", table, { a: undefined, b: 2 } as { b: number }))).toEqual(["b"]);
    expect(nutmix.lmm(formula, data, { reml: undefined as never }).method).toBe("REML");
  });
});

describe("priors", () => {
  const rule = { prior: "normal(0, 2)", class: "b", coef: "x" };
  const priorOfX = (priors: never): string | undefined =>
    nutmix.buildModel(formula, data, { priors }).priors.find(({ target }) => target.coef === "x")?.prior;

  it("may be plain objects, one or a list, alone or on top of a set, like those of prior()", () => {
    expect(priorOfX([nutmix.prior("normal(0, 2)", { coef: "x" })] as never)).toBe("normal(0, 2)");
    expect(priorOfX([rule] as never)).toBe("normal(0, 2)");
    expect(priorOfX(rule as never)).toBe("normal(0, 2)");
    expect(priorOfX({ rules: [rule] } as never)).toBe("normal(0, 2)");
    expect(priorOfX({ set: "rstanarm", rules: [rule] } as never)).toBe("normal(0, 2)");
    expect(priorOfX("normal(0, 2), class=b, coef=x" as never)).toBe("normal(0, 2)");
  });

  it("with fields that do not exist or values of the wrong kind are refused", () => {
    const thrown = (priors: unknown) => () => priorOfX(priors as never);
    expect(thrown([{ ...rule, parameter: "x" }])).toThrow(/unknown field "parameter"/);
    expect(thrown([{ ...rule, coef: 3 }])).toThrow(/coef of the prior .* is a text, not 3/);
    expect(thrown([{ distribution: "normal(0, 2)", class: "b" }])).toThrow(nutmix.PriorError);
    expect(thrown({ sets: "rstanarm" })).toThrow(/no option "sets".*did you mean "set"/);
    expect(thrown([3])).toThrow(nutmix.PriorError);
  });
});
