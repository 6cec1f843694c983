/** CSV text → records with their line numbers, one at a time: no table of strings is ever held. */
import Papa from "papaparse";
import { DataError } from "../errors.ts";

/** `line`: 1-based line of the text on which the record begins. */
export type OnRecord = (fields: readonly string[], line: number) => void;

/** Comma, semicolon or tab: whichever the header has most of, outside quotes; comma when it has none. */
export function guessDelimiter(text: string): string {
  const counts = new Map([",", ";", "\t"].map((delimiter) => [delimiter, 0]));
  // The first line that is not blank.
  const begin = text.lastIndexOf("\n", text.search(/\S/)) + 1;
  let quoted = false;
  for (let at = begin; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') quoted = !quoted;
    else if (char === "\n" && !quoted) break;
    else if (!quoted && counts.has(char)) counts.set(char, counts.get(char)! + 1);
  }
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}

/**
 * Calls `onRecord` for every record but blank lines. `text` has line feeds alone and no byte order mark.
 * @throws DataError with the line of a quote that is never closed or that text follows.
 */
export function readRecords(text: string, delimiter: string, onRecord: OnRecord): void {
  const quoted = text.includes('"');
  let line = 1;
  Papa.parse<string[]>(text, {
    delimiter,
    newline: "\n",
    skipEmptyLines: false,
    step({ data: fields, errors }) {
      for (const error of errors) if (error.type === "Quotes") refuseQuote(text, error, line);
      if (fields.length > 1 || fields[0]!.trim() !== "") onRecord(fields, line);
      line += 1 + (quoted ? lineBreaks(fields) : 0);
    },
  });
}

function refuseQuote(text: string, { code, index }: Papa.ParseError, line: number): never {
  if (code === "MissingQuotes") {
    const opening = text.slice(0, index ?? 0).split("\n").length;
    throw new DataError(`line ${Math.max(line, opening)}: the quote that opens here is never closed`);
  }
  throw new DataError(
    `line ${line}: text follows the closing quote of a field (a quote inside a field is written "")`,
  );
}

/** Line breaks inside quoted fields. */
function lineBreaks(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields) {
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) count++;
  }
  return count;
}
