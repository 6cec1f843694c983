/** Plain-text tables: labels flush left, cells flush right, columns apart by one space. */
export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly string[] }[];
}

/**
 * The lines of a table. A label for which no room is left within `width` stands on a line of its own above its
 * cells: names are never cut, because what is cut may be what tells two parameters apart.
 */
export function textTable(table: TextTable, width = 80): string[] {
  const columns = table.header.map((title, j) =>
    Math.max(displayWidth(title), ...table.rows.map((row) => displayWidth(row.cells[j] ?? ""))),
  );
  const cellsWidth = columns.reduce((sum, column) => sum + column + 1, 0);
  const room = Math.max(8, width - cellsWidth);
  const fitting = table.rows.map((row) => displayWidth(row.label)).filter((size) => size <= room);
  const labelWidth = Math.max(0, ...fitting);
  const line = (label: string, cells: readonly string[]) =>
    padEnd(label, labelWidth) + columns.map((column, j) => ` ${padStart(cells[j] ?? "", column)}`).join("");

  const lines = [line("", table.header)];
  for (const { label, cells } of table.rows) {
    if (displayWidth(label) <= room) lines.push(line(label, cells));
    else lines.push(label, line("", cells));
  }
  return lines.map((text) => text.trimEnd());
}

/** The same table in Markdown. */
export function markdownTable(table: TextTable): string[] {
  const escaped = (text: string) => text.replaceAll("|", "\\|");
  return [
    `| | ${table.header.map(escaped).join(" | ")} |`,
    `|:--|${table.header.map(() => "--:|").join("")}`,
    ...table.rows.map(({ label, cells }) => `| ${[label, ...cells].map(escaped).join(" | ")} |`),
  ];
}

/** Fixed decimals; `NA` for what is not known, `Inf` as R writes it. */
export function fixed(x: number, digits: number): string {
  if (Number.isNaN(x)) return "NA";
  if (!Number.isFinite(x)) return x > 0 ? "Inf" : "-Inf";
  // toFixed() gives up at 1e21; R's %.2f prints all the digits, which nobody reads.
  return Math.abs(x) < 1e15 ? signedFixed(x, digits) : x.toExponential(digits);
}

/** Words of `text` in lines of at most `width` characters; `indent` stands before all lines but the first. */
export function wrap(text: string, width = 80, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** A negative number that rounds to zero keeps its sign: it says on which side zero is (as brms prints it). */
function signedFixed(x: number, digits: number): string {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 ? `-${text}` : text;
}

/** Code points, with East Asian wide ones counted twice. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(
      character,
    )
      ? 2
      : 1;
  return width;
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}
