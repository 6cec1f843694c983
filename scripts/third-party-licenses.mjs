// Writes THIRD-PARTY-LICENSES.txt: the notices of the code that is bundled into dist/.
import { readFileSync, writeFileSync } from "node:fs";

const bundled = [
  "@stdlib/math",
  "@stdlib/random",
  "@stdlib/stats",
  "ml-matrix",
  "ml-array-max",
  "ml-array-min",
  "ml-array-rescale",
  "is-any-array",
];
const notices = bundled.map((name) => {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const read = (file) => {
    try {
      return readFileSync(new URL(file, folder), "utf8").trim();
    } catch {
      return "";
    }
  };
  return [`${name} ${version} (${license})`, read("NOTICE"), read("LICENSE")].filter(Boolean).join("\n\n");
});
writeFileSync(
  new URL("../THIRD-PARTY-LICENSES.txt", import.meta.url),
  `dist/ contains parts of these packages.\n\n${notices.join(`\n\n${"=".repeat(80)}\n\n`)}\n`,
);
