/** One self-contained HTML page: no script, no network; light and dark, readable on a phone and in print. */
import type { TextTable } from "./text-table.ts";

export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "table"; readonly table: TextTable }
  | { readonly kind: "preformatted"; readonly text: string }
  /** `svg` comes from renderSvg, which escapes what users wrote. */
  | { readonly kind: "chart"; readonly svg: string; readonly caption: string };

export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly title: string;
  readonly sections: readonly Section[];
}

/** Nothing is loaded and no script runs, whatever a name holds; styles stand in the page and in its charts. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function htmlReport({ title, sections }: Page): string {
  const body = sections
    .map(
      ({ heading, blocks }) =>
        `<section>\n<h2>${escapeHtml(heading)}</h2>\n${blocks.map(blockHtml).join("\n")}\n</section>`,
    )
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "preformatted":
      return `<pre>${escapeHtml(block.text)}</pre>`;
    case "table":
      return tableHtml(block.table);
    case "chart":
      return `<figure><div class="card">${block.svg}</div><figcaption>${escapeHtml(block.caption)}</figcaption></figure>`;
  }
}

function tableHtml({ header, rows }: TextTable): string {
  const cell = (tag: string, text: string): string => `<${tag}>${escapeHtml(text)}</${tag}>`;
  const head = `<tr><th></th>${header.map((text) => cell("th", text)).join("")}</tr>`;
  const lines = rows.map(
    ({ label, cells }) => `<tr>${cell("th", label)}${cells.map((text) => cell("td", text)).join("")}</tr>`,
  );
  return `<div class="scroll"><table><thead>${head}</thead><tbody>${lines.join("\n")}</tbody></table></div>`;
}

const STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --paper: #fff; --line: #ddd; --soft: #666; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --paper: #16181c; --line: #3a3d44; --soft: #a0a4ab; } }
body { margin: 0; background: var(--paper); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child { text-align: left; font-weight: 500; }
pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--line); border-radius: 6px; font-size: .85rem; }
figure { margin: 1rem 0; display: inline-block; vertical-align: top; max-width: 100%; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; overflow-x: auto; }
.card svg { max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .85rem; max-width: 34rem; }
@media print { body { font-size: 11px; } section { break-inside: avoid; } }
`;
