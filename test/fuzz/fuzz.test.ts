/** A short run of every target, and everything that was found before. `npm run fuzz -- --minutes N` runs for longer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corpusOf } from "./corpus.ts";
import { judge } from "./judge.ts";
import { targets } from "./targets.ts";

/** Tests run beside each other. */
const SLACK = 4;

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  it("found before", async () => {
    for (const { input } of corpusOf(name)) await judge(() => target.run(input), SLACK);
  });

  it("new inputs, most of them valid", async () => {
    const outcomes = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(target.inputs, async (input) => {
        outcomes[(await judge(() => target.run(input), SLACK)).outcome]++;
      }),
      { numRuns: target.runs, seed: 1, endOnFailure: true },
    );
    // A generator that is refused throughout tests the first check alone.
    expect(outcomes.accepted).toBeGreaterThan(0);
  });
});
