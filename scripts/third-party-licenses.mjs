// Writes THIRD-PARTY-LICENSES.txt: the notices of the packages of which parts are bundled into dist/, read off the bundles
// themselves (the bundler marks every module with a region comment). Fails when a notice cannot be found.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

/** Files with a license or a notice, as packages call them. */
const TEXTS = /^(?:licen[cs]e|copying|copyright|notice)(?:[-.].*)?$/i;

/** Packages that are published as bundles, and what these hold of others. */
const EMBEDDED = { "d3-delaunay": ["delaunator", "robust-predicates"] };

/** Folders of the packages whose modules stand in the bundles. */
function bundledPackages() {
  const folders = new Set();
  for (const file of readdirSync(dist).filter((name) => name.endsWith(".js"))) {
    for (const [, module] of readFileSync(join(dist, file), "utf8").matchAll(/^\s*\/\/#region (\S*node_modules\/\S+)/gm)) {
      folders.add(packageFolder(join(root, module.replace(/^\0/, ""))));
    }
  }
  for (const folder of [...folders]) {
    for (const part of EMBEDDED[basename(folder)] ?? []) folders.add(join(root, "node_modules", part));
  }
  return [...folders].sort();
}

/** What was installed: packages that lie inside others (parts of @stdlib) have the terms of those. */
function packageFolder(module) {
  const at = module.lastIndexOf("node_modules/") + "node_modules/".length;
  const parts = module.slice(at).split("/");
  return module.slice(0, at) + parts.slice(0, parts[0].startsWith("@") ? 2 : 1).join("/");
}

function textsIn(folder) {
  return readdirSync(folder)
    .filter((name) => TEXTS.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").trim())
    .filter((text) => text !== "");
}

function notice(folder) {
  const { name, version, license, licenses, author, repository } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const kind = license ?? licenses?.map(({ type }) => type).join(" or ");
  const texts = textsIn(folder);
  if (texts.length === 0) texts.push(standIn({ kind, author, repository, name }));
  return { id: `${name} ${version} (${kind})`, text: texts.join("\n\n") };
}

/**
 * For packages that are published without the text: that of a package of the same repository (the parts of Vega come without
 * one, d3's and Vega's other packages have it).
 */
function standIn({ kind, author, repository, name }) {
  const url = urlOf(repository);
  const siblings = readdirSync(join(root, "node_modules")).map((other) => join(root, "node_modules", other));
  for (const sibling of siblings) {
    const manifest = join(sibling, "package.json");
    if (!existsSync(manifest)) continue;
    if (url === undefined || urlOf(JSON.parse(readFileSync(manifest, "utf8")).repository) !== url) continue;
    const [text] = textsIn(sibling);
    if (text !== undefined) return text;
  }
  const template = TEMPLATES[kind];
  const holder = typeof author === "string" ? author : author?.name;
  if (template !== undefined && holder !== undefined) return template(holder.replace(/\s*[<(].*$/, ""));
  throw new Error(`${name} (${kind}) comes without the text of its license, and none is known for it`);
}

function urlOf(repository) {
  const url = typeof repository === "string" ? repository : repository?.url;
  return url?.replace(/^git\+/, "").replace(/\.git$/, "").replace(/^git:/, "https:").toLowerCase();
}

const TEMPLATES = {
  MIT: (holder) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

/** Packages with the same text are listed above it together. */
const byText = new Map();
for (const { id, text } of bundledPackages().map(notice)) byText.set(text, [...(byText.get(text) ?? []), id]);
if (byText.size === 0) throw new Error("no bundled package was found in dist/: build first");
const sections = [...byText].map(([text, ids]) => `${ids.join("\n")}\n\n${text}`);
writeFileSync(
  join(root, "THIRD-PARTY-LICENSES.txt"),
  `dist/ contains parts of these packages.\n\n${sections.join(`\n\n${"=".repeat(80)}\n\n`)}\n`,
);
