/** Both machines against row kernels, for every family, link, set of predicted parameters, and censoring, with weights. */
import { describe, expect, it } from "vitest";
import { censoredLogDensity } from "../../src/autodiff/ops/likelihood.ts";
import * as b from "../../src/expressions/build.ts";
import { substitute } from "../../src/expressions/gradient.ts";
import { jsMachine, type RowsMachine } from "../../src/expressions/js-machine.ts";
import { type CompiledRows, compileRows } from "../../src/expressions/rows.ts";
import { censoredDensity } from "../../src/families/censored.ts";
import { THRESHOLDS } from "../../src/families/density.ts";
import type { Dpar, Family } from "../../src/families/family.ts";
import { families, resolveLinks } from "../../src/families/index.ts";
import { scaledLinkExpression } from "../../src/families/link-expressions.ts";
import { findLink, scaledLink } from "../../src/families/links.ts";
import { type RowPredictor, wasmMachine } from "../../src/kernels/wasm-machine.ts";
import { stream } from "../../src/random/streams.ts";

/** More than one block, and an odd number. */
const ROWS = 301;
const CATEGORIES = 4;

interface Case {
  readonly link: string;
  readonly predicted: readonly string[];
  readonly censored: boolean;
  readonly weighted: boolean;
}

function casesOf(family: Family): Case[] {
  const plain = { predicted: ["mu"], censored: false, weighted: false };
  const all = family.dpars.map(({ name }) => name);
  const first = family.dpars[0]!.links[0]!;
  const cases: Case[] = family.dpars[0]!.links.map((link) => ({ ...plain, link }));
  cases.push({ ...plain, link: first, weighted: true }, { ...plain, link: first, predicted: all });
  cases.push({ ...plain, link: first, predicted: [] });
  if (family.additions.includes("cens") && family.tails === undefined) {
    cases.push({ link: first, predicted: all, censored: true, weighted: true });
    cases.push({ link: first, predicted: ["mu"], censored: true, weighted: false });
  }
  return cases;
}

const natural = (dpar: Dpar, link: string, u: number): number => {
  if (dpar.scale === "logit" || findLink(link).cdf !== undefined) return 0.05 + 0.9 * u;
  if (dpar.name === "nu") return 2 + 8 * u;
  return 0.2 + 2 * u;
};

function responseOf(family: Family, u: number, trials: number): number {
  if (family.response.kind === "binary") return u < 0.4 ? 1 : 0;
  if (family.response.kind === "category") return 1 + Math.floor(u * CATEGORIES);
  if (family.additions.includes("trials")) return Math.floor(u * (trials + 0.999));
  if (family.response.check(0.5, 1) !== undefined) {
    return (family.response.check(0, 1) === undefined ? 0 : 1) + Math.floor(40 * u * u);
  }
  if (family.response.check(2, 1) !== undefined) return 0.02 + 0.96 * u;
  if (family.response.check(-1, 1) !== undefined) {
    // Beyond the shift of families that have one.
    if (family.dpars.some(({ name }) => name === "ndt")) return 2.5 + 4 * u;
    return family.response.check(0, 1) === undefined && u < 0.2 ? 0 : 0.05 + 4 * u;
  }
  return 6 * u - 3;
}

