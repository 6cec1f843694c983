/**
 * All reference posteriors, large ones included: `npm run conformance`, or some of them by
 * `npm run conformance -- -t brms-verbagg`. The small ones run with the other tests (posteriors.test.ts).
 */
import { describe, expect, it } from "vitest";
import {
  comparePosterior,
  disagreements,
  fitReference,
  referenceCase,
  referenceIds,
} from "./reference-posterior.ts";

describe("reference posteriors", () => {
  it.each(referenceIds())(
    "%s agrees with the reference",
    async (id) => {
      const reference = referenceCase(id);
      const comparisons = comparePosterior(reference, await fitReference(reference, 2000));
      const worst = Math.max(...comparisons.map(({ z }) => Math.abs(z)));
      console.log(`${id}: ${comparisons.length} parameters, largest |z| ${worst.toFixed(2)}`);
      expect(disagreements(comparisons)).toEqual([]);
    },
    600_000,
  );
});
