/**
 * Seeded draws of models of every sort, bit for bit: what is rebuilt behind `compileModel` must not change a draw. Written by
 * `UPDATE_GOLDEN=1 npx vitest run test/golden/draws.test.ts` when a draw is meant to change.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildModel, type ModelOptions } from "../../src/model/build.ts";
import { compileModel } from "../../src/model/compile.ts";
import { crc32 } from "../../src/numeric/crc32.ts";
import { stream } from "../../src/random/streams.ts";
import { runChain } from "../../src/sampler/chain.ts";
import { resolveSettings } from "../../src/sampler/settings.ts";

const file = fileURLToPath(new URL("../fixtures/golden-draws.json", import.meta.url));
const golden: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};

const rng = stream(8, 0, "data");
const data = Array.from({ length: 120 }, (_, i) => ({
  y: 3 + rng.normal() + (i % 6) / 3,
  n: rng.integer(6),
  b: rng.integer(2),
  k: 1 + rng.integer(4),
  x: rng.normal(),
  z: 2 + rng.normal(),
  t: (i % 10) - 4.5,
  f: "abc"[i % 3]!,
  g: `g ${i % 6}`,
  h: `h${rng.integer(15)}`,
  w: 1 + (i % 3),
  s: 0.5 + (i % 2),
}));

const models: readonly (readonly [string, ModelOptions])[] = [
  ["y ~ x + f", {}],
  ["y ~ x + t + (t | g) + (1 | h)", { strategy: "explicit" }],
  ["y ~ x + t + (t | g) + (1 | h)", { strategy: "explicit", likelihood: "rows" }],
  ["y ~ x + t + (t | g) + (1 | h)", { strategy: "collapsed" }],
  ["y | weights(w) ~ x + (t || g)", { strategy: "collapsed", priors: ["normal(1, 2), class=b, coef=x"] }],
  ["y | se(s) ~ x + (1 | h)", { strategy: "collapsed", priors: ["student_t(3, 0, 2), class=b"] }],
  ["y ~ x + (1 |p| g); sigma ~ z + (1 |p| g)", {}],
  ["y ~ x", { family: "student", priors: ["normal(0, 1), class=b, lb=0"] }],
  ["n ~ x + t + (t | g) + (1 | h)", { family: "poisson", backend: "js" }],
  ["n ~ x + t + (t | g) + (1 | h)", { family: "poisson" }],
  ["n ~ x + (1 | g); zi ~ z", { family: "zero_inflated_negbinomial" }],
  ["b ~ f + (1 | h)", { family: "bernoulli" }],
  ["k ~ x + (x | g)", { family: "cumulative" }],
  ["k ~ x + (1 | g)", { family: "sratio" }],
];

describe.each(models)("%s %o", (formula, options) => {
  const name = `${formula} ${JSON.stringify(options)}`;
  it("has the draws that it had", () => {
    const settings = resolveSettings({ warmup: 80, draws: 20 });
    const { values } = runChain(compileModel(buildModel(formula, data, options)), settings, 5, 1);
    // Sixteen digits a draw: every bit.
    const own = `${values.length} ${crc32(Array.from(values, String).join(" "))}`;
    if (process.env.UPDATE_GOLDEN) {
      golden[name] = own;
      writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);
    }
    expect(own).toBe(golden[name]);
  });
});
