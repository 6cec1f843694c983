/** Runs every block of docs/coming-from.md and checks the numbers behind `// =`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { referenceData } from "./reml/reference-fit.ts";

const text = readFileSync("docs/coming-from.md", "utf8");
const blocks = [...text.matchAll(/^## ([^\n]+)|^```ts\n([\s\S]*?)^```/gm)];
const folder = ".cache/coming-from";

/** What a block may use, and what the names of the data stand for. */
const data = {
  sleepstudy: referenceData("sleepstudy"),
  cbpp: referenceData("cbpp"),
  cake: referenceData("cake"),
  orthodont: referenceData("Orthodont"),
  loblolly: referenceData("Loblolly"),
  owls: referenceData("Owls"),
};
const names =
  "anova brm coefficientTable compare compareFits contrasts emmeans glmm inference lmm nlme profileIntervals scaledResiduals";

describe("docs/coming-from.md", () => {
  let heading = "";
  let count = 0;
  for (const [, title, code] of blocks) {
    if (title !== undefined) heading = title;
    if (code === undefined) continue;
    const number = ++count;
    it(`${heading}, block ${number}`, async () => {
      const { checks, run } = await compiled(code, number);
      const values: unknown[] = await run(data);
      expect(values.length).toBe(checks.length);
      checks.forEach((expected, k) => {
        if (expected === "true") expect(values[k]).toBe(true);
        else {
          const digits = expected.split(".")[1]?.length ?? 0;
          expect(Math.abs((values[k] as number) - Number(expected))).toBeLessThanOrEqual(0.6 * 10 ** -digits);
        }
      });
    });
  }
});

async function compiled(code: string, number: number) {
  const checks: string[] = [];
  const body = code.replace(/^(.*?); \/\/ = (\S+)$/gm, (_all, expression: string, expected: string) => {
    checks.push(expected);
    return `values.push(${expression});`;
  });
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/block-${number}.ts`;
  writeFileSync(
    file,
    `// @ts-nocheck\nimport { ${names.split(" ").join(", ")} } from "nutmix";\n` +
      `export async function run({ ${Object.keys(data).join(", ")} }) {\nconst values = [];\n${body}\nreturn values;\n}\n`,
  );
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    run: (given: typeof data) => Promise<unknown[]>;
  };
  return { checks, run: module.run };
}
