/** What holds for every registered term, on its own examples: a new one is tested the moment it is listed. */
import { describe, expect, it } from "vitest";
import { toTable } from "../../src/data/from-input.ts";
import { designForNewData } from "../../src/design/new-data.ts";
import { takeDesignRows } from "../../src/design/take-rows.ts";
import { findFamily } from "../../src/families/index.ts";
import { buildModel, type ModelOptions } from "../../src/model/build.ts";
import { notCollapsible } from "../../src/model/collapsed/plan.ts";
import { compileModel } from "../../src/model/compile.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import { placedTerms } from "../../src/model/terms.ts";
import { predictionFrame } from "../../src/posterior/predictions/frame.ts";
import { LinearPredictors } from "../../src/posterior/predictions/linear-predictors.ts";
import { priorSets } from "../../src/priors/sets.ts";
import { stream } from "../../src/random/streams.ts";
import { type AnyTermKind, termKinds } from "../../src/terms/index.ts";
import { expectGradient } from "../helpers/check-gradient.ts";
import { stairs } from "./stairs-term.ts";
import { step } from "./step-term.ts";

Object.assign(termKinds, { step, stairs });

const rng = stream(11, 0, "data");
const data = Array.from({ length: 48 }, (_, i) => ({
  y: rng.normal(),
  k: rng.integer(4),
  x: rng.normal(),
  z: rng.uniform(),
  o: i % 5,
  m: rng.integer(3),
  f: "abc"[i % 3]!,
  g: `g${rng.integer(6)}`,
  h: `h${i % 5}`,
}));

const kinds: Readonly<Record<string, AnyTermKind>> = termKinds;
const examples = Object.values(kinds).flatMap(({ examples: own }) => own);

function draw(spec: ModelSpec, seed: number) {
  const posterior = compileModel(spec);
  const random = stream(seed, 0, "test");
  const q = Float64Array.from({ length: posterior.density.dimension }, () => 0.5 * random.normal());
  const out = new Float64Array(posterior.names.length);
  posterior.constrain(q, random, out);
  return { posterior, q, out };
}

/** η of one draw for the rows of the fit, or of `newData`. */
function eta(spec: ModelSpec, names: readonly string[], out: Float64Array, newData?: unknown): Float64Array {
  const frame = predictionFrame(spec, newData === undefined ? {} : { newData }, "terms");
  const draws = { names, chains: 1, draws: 1, values: out } as never;
  const reader = new LinearPredictors(spec, findFamily(spec.family.name), draws, frame, {
    which: Int32Array.of(0),
    seed: 1,
  });
  const values = new Float64Array(frame.rows);
  reader.rows(0, frame.rows);
  reader.eta(0, 0, 0, frame.rows, values);
  return values;
}

/** That η of the graph, of the draws, and of the old data as new data are the same. */
function expectEta(spec: ModelSpec, names: readonly string[], q: Float64Array, out: Float64Array): void {
  const fromDraws = eta(spec, names, out);
  const again = eta(spec, names, out, data);
  fromDraws.forEach((value, i) => {
    expect(again[i]).toBeCloseTo(value, 9);
  });
  // At y = η the residuals of the graph vanish.
  const response = { ...spec.design.response, values: fromDraws };
  const exact = compileModel({ ...spec, likelihood: "rows", design: { ...spec.design, response } });
  const nothing = compileModel({ ...spec, priorOnly: true });
  const gradient = new Float64Array(q.length);
  const sigma = out[names.indexOf("sigma")]!;
  const logLik = exact.density.evaluate(q, gradient) - nothing.density.evaluate(q, gradient);
  expect(logLik).toBeCloseTo(-data.length * (Math.log(sigma) + 0.5 * Math.log(2 * Math.PI)), 8);
}

it("every kind has examples", () => {
  for (const [name, kind] of Object.entries(kinds)) {
    expect(kind.name).toBe(name);
    expect(kind.examples.length).toBeGreaterThan(0);
  }
});

it("a term that can only be added is refused where it is multiplied or varies over groups", () => {
  expect(() => buildModel("y ~ step(x):z", data)).toThrow(/step\(x\) can only be added to a formula/);
  expect(() => buildModel("y ~ 1 + (step(x) | g)", data)).toThrow(/step\(x\) cannot stand inside a group/);
});

it("a variable's values are levels of a reference grid: their mean is none of them", () => {
  const { recipe } = buildModel("y ~ stairs(o) + x", data).design;
  const own = recipe.grid.variables.find(({ name }) => name === "o")!;
  expect(own).toMatchObject({ levels: [0, 1, 2, 3, 4] });
});

describe("a variable that varies over groups", () => {
  it("has to be a term of the formula itself", () => {
    expect(() => buildModel("y ~ 1 + (stairs(o) | g)", data)).toThrow(/add \+ stairs\(o\)/);
  });

  it.each(["(stairs(o) | g)", "(0 + stairs(o) + stairs(o):x | g)", "(z + stairs(o) || g)"])("%s", (term) => {
    const spec = buildModel(`y ~ stairs(o) * x + ${term}`, data);
    const { posterior, q, out } = draw(spec, 3);
    expect(posterior.names).toContain("sd_g__stairso");
    expectGradient(posterior.density, q, 1e-5);
    const back = new Float64Array(q.length);
    posterior.unconstrain!(out, back);
    q.forEach((value, i) => {
      expect(back[i]).toBeCloseTo(value, 7);
    });
    expectEta(spec, posterior.names, q, out);
  });
});

