/** Every plot renders, is titled, and treats what users wrote as text. */

import { plots } from "nutmix";
import { describe, expect, it } from "vitest";
import { MOST_ROWS } from "../../src/plots/plot.ts";

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
const every = (name: string): Record<string, plots.Plot> => ({
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
  cooksDistance: plots.cooksDistancePlot({
    by: name,
    labels: Array.from(values, (_, i) => `${name} ${i}`),
    distances: values,
  }),
  dumbbell: plots.dumbbell({
    title: name,
    nameA: "Bayes",
    nameB: name,
    rows: [{ label: name, a: 1, b: 2, lower: 0, upper: 3 }],
  }),
});

describe.each(hostile)("%s", (name) => {
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
