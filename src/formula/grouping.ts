/** The parts of a group-level term: `(left | right)`, `(left || right)`, `(left | ID | right)`, `(left | gr(g, id = "ID"))`. */
import { didYouMean, FormulaError } from "../errors.ts";
import type { Argument, Ast } from "./ast.ts";
import { format } from "./format.ts";

export interface Grouping {
  /** The coefficients, still to be expanded. */
  readonly left: Ast;
  /** The grouping factors, still to be expanded. */
  readonly right: Ast;
  readonly correlated: boolean;
  readonly id?: string;
}

/** Arguments of brms' gr() that this does not do yet. */
const LATER = ["by", "cov", "dist", "pw"];
const ARGUMENTS = ["cor", "id", ...LATER];

/** @throws FormulaError for a misplaced ID and for arguments of gr() that are unknown or not supported. */
export function readGrouping(bar: Ast & { readonly kind: "binary" }, text: string): Grouping {
  const fail = (message: string, position: number): never => {
    throw new FormulaError(message, text, position);
  };
  let { left, right } = bar;
  let correlated = bar.op === "|";
  let id: string | undefined;
  if (left.kind === "binary" && (left.op === "|" || left.op === "||")) {
    id = idOf(left.right) ?? fail("the ID between the bars is a name, as in (1 |ID| g)", left.right.start);
    if (left.op === "||") correlated = false;
    left = left.left;
    if (left.kind === "binary" && (left.op === "|" || left.op === "||"))
      fail("a group-level term has at most one ID", left.start);
  }
  if (right.kind === "call" && right.callee === "gr") {
    const call = right;
    for (const { name, value } of call.args) {
      if (name === undefined) continue;
      if (LATER.includes(name)) fail(`${name} in gr() is not supported yet`, value.start);
      if (!ARGUMENTS.includes(name)) {
        fail(
          `gr() has no argument "${name}"; there are ${ARGUMENTS.join(", ")}${didYouMean(name, ARGUMENTS)}`,
          value.start,
        );
      }
    }
    const [group, second] = call.args.filter(({ name }) => name === undefined);
    if (group === undefined) return fail("gr() needs a grouping factor", call.start);
    if (second !== undefined)
      fail("gr() takes one grouping factor; its other arguments are named", second.value.start);
    const own = named(call.args, "id");
    if (own !== undefined && !isNotGiven(own)) {
      const given = idOf(own) ?? fail('id in gr() is a name in quotes, as in gr(g, id = "ID")', own.start);
      if (id !== undefined && id !== given) fail(`this term has two IDs, ${id} and ${given}`, own.start);
      id = given;
    }
    const cor = named(call.args, "cor");
    if (cor !== undefined) {
      const flag = logical(cor) ?? fail("cor in gr() is TRUE or FALSE", cor.start);
      correlated &&= flag;
    }
    right = group.value;
  }
  if (right.kind === "call" && right.callee === "mm")
    fail("mm() is not supported yet (multi-membership)", right.start);
  return { left, right, correlated, ...(id !== undefined && { id }) };
}

/** TRUE, T, FALSE or F as R writes them. */
export function logical(ast: Ast): boolean | undefined {
  if (ast.kind !== "name") return undefined;
  if (/^(?:T|TRUE|true)$/.test(ast.name)) return true;
  return /^(?:F|FALSE|false)$/.test(ast.name) ? false : undefined;
}

function named(args: readonly Argument[], name: string): Ast | undefined {
  return args.find((argument) => argument.name === name)?.value;
}

/** brms' defaults for "no ID". */
function isNotGiven(ast: Ast): boolean {
  return ast.kind === "name" && (ast.name === "NA" || ast.name === "NULL");
}

function idOf(ast: Ast): string | undefined {
  if (ast.kind === "name") return ast.name;
  if (ast.kind === "number") return format(ast);
  return ast.kind === "string" && ast.value !== "" ? ast.value : undefined;
}
