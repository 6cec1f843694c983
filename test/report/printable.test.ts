import { printable } from "nutmix";
import { expect, it } from "vitest";

it("controls become their code points; text, tabs and line feeds stay", () => {
  expect(printable("a\tb\nc é 漢 😀")).toBe("a\tb\nc é 漢 😀");
  expect(printable("\x1b[2J\x07\r\x7f\x9b31m\u202e")).toBe(
    "\\u001b[2J\\u0007\\u000d\\u007f\\u009b31m\\u202e",
  );
  const name = "\x1b]0;title\x07\x9b2J";
  expect(JSON.parse(printable(JSON.stringify({ name })))).toEqual({ name });
});
