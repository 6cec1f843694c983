/** Text for a terminal: what users and files wrote must not move its cursor, colour it or rename its window. */

/** Control characters but tab and line feed, and the marks that turn the direction of what follows. */
const CONTROLS = /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu;

/** Controls as their code points: `\x1b[2J` → `\u001b[2J`, which is also how JSON writes them. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
