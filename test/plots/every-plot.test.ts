/** Every plot that the package exports renders, and treats what users wrote as text. */

import { plots } from "nutmix";
import { describe, expect, it } from "vitest";
import { MOST_ROWS } from "../../src/plots/plot.ts";
import { predictorKey } from "../../src/quantities/predictor-key.ts";
import { fakeDraws } from "../helpers/fake-draws.ts";

const hostile = [
  "a.b[c]",
  "<script>alert(1)</script>",
  'datum["x"]',
  "__proto__",
  'it\'s "quoted"',
  "√ü€ 漢",
];
const n = 60;
const values = Float64Array.from({ length: n }, (_, i) => Math.sin(i * 1.7) + i / 50);

type PlotName = {
  [K in keyof typeof plots]: (typeof plots)[K] extends (...args: never[]) => plots.Plot ? K : never;
}[keyof typeof plots];

/** Draws called `name` and `name 2`, and effects of a grouping factor that is called so, with such levels. */
function drawsCalled(name: string): plots.DrawsSource {
  const own = fakeDraws([name, `${name} 2`, ...hostile.map((level) => `${name} of ${level}`)], 2, 40);
  const key = predictorKey("mu");
  const [first, second] = own.quantities!;
  const effects = {
    role: "effect",
    names: own.names.slice(2),
    lower: -Infinity,
    upper: Infinity,
    group: name,
    levels: hostile,
    coefficients: [{ key, name, label: name }],
  } as const;
  return { draws: { ...own, quantities: [first!, second!, effects] } };
}

const convergenceRows = (name: string) => [
  { name, rhat: 1.02, essBulk: 300, essTail: 500 },
  { name: `${name} 2`, rhat: 1, essBulk: 900, essTail: 800 },
];

const every = (name: string): Record<PlotName, plots.Plot> => ({
  ...ofDraws(drawsCalled(name), name),
  rhatSummary: plots.rhatSummary(convergenceRows(name)),
  essSummary: plots.essSummary(convergenceRows(name), { chains: 2 }),
  comparison: plots.comparison({
    rows: [{ kind: "fixed", name, bayes: { estimate: 1, lower: 0, upper: 2 }, reml: { estimate: 1.1 } }],
  }),
  conditionalEffect: plots.conditionalEffect({
    variables: [name],
    response: name,
    kind: "factor",
    rows: hostile.map((x, i) => ({ x, by: name, estimate: i, lower: i - 1, upper: i + 1 })),
    points: [{ x: name, y: 1 }],
    spaghetti: [{ draw: 1, x: name, by: name, y: 1 }],
  }),
  conditionalSmooth: plots.conditionalSmooth({
    smooth: name,
    dpar: name,
    variables: [name],
    by: name,
    rows: hostile.map((x, i) => ({ x, by: name, estimate: i, lower: i - 1, upper: i + 1 })),
  }),
  paretoK: plots.paretoK({ k: Float64Array.of(0.1, 0.9), threshold: 0.7, rows: [1, 2] }),
  powerScaling: plots.powerScaling([{ name, prior: 0.1, likelihood: 0.2 }]),
  sbcRanks: plots.sbcRanks({ parameters: [{ name, bins: [4, 6, 5], pChiSquare: 0.8, pEcdf: 0.7 }] }),
  shrinkage: plots.shrinkage({
    group: name,
    levels: hostile,
    quantity: name,
    noPooling: values.slice(0, hostile.length),
    partialPooling: values.slice(1, hostile.length + 1),
    completePooling: 0,
  }),
  residualsFitted: plots.residualsFitted({
    fitted: values,
    residuals: values.map((v) => -v),
    response: name,
  }),
  scaleLocation: plots.scaleLocation({ fitted: values, residuals: values, response: name }),
  residualsByGroup: plots.residualsByGroup({
    group: name,
    levels: hostile,
    index: Int32Array.from({ length: n }, (_, i) => i % hostile.length),
    residuals: values,
  }),
  qqNormal: plots.qqNormal({
    title: name,
    values,
    envelope: { lower: values.map((v) => v - 1), upper: values.map((v) => v + 1) },
  }),
  caterpillar: plots.caterpillar({
    group: name,
    name,
    levels: Array.from(values, (_, i) => `${name} ${i}`),
    estimates: values,
    lower: values.map((v) => v - 1),
    upper: values.map((v) => v + 1),
  }),
  cooksDistancePlot: plots.cooksDistancePlot({
    by: name,
    labels: Array.from(values, (_, i) => `${name} ${i}`),
    distances: values,
  }),
  dumbbell: plots.dumbbell({
    title: name,
    nameA: "Bayes",
    nameB: name,
    rows: [
      { label: name, a: 1, b: 2, lower: 0, upper: 3 },
      { label: `${name} 2`, a: 2, b: 1, lower: 0, upper: 3 },
    ],
  }),
});

function ofDraws(source: plots.DrawsSource, name: string) {
  return {
    autocorrelation: plots.autocorrelation(source),
    density: plots.density(source),
    densityByChain: plots.densityByChain(source),
    energy: plots.energy(source),
    groupEffects: plots.groupEffects(source, { group: name, coefficient: name }),
    intervals: plots.intervals(source),
    pairs: plots.pairs(source),
    rankOverlay: plots.rankOverlay(source),
    ridgeline: plots.ridgeline(source),
    trace: plots.trace(source),
  };
}

it("no plot is missing here", () => {
  const exported = Object.keys(plots).filter((name) => name !== "renderSvg");
  expect(Object.keys(every("x")).sort()).toEqual(exported.sort());
});

/** All at once, but for the one that is only dangerous alone. */
const names = [hostile.filter((name) => name !== "__proto__").join(" "), "__proto__"];

describe.each(names)("%s", (name) => {
  it.each(Object.entries(every(name)))("%s", async (_plot, { spec, data }) => {
    expect(data.length).toBeGreaterThan(0);
    const svg = await plots.renderSvg(spec);
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toContain("<script");
    const fields = JSON.stringify(spec).match(/"field":"([^"]*)"/g) ?? [];
    for (const field of fields) expect(field).toMatch(/^"field":"\w+"$/);
  });
});

it("no specification grows with the data", () => {
  const many = new Float64Array(200_000).map((_, i) => Math.sin(i));
  const { spec, data } = plots.residualsFitted({ fitted: many, residuals: many, response: "y" });
  expect(data.length).toBeLessThanOrEqual(MOST_ROWS);
  expect(JSON.stringify(spec).length).toBeLessThan(2e6);
});
