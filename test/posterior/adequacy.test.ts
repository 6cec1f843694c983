/** Whether a model describes its data: what the verdict says besides computation. */
import { describe, expect, it } from "vitest";
import {
  type AdequacyFinding,
  adequacy,
  type BrmOptions,
  brm,
  compare,
  fitDocument,
  fitReport,
  glmm,
  hypothesis,
  kfold,
  lmm,
  loo,
  looCompare,
  looR2,
  marginalLikelihood,
  plotFit,
  powerScaling,
  prior,
  summary,
  waic,
} from "../../src/index.ts";
import { stream } from "../../src/random/streams.ts";

const short = { chains: 2, warmup: 200, draws: 300, createWorker: "none" } as const;
const kindsOf = (findings: readonly AdequacyFinding[]): string[] => findings.map(({ kind }) => kind);
const judge = async (formula: string, data: unknown, options: BrmOptions) =>
  adequacy(await brm(formula, data, { ...short, ...options }));

const rng = stream(7, 0, "test");
const normal = (): number => Array.from({ length: 12 }, () => rng.uniform()).reduce((a, b) => a + b, -6);
const poisson = (mean: number): number => {
  let k = 0;
  for (let p = rng.uniform(), limit = Math.exp(-mean); p > limit; p *= rng.uniform()) k++;
  return k;
};
const x = Array.from({ length: 150 }, (_, i) => (i % 15) / 7 - 1);

describe("models that describe their data", () => {
  it("are found adequate", async () => {
    const y = x.map((own) => 2 + own + normal());
    const n = x.map((own) => poisson(Math.exp(1 + own / 2)));
    expect((await judge("y ~ x", { x, y }, {})).findings).toEqual([]);
    expect((await judge("n ~ x", { x, n }, { family: "poisson" })).findings).toEqual([]);
  });
});

