/** Families of one's own, on every path. */
import {
  brm,
  buildModel,
  compileModel,
  customFamily,
  expressions as e,
  epred,
  fitDocument,
  loadFit,
  logLik,
  loo,
  ppCheck,
  predict,
  saveFit,
  summarise,
} from "nutmix";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/streams.ts";

const rng = stream(9, 0, "data");
const rows = 90;
const x = Array.from({ length: rows }, () => rng.normal());
const g = Array.from({ length: rows }, (_, i) => `g${i % 6}`);
const real = x.map((value, i) => 1 + 0.5 * value + 0.3 * (i % 6) + 0.8 * rng.normal());
const counts = x.map((value) => Math.floor(-Math.exp(1 + 0.3 * value) * Math.log(rng.uniform())));
const side = x.map((_, i) => ["none", "right", "left"][i % 3]!);
const data = { x, g, real, counts, side };

/** The normal family once more, on natural scales. */
const normal = customFamily({
  name: "my_normal",
  dpars: ["mu", "sigma"],
  priors: { sigma: "student_t(3, 0, 2.5)" },
  logDensity: ({ y, mu, sigma }) =>
    e.sub(
      e.neg(e.log(sigma)),
      e.add(0.5 * Math.log(2 * Math.PI), e.mul(0.5, e.square(e.div(e.sub(y, mu), sigma)))),
    ),
  logCdf: ({ y, mu, sigma }) => e.logNormalCdf(e.div(e.sub(y, mu), sigma)),
  logCcdf: ({ y, mu, sigma }) => e.logNormalCdf(e.div(e.sub(mu, y), sigma)),
  mean: ({ mu }) => mu,
  sample: ({ mu, sigma, normal: z }) => e.add(mu, e.mul(sigma, z())),
});

/** The Poisson family once more: draws and means follow from its probabilities. */
const poisson = customFamily({
  name: "my_poisson",
  dpars: ["mu"],
  links: { mu: "log" },
  response: "count",
  logDensity: ({ y, mu }) => e.sub(e.sub(e.mul(y, e.log(mu)), mu), e.logGamma(e.add(y, 1))),
});

type Options = NonNullable<Parameters<typeof buildModel>[2]>;

/** The posteriors of two families agree at random points. */
function same(formula: string, ours: Options, theirs: Options): void {
  const random = stream(4, 0, "test");
  const a = compileModel(buildModel(formula, data, ours));
  const b = compileModel(buildModel(formula, data, theirs));
  expect(a.density.dimension).toBe(b.density.dimension);
  const left = new Float64Array(a.density.dimension);
  const right = new Float64Array(a.density.dimension);
  for (let k = 0; k < 5; k++) {
    const q = left.map(() => 0.5 * random.normal());
    const value = b.density.evaluate(q, right);
    expect(Math.abs(a.density.evaluate(q, left) / value - 1)).toBeLessThan(1e-12);
    const scale = right.reduce((most, slope) => Math.max(most, Math.abs(slope)), 1);
    left.forEach((slope, i) => {
      expect(Math.abs(slope - right[i]!)).toBeLessThan(1e-11 * scale);
    });
  }
}

const sigma = ["student_t(3, 0, 2.5), class=sigma"];

