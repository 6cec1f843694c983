/**
 * Small reference posteriors: every parameter agrees with Stan (or with quadrature). The large ones run in
 * `npm run conformance`.
 */
import { describe, expect, it } from "vitest";
import { comparePosterior, disagreements, fitReference, referenceCase } from "./reference-posterior.ts";

const small = [
  "brms-cbpp",
  "brms-eight_schools",
  "brms-sleepstudy",
  "brms-kidney",
  "brms-asym_laplace",
  "brms-von_mises",
  "brms-zoib",
  "pdb-GLM_Binomial",
  "pdb-M0_zib",
  "pdb-dogs",
  "pdb-eight_schools_noncentered",
  "pdb-kidscore_momhsiq",
  "pdb-logmesquite_logvas",
  "pdb-rats",
  "pdb-sblrc_blr",
  "pdb-seeds_stanified",
];

describe.each(small)("%s", (id) => {
  it("agrees with the reference", async () => {
    const reference = referenceCase(id);
    const fit = await fitReference(reference, 1000);
    expect(disagreements(comparePosterior(reference, fit))).toEqual([]);
  });
});