describe("models that do not", () => {
  it("are found overdispersed, with the figures", async () => {
    const n = x.map((own) => poisson(Math.exp(1 + own / 2 + normal())));
    const { findings, ok } = await judge("n ~ x", { x, n }, { family: "poisson" });
    expect(ok).toBe(false);
    expect(kindsOf(findings)).toContain("overdispersion");
    expect(findings.map(({ text }) => text).join(" ")).toMatch(/squared deviations are \d\.\d+ times/);
  });

  it("are found to predict too few zeros", async () => {
    const n = x.map((own) => (rng.uniform() < 0.4 ? 0 : poisson(Math.exp(1.5 + own / 4))));
    const { findings } = await judge("n ~ x", { x, n }, { family: "poisson" });
    const zeros = findings.find(({ kind }) => kind === "zeros");
    expect(zeros?.text).toMatch(/% of n are zero, but the model predicts/);
    expect(zeros?.remedy).toContain("zero-inflated");
  });

  it("are found to measure what was counted", async () => {
    const n = x.map((own) => poisson(Math.exp(own / 2)));
    const { findings } = await judge("n ~ x", { x, n }, {});
    expect(findings.find(({ kind }) => kind === "counts")?.text).toMatch(
      /n holds whole numbers from 0 .* the family gaussian is for measurements: \d+(\.\d+)? % .* negative/,
    );
  });

  it("are found to contradict their prior", async () => {
    const y = x.map((own) => 2 + 3 * own + normal());
    const { findings } = await judge(
      "y ~ x",
      { x, y },
      { priors: [prior("normal(-2, 0.2)", { coef: "x" })] },
    );
    expect(findings.find(({ kind }) => kind === "prior-conflict")?.text).toMatch(/disagree about .*b_x \(\d/);
  });

  it("are named in summary, document and report, which then does not say that the numbers can be used", async () => {
    const n = x.map((own) => poisson(Math.exp(1 + own / 2 + normal())));
    const fit = await brm("n ~ x", { x, n }, { ...short, family: "poisson" });
    expect(String(summary(fit))).toContain("overdispersed");
    expect(fitDocument(fit, summary(fit).rows, []).adequacy.ok).toBe(false);
    const html = await fitReport(fit);
    expect(html).toContain("does not describe the data");
    expect(html).not.toContain("the numbers can be used");
    const good = await brm("y ~ x", { x, y: x.map((own) => 2 + own + normal()) }, { ...short, draws: 800 });
    expect(await fitReport(good)).toContain("the numbers can be used");
  });
});

describe("separation and few groups", () => {
  const group = x.map((_, i) => (i < 50 ? "a" : i < 100 ? "b" : "c"));

  it("are said of the fit, with what to do", async () => {
    const y = x.map((_, i) => (group[i] === "c" ? 1 : i % 2));
    const fit = await brm("y ~ group", { group, y }, { ...short, draws: 50, family: "bernoulli" });
    expect(fit.warnings.join()).toMatch(
      /separation.*as groupc grows without bound.*normal\(0, 2\.5\), class=b/,
    );
    const held = await brm(
      "y ~ group",
      { group, y },
      { ...short, draws: 50, family: "bernoulli", priors: "normal(0, 1), class=b" },
    );
    expect(held.warnings.join()).toMatch(/limited by the prior alone/);
    const none = await brm(
      "y ~ group",
      { group, y: x.map((_, i) => i % 2) },
      { ...short, draws: 50, family: "bernoulli" },
    );
    expect(none.warnings.join()).not.toContain("separation");
  });

  it("of counts too: a level of zeros", async () => {
    const n = x.map((_, i) => (group[i] === "b" ? 0 : i % 4));
    const fit = await brm("n ~ group", { group, n }, { ...short, draws: 50, family: "poisson" });
    expect(fit.warnings.join()).toMatch(/no counts but zero.*as groupb grows/);
  });

  it("of three groups", async () => {
    const y = x.map((own) => own + normal());
    const fit = await brm("y ~ x + (x | group)", { x, y, group }, { ...short, draws: 50 });
    expect(fit.warnings.join()).toMatch(
      /group has only 3 levels \(a, b, c\): the standard deviations and correlations/,
    );
  });

  it("one row per level is no fault where sigma is known, or there is none", async () => {
    const study = x.map((_, i) => `s${i}`);
    const y = x.map((own) => own + normal());
    const s = x.map(() => 0.5);
    const n = x.map(() => poisson(3));
    const warningsOf = async (formula: string, options: BrmOptions = {}) =>
      (
        await brm(formula, { x, y, s, n, study }, { ...short, draws: 20, warmup: 50, ...options })
      ).warnings.join();
    expect(await warningsOf("y ~ x + (1 | study)")).toContain("exactly one row");
    expect(await warningsOf("y | se(s) ~ x + (1 | study)")).not.toContain("exactly one row");
    expect(await warningsOf("n ~ x + (1 | study)", { family: "poisson" })).not.toContain("exactly one row");
  });
});

describe("draws from the prior alone", () => {
  it("are marked everywhere, and refused where a posterior is needed", async () => {
    const g = x.map((_, i) => `g${i % 8}`);
    const data = { x, g, y: x.map((own) => 2 + own + normal()) };
    const formula = "y ~ x + (1 | g)";
    const fit = await brm(formula, data, { ...short, samplePrior: true, priors: [prior("normal(0, 1)")] });
    expect(summary(fit).print()).toMatch(/PRIOR: these are draws from the prior alone/);
    expect(fitDocument(fit, summary(fit).rows, [])).toMatchObject({
      priorOnly: true,
      adequacy: { ok: false, findings: [{ kind: "prior-only" }] },
    });
    const html = await fitReport(fit);
    expect(html).toContain("this is the prior alone");
    expect(html).not.toContain("the numbers can be used");
    expect(JSON.stringify(plotFit(fit, "dens").spec.title)).toContain("Draws from the prior alone");
    for (const ask of [
      () => loo(fit),
      () => waic(fit),
      () => looR2(fit),
      () => looCompare({ a: fit, b: fit }),
      () => marginalLikelihood(fit),
      () => powerScaling(fit),
      () => compare(fit, lmm(formula, data)),
    ]) {
      expect(ask).toThrow(/needs a posterior, but this fit drew from the prior alone/);
    }
    await expect(kfold(fit)).rejects.toThrow(/needs a posterior/);
    expect(hypothesis(fit, "x > 0")[0]!.probability).toBeGreaterThan(0.3);
  });
});

describe("compare() says only what its figures show", () => {
  const g = x.map((_, i) => `g${i % 10}`);

  it("a tight prior on coefficients, not skewness, when that inflates sigma", async () => {
    const data = { x, g, y: x.map((own) => 5 * own + normal()) };
    const formula = "y ~ x + (1 | g)";
    const fit = await brm(formula, data, {
      ...short,
      draws: 500,
      priors: [prior("normal(0, 0.1)", { coef: "x" })],
    });
    const remarks = compare(fit, lmm(formula, data)).remarks.join("\n");
    expect(remarks).toMatch(/The prior moves .*sigma \(\d/);
    expect(remarks).not.toMatch(/sigma \(skewness/);
  });

  it("keeps the warnings of glmm(), and claims nothing of a separated coefficient", async () => {
    const group = x.map((_, i) => (i % 3 === 0 ? "b" : "a"));
    const data = { g, group, y: x.map((_, i) => (group[i] === "b" ? 1 : i % 2)) };
    const formula = "y ~ group + (1 | g)";
    const fit = await brm(formula, data, {
      ...short,
      draws: 100,
      family: "bernoulli",
      priors: "normal(0, 2), class=b",
    });
    const other = glmm(formula, data, { family: "bernoulli" });
    const { remarks } = compare(fit, other);
    for (const warning of other.warnings) expect(remarks.join("\n")).toContain(warning);
    expect(remarks.join("\n")).not.toContain("no prior acts");
  });
});
