/** `s(…)` and `t2(…)` as written, to what a smooth is learned from. */
import type { Ast } from "../../formula/ast.ts";
import { format } from "../../formula/format.ts";
import { Arguments, elements } from "../arguments.ts";
import { type EvaluationContext, evaluate } from "../evaluate.ts";
import type { Call } from "../term.ts";
import type { SmoothCall, SmoothVariable, SmoothVariables } from "./smooth.ts";

const NAMES = ["k", "bs", "m", "by", "fx", "xt", "id", "sp", "pc"];
const TENSOR_NAMES = [...NAMES, "d", "full", "ord"];

/** @throws FormulaError for arguments that make no sense, or that smooths here do not have */
export function readSmooth(call: Call, { source }: EvaluationContext): SmoothCall {
  const kind = call.callee === "t2" ? "t2" : "s";
  const own: Arguments = new Arguments(call, source);
  own.allow(kind === "t2" ? TENSOR_NAMES : NAMES);
  const variables = own.positional();
  if (variables.length === 0) own.fail("a smooth needs a variable");
  if (new Set(variables.map(format)).size < variables.length) own.fail("a variable stands here twice");
  for (const [name, why] of REFUSED) {
    if (own.named(name) !== undefined) own.fail(`${name} is not supported: ${why}`, own.named(name)!);
  }
  const by = own.named("by");
  return {
    kind,
    label: `${kind}(${variables.map(format).join(",")})`,
    variables: variables.map(format),
    bs: own.texts("bs"),
    k: dimensions(own, kind),
    m: orders(own, kind),
    d: own.whole("d", 1),
    fx: own.flag("fx", false),
    full: own.flag("full", false),
    ...(by === undefined ? {} : { by: format(by) }),
    ...xtOf(own),
  };
}

const REFUSED: readonly (readonly [string, string])[] = [
  ["id", "every smooth has standard deviations of its own"],
  ["sp", "standard deviations are estimated; fix one with a prior, constant(…) on class sds"],
  ["pc", "smooths are centred by a sum over the rows"],
  ["ord", "all products of a t2() are in the model"],
];

function dimensions(own: Arguments, kind: "s" | "t2"): number[] {
  const k = own.numbers("k").filter((value) => value !== -1);
  const bad = k.find((value) => !Number.isInteger(value) || value < 1);
  if (bad !== undefined) own.fail(`k must be whole and positive, not ${bad}`, own.named("k")!);
  if (kind === "t2" && k.some((value) => value < 3))
    own.fail("k of t2() must be at least 3", own.named("k")!);
  return k;
}

/** One list of orders for `s`; for `t2` one number or list per margin, or one for all. */
function orders(own: Arguments, kind: "s" | "t2"): number[][] {
  const m = own.named("m");
  if (m === undefined) return [];
  if (kind === "s") return [own.numbers("m")];
  if (m.kind === "call" && m.callee === "list") {
    return elements(m).map((margin) => elements(margin).map((value) => own.number(value, "m")));
  }
  return own.numbers("m").map((value) => [value]);
}

/** `xt = "cr"` or `xt = list(bs = "cr")`: the basis of a factor smooth. */
function xtOf(own: Arguments): { xt?: string } {
  const xt = own.named("xt");
  if (xt === undefined) return {};
  if (xt.kind === "string") return { xt: xt.value };
  if (xt.kind === "call" && xt.callee === "list") {
    const bs = xt.args.find(({ name }) => name === "bs");
    if (bs?.value.kind === "string" && xt.args.length === 1) return { xt: bs.value.value };
  }
  return own.fail('xt names the basis of a factor smooth, as in xt = "cr"', xt);
}

/** The variables of the call, evaluated over the rows of the context, by their text. */
export function smoothVariables(call: Call, context: EvaluationContext): SmoothVariables {
  const own: Arguments = new Arguments(call, context.source);
  const by = own.named("by");
  const all: Ast[] = [...own.positional(), ...(by === undefined ? [] : [by])];
  return new Map(
    all.map((ast): [string, SmoothVariable] => {
      const value = evaluate(ast, context);
      if (value.kind === "matrix")
        own.fail(`${format(ast)} has several columns: name each as a variable`, ast);
      if (value.kind === "scalar") own.fail(`${format(ast)} is a constant, not a variable`, ast);
      return [format(ast), value];
    }),
  );
}
