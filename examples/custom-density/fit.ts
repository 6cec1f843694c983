/**
 * A non-linear likelihood: the length of 27 dugongs (sea cows) grows with age towards an asymptote,
 * length = alpha − beta·lambda^age (Carlin & Gelfand 1991; data of Ratkowsky 1983).
 */
import { autodiff, defineDensity, type Posterior, type Samples, sample } from "nutmix";

const { divide, logDensity, multiply, power, sqrt, subtract } = autodiff;

const age = [
  1, 1.5, 1.5, 1.5, 2.5, 4, 5, 5, 7, 8, 8.5, 9, 9.5, 9.5, 10, 12, 12, 13, 13, 14.5, 15.5, 15.5, 16.5, 17,
  22.5, 29, 31.5,
];
const length = [
  1.8, 1.85, 1.87, 1.77, 2.02, 2.27, 2.15, 2.26, 2.47, 2.19, 2.26, 2.4, 2.39, 2.41, 2.5, 2.32, 2.32, 2.43,
  2.47, 2.56, 2.65, 2.47, 2.64, 2.56, 2.7, 2.72, 2.57,
];

export function dugongs(): Posterior {
  return defineDensity(
    { alpha: {}, beta: {}, lambda: { lower: 0.5, upper: 1 }, tau: { lower: 0 } },
    ({ alpha, beta, lambda, tau }, model) => {
      const mean = subtract(alpha, multiply(beta, power(lambda, age)));
      const sigma = divide(1, sqrt(tau));
      model.add(logDensity("normal", alpha, 0, 1000));
      model.add(logDensity("normal", beta, 0, 1000));
      model.add(logDensity("gamma", tau, 0.0001, 0.0001));
      model.add(logDensity("normal", length, mean, sigma));
      model.report("sigma", sigma);
    },
  );
}

export function sampleByHand(options: { warmup: number; draws: number }): Samples {
  return sample(dugongs(), { seed: 1, ...options });
}