function build(family: Family, { link, predicted, censored, weighted }: Case) {
  const rng = stream(5, predicted.length, "test");
  const uniforms = () => Float64Array.from({ length: ROWS }, () => rng.uniform());
  const links = resolveLinks(family, { mu: link });
  const thresholds = family.thresholds ? CATEGORIES - 1 : 0;
  const trials = uniforms().map((u) => 5 + Math.floor(8 * u));
  const y = uniforms().map((u, i) => responseOf(family, u, trials[i]!));
  // Above every shift.
  if (family.dpars.some(({ name }) => name === "ndt")) y.forEach((value, i) => (y[i] = value + 2.5));
  const upper = y.map((value) => (family.response.check(2, 1) !== undefined ? (value + 1) / 2 : value + 0.7));
  const censoring = Float64Array.from(y, (_, i) => (censored ? [0, -1, 1, 2, 0][i % 5]! : 0));
  const weights = weighted ? uniforms().map((u, i) => (i % 7 === 0 ? 0 : u)) : null;
  const dpars = family.dpars.map((dpar, k) => {
    const own = family.thresholds && k === 0 ? "identity" : links[dpar.name]!;
    const etas = predicted.includes(dpar.name)
      ? uniforms().map((u) =>
          own === "identity" && k === 0 && family.thresholds
            ? 3 * u - 1.5
            : findLink(own).link(natural(dpar, own, u)),
        )
      : null;
    const value = scaledLink("identity", dpar.scale).value(natural(dpar, "identity", 0.6));
    return { name: dpar.name, scaled: scaledLink(own, dpar.scale), etas, value, own, scale: dpar.scale };
  });
  const density = family.density({ links, categories: thresholds + 1 });
  const composed = substitute([censored ? censoredDensity(density) : density.logDensity], (node) => {
    const dpar = dpars.find(({ name, etas }) => etas !== null && node === b.parameter(name));
    return dpar && scaledLinkExpression(dpar.own, dpar.scale, node);
  })[0]!;
  const rowwise = dpars.filter(({ etas }) => etas !== null);
  const shared = dpars.filter(({ etas }) => etas === null);
  const compiled = compileRows({
    logDensity: composed,
    data: { y, trials, upper, censoring },
    weights,
    perRow: rowwise.map(({ name }) => name),
    shared: shared.map(({ name }) => name),
    vectors: thresholds === 0 ? [] : [{ name: THRESHOLDS, length: thresholds }],
  });
  const tau = [-1, 0.1, 1.3].slice(0, thresholds);

  // Row by row.
  const kernel = family.kernel({ links, categories: thresholds + 1 });
  const p = new Float64Array(dpars.length + thresholds);
  p.set(tau, dpars.length);
  const g = new Float64Array(p.length);
  const spare = new Float64Array(p.length);
  const bars = rowwise.map(() => new Float64Array(ROWS));
  const sharedBar = new Float64Array(shared.length + thresholds);
  let value = 0;
  for (let i = 0; i < ROWS; i++) {
    const d = Float64Array.of(y[i]!, trials[i]!, upper[i]!);
    const weight = weights?.[i] ?? 1;
    if (weight === 0) continue;
    dpars.forEach(({ etas, scaled, value: own }, k) => {
      p[k] = etas === null ? own : scaled.value(etas[i]!);
    });
    const code = censoring[i]!;
    value +=
      weight *
      (code === 0
        ? kernel.logDensity(d, p, g) + kernel.dataTerm!(d)
        : censoredLogDensity(kernel, code, d, p, g, spare));
    dpars.forEach((dpar, k) => {
      if (dpar.etas === null) sharedBar[shared.indexOf(dpar)]! += weight * g[k]!;
      else bars[rowwise.indexOf(dpar)]![i]! += weight * g[k]! * dpar.scaled.derivative(dpar.etas[i]!);
    });
    for (let k = 0; k < thresholds; k++) sharedBar[shared.length + k]! += weight * g[dpars.length + k]!;
  }
  const etas = rowwise.map((dpar) => dpar.etas!);
  return { compiled, etas, shared: [...shared.map((dpar) => dpar.value), ...tau], value, bars, sharedBar };
}

function run(
  machine: RowsMachine,
  compiled: CompiledRows,
  etas: readonly Float64Array[],
  shared: number[],
): number {
  etas.forEach((eta, k) => {
    machine.operands[k]!.set(eta);
  });
  machine.shared.set(shared);
  return machine.evaluate() + compiled.constant;
}

const asRows = (etas: readonly Float64Array[]): RowPredictor[] =>
  etas.map(() => ({ parts: [{ kind: "rows" }], sizes: [ROWS], offset: null }));

describe.each(Object.entries(families) as [string, Family][])("%s", (_, family) => {
  it.each(casesOf(family))(
    "link $link, predicted $predicted, censored $censored, weighted $weighted",
    (example) => {
      const { compiled, etas, shared, value, bars, sharedBar } = build(family, example);
      for (const machine of [
        jsMachine(compiled, ROWS, etas.length),
        wasmMachine(compiled, asRows(etas), ROWS)!,
      ]) {
        // Twice: nothing is left over from the first time.
        run(machine, compiled, etas, shared);
        const found = run(machine, compiled, etas, shared);
        if (value === -Infinity) return expect(found).toBe(-Infinity);
        expect(Math.abs(found - value), `${found}, not ${value}`).toBeLessThan(
          1e-12 * ROWS * Math.max(1, Math.abs(value / ROWS)),
        );
        const near = (actual: Float64Array, expected: Float64Array, what: string) => {
          const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
          expected.forEach((x, i) => {
            expect(Math.abs(actual[i]! - x), `${what} ${i}: ${actual[i]}, not ${x}`).toBeLessThan(
              1e-11 * scale,
            );
          });
        };
        bars.forEach((bar, k) => {
          near(machine.operandBars[k]!, bar, `operand ${k}, row`);
        });
        near(machine.sharedBar, sharedBar, "shared");
      }
    },
  );
});
