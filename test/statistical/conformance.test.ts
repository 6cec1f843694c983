/**
 * All reference posteriors, large ones included: `npm run conformance`. In `npm test` the small ones run
 * (posteriors.test.ts) and this file says that it is waiting for NUTMIX_CONFORMANCE=1.
 */
import { describe, expect, it } from "vitest";
import {
  comparePosterior,
  disagreements,
  fitReference,
  referenceCase,
  referenceIds,
} from "./reference-posterior.ts";

const wanted = process.env.NUTMIX_CONFORMANCE;
const ids = wanted === undefined || wanted === "1" ? referenceIds() : wanted.split(",");

describe.runIf(wanted !== undefined)("reference posteriors", () => {
  it.each(ids)(
    "%s agrees with the reference",
    async (id) => {
      const reference = referenceCase(id);
      const fit = await fitReference(reference, 2000);
      const comparisons = comparePosterior(reference, fit);
      const worst = Math.max(...comparisons.map(({ z }) => Math.abs(z)));
      console.log(`${id}: ${comparisons.length} parameters, largest |z| ${worst.toFixed(2)}`);
      expect(disagreements(comparisons)).toEqual([]);
    },
    600_000,
  );
});
