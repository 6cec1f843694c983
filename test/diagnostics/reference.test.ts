/** Every diagnostic against the R package posterior; see test/fixtures/diagnostics/posterior.R. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { betaQuantile } from "../../src/diagnostics/beta-quantile.ts";
import { convergence } from "../../src/diagnostics/convergence.ts";
import { essBulk, essMean, essQuantile, essSd, essTail } from "../../src/diagnostics/ess.ts";
import { mcseMean, mcseMedian, mcseQuantile, mcseSd } from "../../src/diagnostics/mcse.ts";
import { rhat, rhatBasic } from "../../src/diagnostics/rhat.ts";
import type { ChainSeries } from "../../src/draws/draws.ts";
import { summariseSeries } from "../../src/posterior/summary.ts";

type Value = number | "NA" | "Inf";

interface Case {
  readonly chains: number;
  readonly draws: number;
  readonly values: number[];
  readonly rhat: Value;
  readonly rhatBasic: Value;
  readonly essBulk: Value;
  readonly essTail: Value;
  readonly essMean: Value;
  readonly essSd: Value;
  readonly essQuantile: Value[];
  readonly mcseMean: Value;
  readonly mcseSd: Value;
  readonly mcseMedian: Value;
  readonly mcseQuantile: Value[];
  readonly mean: number;
  readonly sd: number;
  readonly median: number;
  readonly mad: number;
  readonly quantiles: number[];
}

const reference = JSON.parse(
  readFileSync(new URL("../fixtures/diagnostics/posterior.json", import.meta.url), "utf8"),
) as {
  essQuantileProbabilities: number[];
  mcseQuantileProbabilities: number[];
  cases: Record<string, Case>;
  betaQuantiles: [number, number, number, number][];
};

/**
 * 1e-10 relative: both sides sum at most a few thousand terms in double precision, through different Fourier
 * transforms, which costs some 1e-14 and is amplified where a variance is small beside its mean.
 */
function agree(actual: number, expected: Value, scale = 1e-10): void {
  if (expected === "NA") expect(actual).toBeNaN();
  else if (expected === "Inf") expect(actual).toBe(Infinity);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(scale * Math.abs(expected));
}

describe.each(Object.entries(reference.cases))("posterior on %s", (name, c) => {
  const x: ChainSeries = { chains: c.chains, draws: c.draws, values: Float64Array.from(c.values) };

  // With three draws per chain posterior drops a dimension on splitting and compares draws in place of chains; half
  // chains of one draw have no variance, so ours is undefined.
  it("R-hat", () => agree(rhat(x), c.draws > 3 ? c.rhat : "NA"));
  it("R-hat of the chains as they are", () => agree(rhatBasic(x), c.rhatBasic));
  it("ESS", () => {
    agree(essBulk(x), c.essBulk);
    agree(essTail(x), c.essTail);
    agree(essMean(x), c.essMean);
    agree(essSd(x), c.essSd);
    reference.essQuantileProbabilities.forEach((p, i) => {
      agree(essQuantile(x, p), c.essQuantile[i]!);
    });
  });
  it("MCSE", () => {
    agree(mcseMean(x), c.mcseMean);
    agree(mcseSd(x), c.mcseSd);
    agree(mcseMedian(x), c.mcseMedian);
    reference.mcseQuantileProbabilities.forEach((p, i) => {
      agree(mcseQuantile(x, p), c.mcseQuantile[i]!);
    });
  });
  it("a row of the summary", () => {
    const row = summariseSeries(name, x);
    agree(row.mean, c.mean, 1e-13 * Math.max(1, c.sd / Math.abs(c.mean)));
    for (const key of ["sd", "median", "mad", "mcseMean", "mcseSd", "essBulk", "essTail"] as const)
      agree(row[key], c[key]);
    [row["q2.5"], row.q5, row.q95, row["q97.5"]].forEach((q, i) => {
      agree(q, c.quantiles[i]!, 1e-14);
    });
  });
  it("the shared computation gives what the single functions give", () => {
    expect(convergence(x)).toEqual({ rhat: rhat(x), essBulk: essBulk(x), essTail: essTail(x) });
  });
});

it("beta quantiles are R's qbeta", () => {
  // Where I_x is found as 1 minus its complement, p = 1e-6 is known to 1e-16 / 1e-6 = 1e-10, and so is the quantile.
  for (const [p, a, b, q] of reference.betaQuantiles)
    expect(Math.abs(betaQuantile(p, a, b) / q - 1)).toBeLessThan(1e-9);
});
