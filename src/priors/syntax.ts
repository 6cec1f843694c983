/** Text of priors taken apart at parentheses and commas, with positions, so that errors can point at the place. */
import { PriorError } from "../errors.ts";

/** A stretch of a text: trimmed, with the 0-based offset at which it begins. */
export interface Piece {
  readonly text: string;
  readonly start: number;
}

/** A PriorError that shows the text with a caret under `position`. */
export function priorSyntaxError(message: string, text: string, position: number): PriorError {
  if (text.includes("\n")) return new PriorError(`${message} (in the prior ${text})`);
  return new PriorError(`${message}\n  ${text}\n  ${" ".repeat(position)}^`);
}

/**
 * `name(inside)` taken apart; undefined when the text does not begin like a call.
 * @throws PriorError when a parenthesis is left open or text follows the last one
 */
export function splitCall(text: string): { readonly name: string; readonly inside: Piece } | undefined {
  const head = /^\s*([A-Za-z_][\w.:]*)\s*\(/.exec(text);
  if (head === null) return undefined;
  const open = head[0].length - 1;
  const close = closing(text, open);
  const rest = text.slice(close + 1).search(/\S/);
  if (rest !== -1)
    throw priorSyntaxError("nothing may follow the closing parenthesis", text, close + 1 + rest);
  return { name: head[1]!, inside: { text: text.slice(open + 1, close), start: open + 1 } };
}

/** Splits at commas outside parentheses and quotes; "" gives no pieces. */
export function splitAtCommas({ text, start }: Piece): Piece[] {
  if (text.trim() === "") return [];
  const pieces: Piece[] = [];
  let from = 0;
  for (const { char, at, depth } of outsideQuotes(text)) {
    if (char !== "," || depth !== 0) continue;
    pieces.push(trimmed(text, from, at, start));
    from = at + 1;
  }
  return [...pieces, trimmed(text, from, text.length, start)];
}

function closing(text: string, open: number): number {
  for (const { char, at, depth } of outsideQuotes(text))
    if (char === ")" && at > open && depth === 0) return at;
  throw priorSyntaxError('a ")" is missing', text, text.length);
}

/** The characters outside quotes, with the depth of parentheses after each. */
function* outsideQuotes(text: string): Generator<{ char: string; at: number; depth: number }> {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== "") {
      if (char === quote) quote = "";
      continue;
    }
    if (char === '"' || char === "'" || char === "`") quote = char;
    else if (char === "(" || char === "[") depth++;
    else if (char === ")" || char === "]") depth--;
    yield { char, at, depth };
  }
}

function trimmed(text: string, from: number, to: number, offset: number): Piece {
  const raw = text.slice(from, to);
  const lead = raw.length - raw.trimStart().length;
  return { text: raw.trim(), start: offset + from + lead };
}
