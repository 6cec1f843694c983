/** As long as it is told to: new seeds, target after target; what is found goes into the corpus. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { addToCorpus } from "./corpus.ts";
import { judge } from "./judge.ts";
import { targets } from "./targets.ts";

const minutes = Number(process.env.FUZZ_MINUTES ?? 1);
const only = process.env.FUZZ_TARGET ?? "";
const chosen = targets.filter(({ name }) => name.includes(only));

it.each(chosen.map((target) => [target.name, target] as const))("%s", async (name, target) => {
  const end = performance.now() + (minutes * 60_000) / chosen.length;
  let inputs = 0;
  const failures: string[] = [];
  while (performance.now() < end && failures.length < 10) {
    const seed = Math.trunc(performance.timeOrigin + performance.now() * 1000) % 2 ** 31;
    const result = await fc.check(
      fc.asyncProperty(target.inputs, async (input) => {
        inputs++;
        await judge(() => target.run(input));
      }),
      {
        // Shrinking slow inputs would take hours.
        endOnFailure: true,
        seed,
        numRuns: 1000,
        interruptAfterTimeLimit: Math.max(1000, end - performance.now()),
        markInterruptAsFailure: false,
      },
    );
    if (!result.failed || result.counterexample === null) continue;
    const did = String((result.errorInstance as Error | undefined)?.message ?? "failed").slice(0, 600);
    addToCorpus(name, { input: result.counterexample[0], did });
    failures.push(`${JSON.stringify(result.counterexample[0])?.slice(0, 300)}: ${did}`);
  }
  console.log(`${name}: ${inputs} inputs, ${failures.length} failures`);
  expect(failures).toEqual([]);
});