describe("customFamily", () => {
  it.each(["js", "wasm"] as const)("gives the posterior of the built-in family (%s)", (backend) => {
    const own = { backend, strategy: "explicit", likelihood: "rows", priors: sigma } as const;
    same("real ~ x + (1 | g)", { ...own, family: normal }, { ...own, family: "gaussian" });
    same(
      "real ~ x; sigma ~ x",
      { backend, family: normal, priors: ["student_t(3, 0, 2.5), class=Intercept, dpar=sigma"] },
      { backend, family: "gaussian" },
    );
    same("real | cens(side) ~ x", { ...own, family: normal }, { ...own, family: "gaussian" });
    same("counts ~ x + (1 | g)", { backend, family: poisson }, { backend, family: "poisson" });
    same("counts | cens(side) ~ x", { backend, family: poisson }, { backend, family: "poisson" });
  });

  it("is fitted in workers, saved, loaded, predicted from and checked", async () => {
    const options = { family: poisson, chains: 2, warmup: 150, draws: 50, cores: 2, seed: 1 };
    const fit = await brm("counts ~ x + (1 | g)", data, options);
    const built = await brm("counts ~ x + (1 | g)", data, { ...options, family: "poisson" });
    expect(fit.spec.family.name).toBe("my_poisson");

    const files = saveFit(fit, fitDocument(fit, summarise(fit.draws), []));
    const loaded = await loadFit((name) => files.get(name));
    expect(loaded.spec.family).toEqual(fit.spec.family);
    expect([...logLik(loaded).values]).toEqual([...logLik(fit).values]);

    const close = (a: number, b: number, tolerance: number) =>
      expect(Math.abs(a - b)).toBeLessThan(tolerance);
    const mean = (values: Iterable<number>) => {
      const list = [...values];
      return list.reduce((sum, value) => sum + value, 0) / list.length;
    };
    close(mean(epred(fit).matrix()), mean(epred(built).matrix()), 0.3);
    close(mean(predict(fit).matrix()), mean(predict(built).matrix()), 0.4);
    expect(loo(fit).elpd).toBeCloseTo(loo(built).elpd, -1);
    expect(ppCheck(fit, "bars").numbers).toBeDefined();
  }, 60_000);

  it("draws what its expression says", async () => {
    const fit = await brm("real ~ 1", data, {
      family: normal,
      chains: 1,
      warmup: 200,
      draws: 100,
      cores: 1,
      seed: 2,
    });
    const values = [...predict(fit).matrix()];
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length);
    const observed = real.reduce((sum, value) => sum + value, 0) / rows;
    const deviation = Math.sqrt(real.reduce((sum, value) => sum + (value - observed) ** 2, 0) / rows);
    expect(Math.abs(average - observed)).toBeLessThan(0.1);
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.1);
  });

  it("says what is wrong", async () => {
    const density = ({ y }: { y: ReturnType<typeof e.exp> }) => e.neg(y);
    const make = (options: object) => () =>
      customFamily({ name: "f", dpars: ["mu"], logDensity: density, ...options } as never);
    expect(make({ name: "a b" })).toThrow(/needs a name of letters/);
    expect(make({ dpars: ["phi"] })).toThrow(/dpars that begin with "mu"/);
    expect(make({ dpars: ["mu", "y"] })).toThrow(/cannot name a parameter "y"/);
    expect(make({ links: { phi: "log" } })).toThrow(/has no parameter "phi"; it has mu/);
    expect(make({ links: { mu: "logg" } })).toThrow(/has the link "logg" for mu/);
    expect(make({ response: "counts" })).toThrow(/has the response "counts"; it may be real/);
    expect(make({ logDensity: () => 3 })).toThrow(/logDensity that is no expression/);
    const taken = customFamily({ name: "poisson", dpars: ["mu"], logDensity: density });
    expect(() => buildModel("real ~ x", data, { family: taken })).toThrow(/name of a built-in/);
    expect(() =>
      buildModel("real | cens(side) ~ x", data, {
        family: customFamily({
          name: "f",
          dpars: ["mu"],
          logDensity: ({ y, mu }) => e.neg(e.square(e.sub(y, mu))),
        }),
      }),
    ).toThrow(/does not take cens/);
  });

  it("has no predictions without mean and sample", async () => {
    const bare = customFamily({
      name: "bare",
      dpars: ["mu"],
      logDensity: ({ y, mu }) => e.mul(-0.5, e.square(e.sub(y, mu))),
    });
    const fit = await brm("real ~ x", data, {
      family: bare,
      chains: 1,
      warmup: 60,
      draws: 20,
      cores: 1,
      seed: 3,
    });
    expect(() => predict(fit).matrix()).toThrow(/bare has no sample/);
    expect(() => epred(fit).matrix()).toThrow(/bare has no mean/);
  });
});
