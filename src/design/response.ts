/** The response and its addition terms: trials, weights, se, cens. */
import { DataError, FormulaError } from "../errors.ts";
import type { Argument, Ast } from "../formula/ast.ts";
import { format } from "../formula/format.ts";
import type { AdditionCall, ResponsePart } from "../formula/model-formula.ts";
import { mean } from "../numeric/moments.ts";
import { type EvaluationContext, evaluate, numbers, requireFinite } from "../terms/evaluate.ts";
import type { ResponseDesign } from "./design.ts";

export function responseDesign(part: ResponsePart, context: EvaluationContext): ResponseDesign {
  const { rowNumbers } = context;
  const value = evaluate(part.expression, context);
  const base =
    value.kind === "factor"
      ? { values: Float64Array.from(value.codes), levels: value.levels, ordered: value.ordered }
      : value.kind === "logical"
        ? { values: Float64Array.from(value.values), levels: ["FALSE", "TRUE"], ordered: false }
        : { values: numbers(part.expression, context) };
  requireFinite(base.values, `the response "${part.name}"`, rowNumbers);
  return { name: part.name, ...base, rowNumbers, ...responseTerms(part.additions, context) };
}

/** What trials(), weights(), se() and cens() say of each row. */
export function responseTerms(
  additions: readonly AdditionCall[],
  context: EvaluationContext,
): Partial<ResponseDesign> {
  return Object.assign({}, ...additions.map((addition) => ADDITIONS[addition.name]!(addition, context)));
}

type AdditionReader = (call: AdditionCall, context: EvaluationContext) => Partial<ResponseDesign>;

const ADDITIONS: Readonly<Record<string, AdditionReader>> = {
  trials(call, context) {
    const trials = argument(call, context);
    checkRows(trials, call, context, (n) => Number.isInteger(n) && n >= 0, "a whole number of trials");
    return { trials };
  },
  weights(call, context) {
    const weights = argument(call, context);
    checkRows(weights, call, context, (w) => w >= 0, "a weight of 0 or more");
    if (!flag(call, "scale", context)) return { weights };
    const average = mean(weights);
    return { weights: weights.map((w) => w / average) };
  },
  se(call, context) {
    const values = argument(call, context);
    const sigma = flag(call, "sigma", context);
    checkRows(values, call, context, (s) => (sigma ? s >= 0 : s > 0), "a positive standard error");
    return { se: { values, sigma } };
  },
  cens(call, context) {
    const [first, second] = call.args.filter((own) => own.name === undefined || own.name === "y2");
    const codes = censoringCodes(first!.value, context);
    const upper = second === undefined ? undefined : numbers(second.value, context);
    const interval = codes.indexOf(2);
    if (interval >= 0 && upper === undefined) {
      throw new DataError(
        `${format(call.args[0]!.value)} marks row ${context.rowNumbers[interval]} as interval censored: ` +
          "give the upper bounds as cens(c, y2)",
      );
    }
    return { censoring: { codes, ...(upper !== undefined && { upper }) } };
  },
};

const CODES: ReadonlyMap<string, number> = new Map([
  ["left", -1],
  ["none", 0],
  ["right", 1],
  ["interval", 2],
  ["-1", -1],
  ["0", 0],
  ["1", 1],
  ["2", 2],
]);

function censoringCodes(ast: Ast, context: EvaluationContext): Int8Array {
  const value = evaluate(ast, context);
  if (value.kind === "logical") return value.values;
  const labels =
    value.kind === "factor"
      ? Array.from(value.codes, (code) => value.levels[code]!)
      : Array.from(numbers(ast, context), String);
  return Int8Array.from(labels, (label, i) => {
    const code = CODES.get(label);
    if (code === undefined) {
      throw new DataError(
        `${format(ast)} is "${label}" in row ${context.rowNumbers[i]}; censoring is none, left, right or interval (0, -1, 1, 2)`,
      );
    }
    return code;
  });
}

function argument(call: AdditionCall, context: EvaluationContext): Float64Array {
  const first = call.args.find((own) => own.name === undefined);
  if (first === undefined)
    throw new FormulaError(`${call.name}() needs a column`, context.source, call.start);
  return numbers(first.value, context);
}

function checkRows(
  values: Float64Array,
  call: AdditionCall,
  { rowNumbers }: EvaluationContext,
  accepts: (value: number) => boolean,
  wanted: string,
): void {
  const bad = values.findIndex((value) => !accepts(value));
  if (bad >= 0) {
    throw new DataError(
      `${call.name}(${format(call.args[0]!.value)}) is ${values[bad]} in row ${rowNumbers[bad]}; ${wanted} is needed`,
    );
  }
}

function flag(call: AdditionCall, name: string, context: EvaluationContext): boolean {
  const given: Argument | undefined = call.args.find((own) => own.name === name);
  if (given === undefined) return false;
  const { value } = given;
  if (value.kind === "name" && /^(?:T|TRUE|true)$/.test(value.name)) return true;
  if (value.kind === "name" && /^(?:F|FALSE|false)$/.test(value.name)) return false;
  throw new FormulaError(`${call.name}(${name} = …) is TRUE or FALSE`, context.source, value.start);
}
