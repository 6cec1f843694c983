import { describe, expect, it } from "vitest";
import type { LogDensity } from "../../src/log-density.ts";
import { stream } from "../../src/random/streams.ts";
import { runChain } from "../../src/sampler/chain.ts";
import { resolveSettings } from "../../src/sampler/settings.ts";
import { asPosterior } from "../helpers/toy-densities.ts";

/** y_i ~ N(mu, e^(2 s)), mu ~ N(0, 1), s ~ N(0, ½²): priors that can be drawn from. */
function normalModel(y: readonly number[]): LogDensity {
  return {
    dimension: 2,
    evaluate(q, gradient) {
      const [mu, s] = [q[0]!, q[1]!];
      const precision = Math.exp(-2 * s);
      let residuals = 0;
      let squares = 0;
      for (const value of y) {
        residuals += value - mu;
        squares += (value - mu) ** 2;
      }
      gradient[0] = -mu + precision * residuals;
      gradient[1] = -4 * s - y.length + precision * squares;
      return -0.5 * mu * mu - 2 * s * s - y.length * s - 0.5 * precision * squares;
    },
  };
}

describe("simulation-based calibration", () => {
  it("finds the truth at uniform ranks (Talts et al. 2018)", () => {
    const replications = 500;
    const thin = 8;
    const kept = 19;
    const bins = 10;
    const counts = [new Array(bins).fill(0), new Array(bins).fill(0)];
    const settings = resolveSettings({ warmup: 150, draws: thin * kept });
    const rng = stream(99, 0, "test");
    for (let r = 0; r < replications; r++) {
      const truth = [rng.normal(), 0.5 * rng.normal()];
      const y = Array.from({ length: 5 }, () => truth[0]! + Math.exp(truth[1]!) * rng.normal());
      const { values } = runChain(asPosterior(normalModel(y)), settings, 1000 + r, 0);
      for (const i of [0, 1]) {
        let rank = 0;
        for (let k = 1; k <= kept; k++) if (values[2 * (thin * k - 1) + i]! < truth[i]!) rank++;
        counts[i]![Math.floor((rank * bins) / (kept + 1))]++;
      }
    }
    const expected = replications / bins;
    for (const count of counts) {
      const chiSquare = count.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
      // R: qchisq(0.999, 9) = 27.88.
      expect(chiSquare).toBeLessThan(27.88);
    }
  });
});
