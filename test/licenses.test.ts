/** THIRD-PARTY-LICENSES.txt: every package of which the bundles hold a module, with the text of its license. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("lists what is bundled, each with its text", () => {
  execFileSync(process.execPath, ["scripts/third-party-licenses.mjs"]);
  const text = readFileSync("THIRD-PARTY-LICENSES.txt", "utf8");
  const sections = text.split(`\n${"=".repeat(80)}\n`);
  const listed = new Set<string>();
  for (const section of sections) {
    const names = [...section.matchAll(/^((?:@[\w-]+\/)?[\w.-]+) \d+\.\S* \(.+\)$/gm)];
    for (const [, name] of names) listed.add(name!);
    const terms = section.slice(names.at(-1)!.index + names.at(-1)![0].length);
    expect(terms, names[0]![0]).toMatch(/copyright|public domain/i);
    expect(terms.length, names[0]![0]).toBeGreaterThan(400);
  }
  const bundled = new Set<string>();
  for (const file of readdirSync("dist").filter((name) => name.endsWith(".js"))) {
    for (const [, name] of readFileSync(`dist/${file}`, "utf8").matchAll(
      /#region \S*node_modules\/((?:@[\w-]+\/)?[\w.-]+)\//g,
    )) {
      bundled.add(name!);
    }
  }
  expect(bundled.size).toBeGreaterThan(50);
  expect([...bundled].filter((name) => !listed.has(name))).toEqual([]);
  for (const name of ["vega", "vega-view", "ml-matrix", "delaunator", "@stdlib/math"])
    expect(listed).toContain(name);
});
