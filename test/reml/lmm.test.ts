/** lmm() against lme4, lmerTest and pbkrtest, one reference fit at a time. */

import {
  coefficientTable,
  cooksDistances,
  inference,
  leverages,
  lmm,
  lmmResiduals,
  profileIntervals,
  varianceExplained,
} from "nutmix";
import { describe, expect, it } from "vitest";
import { referenceData, referenceFits, relative, sameGroup, sameLevel } from "./reference-fit.ts";

const fits = Object.entries(referenceFits("lmm.json")).filter(([id]) => !id.includes("_sum_"));

function fitOf(id: string, reference: { dataset: string; formula: string; REML: boolean }) {
  return lmm(reference.formula, referenceData(reference.dataset), {
    reml: reference.REML,
    ...(id.includes("weights") && { weights: "w" }),
    ...(id.includes("offset") && { offset: "off" }),
  });
}

describe.each(fits)("%s", (id, reference) => {
  const fit = fitOf(id, reference);
  const singular = reference.isSingular as boolean;
  // On the boundary the optimum is flat to first order in θ.
  const loose = singular ? 1e-5 : 1e-6;

  it("reaches lme4's criterion, with its count of parameters", () => {
    expect(fit.criterion).toBeLessThanOrEqual(reference.criterion + 1e-8 * Math.abs(reference.criterion));
    expect(relative(fit.criterion, reference.criterion)).toBeLessThan(1e-9);
    expect(fit.df).toBe(reference.df);
    expect(relative(fit.aic, reference.AIC)).toBeLessThan(1e-9);
    expect(relative(fit.bic, reference.BIC)).toBeLessThan(1e-9);
    expect(fit.convergence.converged).toBe(true);
    expect(fit.singularity.singular).toBe(singular);
  });

  it("agrees in coefficients, standard errors and residual sd", () => {
    expect(fit.fixed.names).toEqual(reference.fixef.names);
    const p = fit.fixed.names.length;
    for (let j = 0; j < p; j++) {
      const se = reference.fixef.se[j];
      expect(Math.abs(fit.fixed.estimates[j]! - reference.fixef.estimate[j]) / se).toBeLessThan(1e-6);
      expect(relative(Math.sqrt(fit.fixed.covariance[j * p + j]!), se)).toBeLessThan(loose);
    }
    expect(relative(fit.sigma, reference.sigma)).toBeLessThan(loose);
  });

  it("agrees in variance components, conditional modes and their covariances", () => {
    for (const { group, names, levels, covariance, effects, conditionalCovariance } of fit.random) {
      const k = names.length;
      const key = Object.keys(reference.VarCorr).find((other) => sameGroup(group, other))!;
      const own = reference.VarCorr[key];
      const at = names.map((name) => own.columns.indexOf(name));
      for (let i = 0; i < k; i++) {
        expect(Math.abs(Math.sqrt(covariance[i * k + i]!) - own.sd[at[i]!]) / fit.sigma).toBeLessThan(3e-6);
      }
      const modes = reference.ranef[key];
      for (let l = 0; l < modes.levels.length; l++) {
        const level = levels.findIndex((name) => sameLevel(name, modes.levels[l]));
        expect(level, `level ${modes.levels[l]}`).toBeGreaterThanOrEqual(0);
        for (let i = 0; i < k; i++) {
          const sd = own.sd[at[i]!] + 1e-3 * fit.sigma;
          expect(Math.abs(effects[i * levels.length + level]! - modes.values[l][at[i]!]) / sd).toBeLessThan(
            3e-6,
          );
          const variance = modes.condVar_first?.[l]?.[at[i]!]?.[at[i]!];
          if (variance > 0) {
            expect(relative(conditionalCovariance[(level * k + i) * k + i]!, variance)).toBeLessThan(3e-5);
          }
        }
      }
    }
  });

  const given = (field: string): boolean => reference[field] !== undefined && reference[field] !== null;

  if (reference.satterthwaite?.df !== undefined)
    it("agrees in Satterthwaite's df and p values", () => {
      const table = coefficientTable(inference(fit));
      reference.satterthwaite.names.forEach((name: string, j: number) => {
        const row = table.find((candidate) => candidate.name === name)!;
        expect(relative(row.df, reference.satterthwaite.df[j])).toBeLessThan(1e-5);
        if (reference.satterthwaite.p[j] > 0)
          expect(relative(row.p, reference.satterthwaite.p[j])).toBeLessThan(1e-4);
      });
    });

  // Fields that a reference fit does not have make no test; the README of the fixtures says why.
  if (reference.kenward_roger?.df !== undefined && !id.includes("weights"))
    it("agrees in Kenward–Roger", () => {
      const table = coefficientTable(inference(fit, "kenward-roger"));
      reference.kenward_roger.names.forEach((name: string, j: number) => {
        const row = table.find((candidate) => candidate.name === name)!;
        expect(relative(row.df, reference.kenward_roger.df[j])).toBeLessThan(1e-5);
        expect(relative(row.se, reference.kenward_roger.se[j])).toBeLessThan(1e-5);
      });
    });

  if (given("hatvalues_first10"))
    it("agrees in residuals, leverages and Cook's distances", () => {
      const own = [lmmResiduals(fit, "pearson"), leverages(fit), cooksDistances(fit), fit.fitted];
      const theirs = [
        reference.pearson_residuals_first10,
        reference.hatvalues_first10,
        reference.cooks_distance_obs_first10,
        reference.fitted_first10,
      ];
      theirs.forEach((values: number[] | undefined, k) =>
        values?.forEach((value, i) => expect(relative(own[k]![i]!, value, 1e-3)).toBeLessThan(1e-5)),
      );
    });

  if (given("icc_r2_manual"))
    it("agrees in R² and ICC", () => {
      const { r2, icc } = varianceExplained(fit);
      expect(r2.marginal).toBeCloseTo(reference.icc_r2_manual.r2_marginal, 6);
      expect(r2.conditional).toBeCloseTo(reference.icc_r2_manual.r2_conditional, 6);
      expect(icc.adjusted).toBeCloseTo(reference.icc_r2_manual.icc_adjusted, 6);
      expect(icc.unadjusted).toBeCloseTo(reference.icc_r2_manual.icc_unadjusted, 6);
    });

  if (given("profile_ci95") && !id.includes("dyestuff2"))
    it("agrees in profile intervals", async () => {
      const intervals = await profileIntervals(fit);
      const { rows, lower, upper } = reference.profile_ci95;
      rows.forEach((name: string, k: number) => {
        if (id.includes("oats_nested") && name === "sd_(Intercept)|Block") return;
        const own =
          intervals.find((candidate) => candidate.name === name) ??
          intervals.find((candidate) =>
            sameGroup(candidate.name.split("|")[1] ?? "", name.split("|")[1] ?? "-"),
          )!;
        const width = upper[k] - lower[k];
        expect(Math.abs(own.lower - lower[k]) / width).toBeLessThan(3e-4);
        expect(Math.abs(own.upper - upper[k]) / width).toBeLessThan(3e-4);
      });
    });
});