describe.each(examples)("%s", (call) => {
  const explicit: ModelOptions = { strategy: "explicit" };
  const formula = `y ~ z + ${call} + (1 | h)`;
  const spec = buildModel(formula, data, explicit);
  const special = spec.design.predictors[0]!.special;

  it("is plain data", () => {
    expect(structuredClone(spec)).toEqual(spec);
    expect(special.length).toBeGreaterThan(0);
  });

  it("has one block of rows for each vector, and fills its names", () => {
    for (const term of placedTerms(spec.design)) {
      expect(term.design.rows.length).toBe(term.vectors.length);
      for (const { quantity, shape } of term.parameters) {
        if (quantity) expect(quantity.names.length).toBe(shape.reduce((size, extent) => size * extent, 1));
      }
    }
    const { names } = compileModel(spec);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has the rows of a subset as a subset of its rows", () => {
    const keep = Int32Array.from(data, (_, i) => i).filter((i) => i % 3 !== 1);
    const taken = takeDesignRows(spec.design, keep).predictors[0]!.special;
    const built = designForNewData(spec.design, toTable([...keep].map((i) => data[i]!))).predictors[0]!
      .special;
    taken.forEach((own, t) => {
      own.rows.forEach((rows, k) => {
        const other = built[t]!.rows[k]!;
        expect(other.kind).toBe(rows.kind);
        if (rows.kind === "lookup" && other.kind === "lookup") expect(other.index).toEqual(rows.index);
        expect(other.columns?.length).toBe(rows.columns?.length);
        rows.columns?.forEach((value, at) => {
          expect(other.columns![at]).toBeCloseTo(value, 10);
        });
      });
    });
  });

  it("has a gradient", () => {
    for (const options of [explicit, { ...explicit, likelihood: "rows", backend: "js" } as const]) {
      const { posterior, q } = draw(buildModel(formula, data, options), 5);
      expectGradient(posterior.density, q, 1e-5);
    }
  });

  it("has the η of its graph from its draws, for old data as for new", () => {
    const { posterior, q, out } = draw(spec, 6);
    expectEta(spec, posterior.names, q, out);
  });

  it("is read back from a draw", () => {
    const { posterior, q, out } = draw(spec, 7);
    const back = new Float64Array(q.length).fill(Number.NaN);
    posterior.unconstrain!(out, back);
    q.forEach((value, i) => {
      expect(back[i]).toBeCloseTo(value, 6);
    });
  });

  it("has the same posterior integrated out as sampled, where it is linear and Gaussian", () => {
    const reason = notCollapsible({ ...spec, priorOnly: false });
    if (reason !== undefined) {
      expect(reason).toMatch(/is not linear in Gaussian coefficients/);
      expect(() => buildModel(formula, data, { strategy: "collapsed" })).toThrow(reason);
      return;
    }
    const proper: ModelOptions = { priors: ["normal(0, 3), class=b"] };
    const own = buildModel(formula, data, { ...proper, strategy: "collapsed" });
    const explicit = compileModel(buildModel(formula, data, { ...proper, strategy: "explicit" }));
    const collapsed = compileModel(own, { oneToOne: true });
    expect(collapsed.names).toEqual(explicit.names);
    // ∂ log p(θ, y)/∂θ is the mean of ∂ log p(θ, z, y)/∂θ over draws of z given θ, whatever z: five standard errors.
    const random = stream(12, 0, "test");
    const q = Float64Array.from({ length: collapsed.density.dimension }, () => 0.3 * random.normal());
    const out = new Float64Array(collapsed.names.length);
    const at = new Float64Array(explicit.density.dimension);
    const gradients = Array.from({ length: 400 }, () => {
      const gradient = new Float64Array(at.length);
      collapsed.constrain(q, random, out);
      explicit.unconstrain!(out, at);
      explicit.density.evaluate(at, gradient);
      return gradient;
    });
    const byTheta = new Float64Array(q.length);
    collapsed.density.evaluate(q, byTheta);
    const names = Array.from(at, (_, i) => explicit.density.coordinateName!(i));
    byTheta.forEach((value, i) => {
      const column = names.indexOf(collapsed.density.coordinateName!(i));
      expect(column).toBeGreaterThanOrEqual(0);
      const own = gradients.map((gradient) => gradient[column]!);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      const sd = Math.sqrt(own.reduce((a, b) => a + (b - mean) ** 2, 0) / own.length);
      expect(Math.abs(mean - value)).toBeLessThan((5 * sd) / Math.sqrt(own.length) + 1e-8);
    });
    expectGradient(collapsed.density, q, 1e-5);
    expectGradient(compileModel(own).density, q, 1e-5);
  });

  it("has priors for every block, in every set", () => {
    for (const priors of Object.keys(priorSets)) {
      const own = buildModel(formula, data, { ...explicit, priors });
      for (const { key, parameters } of placedTerms(own.design)) {
        for (const { prior } of parameters) {
          const targets =
            prior.kind === "elements" ? prior.targets : prior.kind === "whole" ? [prior.target] : [];
          for (const target of targets) {
            expect(
              own.priors.some(
                ({ target: found }) =>
                  found.class === target.class && found.coef === target.coef && key.dpar === "mu",
              ),
            ).toBe(true);
          }
        }
      }
    }
  });

  it("predicts another parameter than mu, and other families", () => {
    const two = buildModel(`y ~ 1; sigma ~ ${call}`, data, explicit);
    const { posterior, q } = draw(two, 8);
    expectGradient(posterior.density, q, 1e-5);
    const counts = buildModel(`k ~ ${call}`, data, { family: "poisson" });
    const other = draw(counts, 9);
    expectGradient(other.posterior.density, other.q, 1e-5);
  });
});
