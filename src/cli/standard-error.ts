/** Standard error: what is said beside the result. */
import { printable } from "../index.ts";

/** A line; control characters of names are shown, not obeyed. */
export function note(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
