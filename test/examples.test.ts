/** Every example runs and lands on its expected.json, which another system made. */
import { readdirSync, readFileSync } from "node:fs";
import { type Draws, type Fit, type Samples, summarise } from "nutmix";
import { describe, expect, it } from "vitest";

interface Expected {
  readonly source: string;
  readonly parameters: readonly {
    name: string;
    mean: number;
    sd: number;
    mcseMean: number;
    mcseSd: number;
  }[];
}

type Length = { readonly warmup: number; readonly draws: number };

interface Example {
  readonly fit?: (length: Length) => Promise<Fit>;
  readonly sampleByHand?: (length: Length) => Samples;
}

const folder = new URL("../examples/", import.meta.url);
const examples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Names that a hand-written density gives to the quantities of expected.json. */
const byHand: Record<string, string> = { b_Intercept: "mu", sd_school__Intercept: "tau" };

describe.each(examples)("%s", (name) => {
  const expected = JSON.parse(readFileSync(new URL(`${name}/expected.json`, folder), "utf8")) as Expected;
  const length = name === "verbagg" ? { warmup: 300, draws: 200 } : { warmup: 500, draws: 500 };

  it("agrees with its expected.json", async () => {
    const example = (await import(new URL(`${name}/fit.ts`, folder).href)) as Example;
    expect(example.fit ?? example.sampleByHand, `${name}/fit.ts exports fit or sampleByHand`).toBeDefined();
    if (example.fit !== undefined)
      expectAgreement((await example.fit(length)).draws, expected, (parameter) => parameter);
    if (example.sampleByHand !== undefined) {
      expectAgreement(
        example.sampleByHand(length).draws,
        expected,
        (parameter) => byHand[parameter] ?? parameter,
      );
    }
  });

  it("says what it is", () => {
    expect(readFileSync(new URL(`${name}/README.md`, folder), "utf8").length).toBeGreaterThan(200);
  });
});

/** Means within 5 combined Monte Carlo standard errors: with some 40 comparisons a false alarm is a one in 10⁴ event. */
function expectAgreement(draws: Draws, expected: Expected, rename: (name: string) => string): void {
  const rows = new Map(summarise(draws).map((row) => [row.name, row]));
  expect(expected.parameters.length).toBeGreaterThan(1);
  for (const parameter of expected.parameters) {
    const row = rows.get(rename(parameter.name));
    if (row === undefined) throw new Error(`no draw is called ${rename(parameter.name)}`);
    const z = (row.mean - parameter.mean) / Math.hypot(row.mcseMean, parameter.mcseMean);
    expect(Math.abs(z), `${parameter.name}: ${row.mean}, expected ${parameter.mean}`).toBeLessThan(5);
  }
}
