/** Links, exports and families that the documents name exist; readme-code.test.ts runs the README's TypeScript. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as nutmixApi from "nutmix";
import { describe, expect, it } from "vitest";

const documents = [
  "README.md",
  "CHANGELOG.md",
  "priors/README.md",
  ...readdirSync("docs").map((file) => `docs/${file}`),
];

describe.each(documents)("%s", (path) => {
  const text = readFileSync(path, "utf8");

  it("links to files that exist", () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(dirname(path), target)))).toEqual([]);
  });

  it("imports only what the package exports", () => {
    const names = [...text.matchAll(/import \{([^}]*)\} from "nutmix"/g)].flatMap((match) =>
      match[1]!.split(",").map((name) => name.replace(/^\s*type\s+/, "").trim()),
    );
    expect(names.filter((name) => name !== "" && !(name in nutmixApi))).toEqual([]);
  });
});

describe("the README's families", () => {
  it("exist", () => {
    const table = readFileSync("README.md", "utf8").split("## Families")[1]!.split("\n## ")[0]!;
    const named = [...table.matchAll(/^\|\s*((?:`[\w.]+`(?:, )?)+)\s*\|/gm)].flatMap((row) =>
      [...row[1]!.matchAll(/`([\w.]+)`/g)].map((match) => match[1]!),
    );
    expect(named.length).toBeGreaterThan(15);
    for (const name of named) expect(nutmixApi.findFamily(name).name).toBe(name);
  });
});
