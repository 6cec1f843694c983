/** Standard output, written at once and checked: a full disk or a closed pipe is an error where it happens. */
import { writeSync } from "node:fs";
import { printable } from "../index.ts";
import { inWords, writeAll } from "../index-node.ts";

/** What is to be read: control characters of names are shown, not obeyed. @throws StorageError when not everything was taken. */
export function print(text: string): void {
  printData(printable(text));
}

/** Data for another program, as they are unless a terminal would show them. @throws StorageError as `print`. */
export function printData(data: string): void {
  const text = process.stdout.isTTY ? printable(data) : data;
  try {
    writeAll({ write }, 1, Buffer.from(text, "utf8"));
  } catch (error) {
    throw inWords("cannot write to standard output", error);
  }
}

/** A pipe that its owner has made non-blocking takes more when it has been read from. */
function write(file: number, bytes: Uint8Array): number {
  for (;;) {
    try {
      return writeSync(file, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
