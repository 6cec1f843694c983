/** Tree → canonical text, spaced as R's deparse does it, because R's term labels are made from that. */
import type { Argument, Ast } from "./ast.ts";

const SYNTACTIC = /^(?:\p{L}|\.(?!\d))[\p{L}\p{M}\p{N}._]*$/u;
const TIGHT = new Set([":", "^"]);

export function format(ast: Ast): string {
  switch (ast.kind) {
    case "number":
      return String(ast.value);
    case "string":
      return JSON.stringify(ast.value);
    case "name":
      return formatName(ast.name);
    case "call":
      return `${formatName(ast.callee)}(${ast.args.map(formatArgument).join(", ")})`;
    case "unary":
      return `${ast.op}${format(ast.operand)}`;
    case "binary": {
      // R writes a/b and a*b with spaces around *, but not around /.
      const space = TIGHT.has(ast.op) || ast.op === "/" ? "" : " ";
      return `${format(ast.left)}${space}${ast.op}${space}${format(ast.right)}`;
    }
    case "parens":
      return `(${format(ast.inner)})`;
  }
}

export function formatName(name: string): string {
  return SYNTACTIC.test(name) ? name : `\`${name}\``;
}

function formatArgument({ name, value }: Argument): string {
  return name === undefined ? format(value) : `${name} = ${format(value)}`;
}
