/** A word as it would be typed. */
export function shellWord(word: string): string {
  return /^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The running command, to be typed again. */
export function thisCommand(): string {
  return `nutmix ${process.argv.slice(2).map(shellWord).join(" ")}`;
}
