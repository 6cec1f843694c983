/**
 * All reference posteriors, large ones included, on every path: `npm run conformance`, or some of them by
 * `npm run conformance -- -t brms-verbagg`. The small ones run with the other tests (posteriors.test.ts).
 */
import { SettingsError } from "nutmix";
import { describe, expect, it } from "vitest";
import {
  comparePosterior,
  disagreements,
  fitReference,
  type Path,
  referenceCase,
  referenceIds,
} from "./reference-posterior.ts";
import { compareTermCase } from "./term-case.ts";

/** Terms of the formula language, by their reference models (test/fixtures/terms). */
describe("terms", () => {
  it.each(["smooth_tp", "smooth_by", "smooth_sigma", "gp_exact", "gp_approx", "mo_inter"])(
    "%s agrees with the reference",
    async (name) => {
      expect(await compareTermCase(name)).toEqual([]);
    },
    600_000,
  );
});

/** The default, and every way that can be forced; where a model does not have it, the case says so and ends. */
const paths: readonly (readonly [name: string, path: Path])[] = [
  ["by default", {}],
  ["collapsed", { strategy: "collapsed" }],
  ["from sufficient statistics", { strategy: "explicit", likelihood: "sums" }],
  ["from rows in WebAssembly", { strategy: "explicit", likelihood: "rows", backend: "wasm" }],
  ["from rows in JavaScript", { strategy: "explicit", likelihood: "rows", backend: "js" }],
  ["from merged rows", { strategy: "explicit", likelihood: "merged" }],
  ["without centring, with a diagonal metric", { strategy: "explicit", centring: "none", metric: "diag" }],
];

describe.each(paths)("reference posteriors %s", (_, path) => {
  it.each(referenceIds())(
    "%s agrees with the reference",
    async (id) => {
      const reference = referenceCase(id);
      const fit = await fitReference(reference, 2000, 1, path).catch((error: unknown) => {
        if (error instanceof SettingsError) return error.message;
        throw error;
      });
      if (typeof fit === "string") {
        console.log(`${id}: ${fit}`);
        return;
      }
      const comparisons = comparePosterior(reference, fit);
      const worst = Math.max(...comparisons.map(({ z }) => Math.abs(z)));
      console.log(`${id}: ${comparisons.length} parameters, largest |z| ${worst.toFixed(2)}`);
      expect(disagreements(comparisons)).toEqual([]);
    },
    600_000,
  );
});
