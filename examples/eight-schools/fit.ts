/** Meta-analysis: eight estimated effects with known standard errors, as a formula and as a density of one's own. */
import { autodiff, brm, defineDensity, type Fit, type Posterior, prior, type Samples, sample } from "nutmix";
import { readExample } from "../read-example.ts";

export function fit(options: { warmup: number; draws: number }): Promise<Fit> {
  return brm("y | se(sigma) ~ 1 + (1 | school)", readExample("eight-schools"), {
    priors: [prior("normal(0, 5)", { class: "Intercept" }), prior("cauchy(0, 5)", { class: "sd" })],
    adaptDelta: 0.95,
    seed: 1,
    ...options,
  });
}

const { add, logDensity, multiply } = autodiff;

/** The same model written down directly, non-centred: theta = mu + tau·z. */
export function eightSchools(): Posterior {
  const y = [28, 8, -3, 7, -1, 1, 18, 12];
  const sigma = [15, 10, 16, 11, 9, 11, 10, 18];
  return defineDensity(
    { mu: {}, tau: { lower: 0 }, z: { shape: [8], hidden: true } },
    ({ mu, tau, z }, model) => {
      const theta = add(mu, multiply(tau, z));
      model.add(logDensity("normal", mu, 0, 5));
      model.add(logDensity("cauchy", tau, 0, 5));
      model.add(logDensity("normal", z, 0, 1));
      model.add(logDensity("normal", y, theta, sigma));
      model.report("theta", theta);
    },
  );
}

export function sampleByHand(options: { warmup: number; draws: number }): Samples {
  return sample(eightSchools(), { adaptDelta: 0.95, seed: 1, ...options });
}
