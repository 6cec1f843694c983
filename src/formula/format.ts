/** Tree → canonical text, spaced as R's deparse does it, because R's term labels are made from that. */
import { type Argument, type Ast, leftSpine } from "./ast.ts";

const SYNTACTIC = /^(?:\p{L}|\.(?!\d))[\p{L}\p{M}\p{N}._]*$/u;
/** Words that R's grammar keeps for itself, so that columns of these names need back-ticks. */
const KEYWORDS = new Set(["if", "else", "repeat", "while", "function", "for", "next", "break", "in"]);
/** R's deparse sets no spaces around these. */
const TIGHT = new Set([":", "^", "/", "%%"]);

/** For every tree of the parser, parse(format(tree)) is that tree again, but for positions. */
export function format(ast: Ast): string {
  switch (ast.kind) {
    case "number":
      return formatNumber(ast.value);
    case "string":
      return JSON.stringify(ast.value);
    case "name":
      return formatName(ast.name);
    case "call":
      return `${formatName(ast.callee)}(${ast.args.map(formatArgument).join(", ")})`;
    case "unary":
      return `${ast.op}${format(ast.operand)}`;
    case "binary": {
      const { first, operations } = leftSpine(ast);
      const pieces = [format(first)];
      for (const { op, right } of operations) {
        const space = TIGHT.has(op) ? "" : " ";
        pieces.push(`${space}${op}${space}${format(right)}`);
      }
      return pieces.join("");
    }
    case "parens":
      return `(${format(ast.inner)})`;
  }
}

export function formatName(name: string): string {
  if (SYNTACTIC.test(name) && !KEYWORDS.has(name)) return name;
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}

/**
 * R's choice between fixed and scientific notation: the shorter, fixed when they are equally wide (`1e+05`, 123456,
 * `1e-04`, 0.001). All digits are kept that are needed to give the number back.
 */
function formatNumber(value: number): string {
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  const decimals = Math.max(0, mantissa.replace(".", "").length - 1 - power);
  const fixedWidth = Math.max(power, 0) + 1 + (decimals > 0 ? decimals + 1 : 0);
  const scientific = `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return fixedWidth <= scientific.length ? value.toFixed(decimals) : scientific;
}

function formatArgument({ name, value }: Argument): string {
  return name === undefined ? format(value) : `${formatName(name)} = ${format(value)}`;
}
