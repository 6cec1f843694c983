/**
 * The README's TypeScript runs, block after block. Every block is a module, as it would be in a program: with the names that
 * earlier blocks have made, and what a reader brings along (the text of a CSV file, new rows).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it, vi } from "vitest";

describe("the README's code", () => {
  const folder = ".cache/readme";
  const brought = [
    'export const csvText = await import("node:fs").then(({ readFileSync }) => readFileSync("examples/sleepstudy/data.csv", "utf8"));',
    'export const newRows = { Days: [0, 5, 10], Subject: ["308", "309", "new"] };',
  ];
  const blocks = [...readFileSync("README.md", "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
    ([, code]) => code!,
  );
  const made = new Map<string, string>();
  for (const line of brought) made.set(/const (\w+)/.exec(line)![1]!, "./brought.ts");

  it("is in modules that a test can run", () => {
    expect(blocks.length).toBeGreaterThan(3);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/brought.ts`, `${brought.join("\n")}\n`);
    blocks.forEach((code, k) => {
      const own = [...code.matchAll(/^const (\w+) =/gm)].map((match) => match[1]!);
      const given = [...made].filter(
        ([name]) => !own.includes(name) && new RegExp(`\\b${name}\\b`).test(code),
      );
      const imports = given.map(([name, from]) => `import { ${name} } from "${from}";\n`);
      writeFileSync(
        `${folder}/block-${k + 1}.ts`,
        `// @ts-nocheck\n${imports.join("")}${code}\nexport { ${own.join(", ")} };\n`,
      );
      for (const name of own) made.set(name, `./block-${k + 1}.ts`);
    });
  });

  it.each(blocks.map((code, k) => [k + 1, code.split("\n").at(-2)!] as const))(
    "block %i runs: %s",
    async (number) => {
      const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
      try {
        await import(/* @vite-ignore */ pathToFileURL(`${folder}/block-${number}.ts`).href);
        const said = printed.mock.calls.flat().join("\n");
        if (blocks[number - 1]!.includes("console.log")) expect(said).toMatch(/Subject[\s\S]*Days/);
      } finally {
        printed.mockRestore();
      }
    },
    180_000,
  );
});
