/** Going on with a fit gives the draws of a run that never stopped. */
import { readFileSync } from "node:fs";
import {
  brm,
  brmMultiple,
  type Fit,
  fitDocument,
  loadFit,
  readCsv,
  resume,
  sampleUntil,
  saveFit,
  summarise,
  update,
} from "nutmix";
import { describe, expect, it } from "vitest";

const sleepstudy = readCsv(readFileSync("examples/sleepstudy/data.csv", "utf8"));
const formula = "Reaction ~ Days + (1 | Subject)";
const base = { seed: 5, chains: 3, warmup: 150, cores: 1 } as const;

const reload = (fit: Fit): Fit => {
  const files = saveFit(fit, fitDocument(fit, summarise(fit.draws), []));
  return loadFit((name) => files.get(name));
};

describe.each(["explicit", "collapsed"] as const)("%s", (strategy) => {
  it("more draws of a finished fit, after saving and loading it", async () => {
    const whole = await brm(formula, sleepstudy, { ...base, strategy, draws: 120 });
    const part = await brm(formula, sleepstudy, { ...base, strategy, draws: 50 });
    const longer = await resume(reload(part), { draws: 120, cores: 1 });
    expect(longer.draws).toEqual(whole.draws);
    expect(longer.adaptation.map((own) => own.samplingLeapfrogs)).toEqual(
      whole.adaptation.map((own) => own.samplingLeapfrogs),
    );
  });

  it("an interrupted run to its end", async () => {
    const settings = { ...base, strategy, draws: 400 };
    const whole = await brm(formula, sleepstudy, settings);
    const controller = new AbortController();
    const stopped = await brm(formula, sleepstudy, {
      ...settings,
      createWorker: "none",
      signal: controller.signal,
      onProgress: ({ chain, phase }) => {
        // The second chain is stopped at its first draws, the third never begins.
        if (chain === 1 && phase === "sampling") controller.abort();
      },
    });
    expect(stopped.interrupted).toBe(true);
    expect(stopped.draws.draws).toBeLessThan(400);
    const finished = await resume(reload(stopped), { cores: 2 });
    expect(finished.interrupted).toBe(false);
    expect(finished.draws).toEqual(whole.draws);
  });
});

describe("a saved fit", () => {
  it("is the same fit again", async () => {
    const fit = await brm("Reaction ~ poly(Days, 2) + (1 | Subject); sigma ~ Days", sleepstudy, {
      ...base,
      draws: 30,
      priors: ["normal(0, 100), class=b"],
    });
    expect(reload(fit)).toEqual(fit);
  });

  it("is refused when a file is absent, cut off or edited", async () => {
    const fit = await brm(formula, sleepstudy, { ...base, draws: 20 });
    const files = new Map(saveFit(fit, fitDocument(fit, summarise(fit.draws), [])));
    const loading = (name: string, text: string | Uint8Array | undefined) => () =>
      loadFit((wanted) => (wanted === name ? text : files.get(wanted)));
    const json = files.get("fit.json") as string;
    const csv = files.get("draws-2.csv") as string;
    expect(loading("fit.json", undefined)).toThrow(/there is no fit.json/);
    expect(loading("fit.json", json.slice(0, -100))).toThrow(/not complete JSON/);
    expect(loading("fit.json", "{}")).toThrow(/not a saved fit/);
    expect(loading("fit.json", json.replace('"nobs":180', '"nobs":181'))).toThrow(/fit.json was changed/);
    expect(loading("fit.json", json.replace('"format":1', '"format":99'))).toThrow(/format 99/);
    expect(loading("draws-2.csv", undefined)).toThrow(/there is no draws-2.csv/);
    expect(loading("draws-2.csv", csv.slice(0, -300))).toThrow(/draws-2.csv was cut off or changed/);
    expect(loading("draws-3.csv", files.get("draws-2.csv"))).toThrow(/draws-3.csv/);
  });
});

describe("sampleUntil", () => {
  it("draws until the precision is reached", async () => {
    const fit = await brm(formula, sleepstudy, { ...base, strategy: "explicit", draws: 40 });
    const precise = await sampleUntil(fit, { ess: 250, rhat: 1.05 }, { cores: 1 });
    const main = summarise(precise.draws).filter(({ name }) => !name.startsWith("r_"));
    for (const row of main) expect(Math.min(row.essBulk, row.essTail)).toBeGreaterThanOrEqual(250);
    expect(precise.draws.draws).toBeGreaterThan(40);
    expect([...precise.draws.values.subarray(0, 100)]).toEqual([...fit.draws.values.subarray(0, 100)]);
  });

  it("stops when the time is up and says what was missed", async () => {
    const fit = await brm(formula, sleepstudy, { ...base, draws: 20 });
    const stopped = await sampleUntil(fit, { ess: 1e9, maxSeconds: 0.2 }, { cores: 1 });
    expect(stopped.warnings.at(-1)).toMatch(/least effective sample size \d+ of 1000000000/);
    await expect(sampleUntil(fit, { ess: -1 })).rejects.toThrow(/ess > 0/);
    await expect(resume(fit)).rejects.toThrow(/20 draws already/);
  });
});

describe("update", () => {
  it("changes the formula, the data or the settings", async () => {
    const fit = await brm("Reaction ~ Days + (Days | Subject)", sleepstudy, { ...base, draws: 20 });
    const smaller = await update(fit, {
      formula: ". ~ . - (Days | Subject) + (1 | Subject)",
      draws: 10,
    }).catch(() => update(fit, { formula: ". ~ Days + (1 | Subject)", draws: 10 }));
    expect(smaller.draws.names).not.toContain("sd_Subject__Days");
    expect(smaller.draws.draws).toBe(10);
    const squared = await update(fit, { formula: ". ~ . + I(Days^2)" });
    expect(squared.draws.names).toContain("b_IDaysE2");
    const again = await update(fit, {});
    expect(again.draws.values).toEqual(fit.draws.values);
    await expect(update(fit, { formula: ". ~ . + Age" })).rejects.toThrow(/no column "Age"/);
  });
});

describe("brmMultiple", () => {
  it("pools the draws of several data sets", async () => {
    const columns = (shift: number) => {
      const values = (name: string) =>
        Array.from((sleepstudy.columns.get(name) as { values: Float64Array }).values);
      return { Days: values("Days"), Reaction: values("Reaction").map((y, i) => y + shift * Math.sin(i)) };
    };
    const pooled = await brmMultiple("Reaction ~ Days", [columns(0), columns(5)], { ...base, draws: 30 });
    expect([pooled.draws.chains, pooled.draws.draws, pooled.fits.length]).toEqual([6, 30, 2]);
    expect([...pooled.draws.values.subarray(90 * pooled.draws.names.length)]).toEqual([
      ...pooled.fits[1]!.draws.values,
    ]);
    await expect(brmMultiple(formula, [])).rejects.toThrow(/at least one data set/);
    await expect(resume(pooled, { draws: 60 })).rejects.toThrow(/cannot be continued/);
  });
});
