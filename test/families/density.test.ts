/** Kernels and links that are derived from expressions against values and derivatives that were written by hand. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as b from "../../src/expressions/build.ts";
import { gradient } from "../../src/expressions/gradient.ts";
import { scalarProgram } from "../../src/expressions/scalar-program.ts";
import { findFamily, resolveLinks } from "../../src/families/index.ts";
import { scaledLinkExpression } from "../../src/families/link-expressions.ts";

/** Infinities and NaN are texts. */
type Value = number | string;
const functions = ["logDensity", "logCdf", "logCcdf"] as const;

interface Row extends Partial<Record<(typeof functions)[number], readonly Value[]>> {
  /** y and trials. */
  readonly d: readonly [number, number];
  readonly p: readonly number[];
  readonly dataTerm: Value;
}

const known = JSON.parse(
  readFileSync(new URL("../fixtures/families/kernels.json", import.meta.url), "utf8"),
) as {
  families: { family: string; link: string; rows: Row[] }[];
  links: [name: string, scale: "identity" | "log" | "logit", eta: number, value: Value, slope: Value][];
};

/** Differences of nearly equal terms: the formula by hand loses as many digits. */
const cancelling: Readonly<Record<string, number>> = { exgaussian: 1e-10, "inverse.gaussian": 1e-5 };

describe.each(known.families)("$family with link $link", ({ family: name, link, rows }) => {
  const family = findFamily(name);
  const categories = family.thresholds ? 4 : 0;
  const kernel = family.kernel({ links: resolveLinks(family, { mu: link }), categories });

  it("has the values and derivatives of a kernel by hand", () => {
    for (const { d, p, dataTerm, ...row } of rows) {
      const data = Float64Array.of(...d, Number.NaN);
      for (const which of functions) {
        if (row[which] === undefined) continue;
        const g = new Float64Array(p.length);
        const constant = which === "logDensity" ? kernel.dataTerm!(data) : 0;
        const value = kernel[which]!(data, Float64Array.from(p), g) + constant;
        const [own, ...slopes] = row[which].map(Number) as [number, ...number[]];
        const expected = own + (which === "logDensity" ? Number(dataTerm) : 0);
        if (!(expected > -Infinity)) {
          // By hand the complement of 1 − 1e-78 was 0.
          expect(value, `${which} of ${d} at ${p}`).toBeLessThan(-100);
          continue;
        }
        // Of the size of the terms that are added up.
        const scale = Math.max(1, Math.abs(expected), Math.abs(constant), ...slopes.map(Math.abs));
        const tolerance = scale * ((which === "logDensity" ? undefined : cancelling[name]) ?? 1e-12);
        [value, ...g].forEach((x, i) => {
          const wanted = i === 0 ? expected : slopes[i - 1]!;
          expect(Math.abs(x - wanted), `${which} of ${d} at ${p}, ${i}: ${x}, not ${wanted}`).toBeLessThan(
            tolerance,
          );
        });
        // Without derivatives the value is the same.
        expect(kernel[which]!(data, Float64Array.from(p), new Float64Array(0)) + constant).toBe(value);
      }
    }
  });
});

describe("links", () => {
  it("have the values and slopes of links by hand on every scale", () => {
    const eta = b.parameter("eta");
    const out = new Float64Array(2);
    for (const [name, scale, x, ...expected] of known.links) {
      const expression = scaledLinkExpression(name, scale, eta);
      const program = scalarProgram([expression, ...gradient(expression, [eta])], {
        at: () => 0,
        vector: () => 0,
      });
      program.run(Float64Array.of(x), out);
      expected.map(Number).forEach((wanted, i) => {
        // Outside the domain of a link there is no value.
        if (Number.isNaN(wanted) || out[i] === wanted) return;
        // On the logit scale log μ and log(1 − μ) cancel where μ is near 1 for links that are not of probabilities.
        const tolerance =
          scale === "logit" ? 1e-12 + 1e-16 * Math.abs(x) + 1e-6 * Number(Math.abs(x) < 1e-8) : 0;
        expect(
          Math.abs(out[i]! - wanted),
          `${name} on ${scale} at ${x}: ${out[i]}, not ${wanted}`,
        ).toBeLessThan(Math.max(1e-300, 1e-12 * Math.abs(wanted), tolerance * Math.max(1, Math.abs(wanted))));
      });
    }
  });
});
