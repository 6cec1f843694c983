/** Text for a terminal: what users and files wrote must not move its cursor, colour it or rename its window. */

/** C0 and C1 controls but tab and line feed, delete, and the marks that turn the direction of what follows. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** Controls as their code points: `\x1b[2J` → `\u001b[2J`, which is also how JSON writes them. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
