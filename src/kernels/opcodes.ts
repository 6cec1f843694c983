/** The operations that the WebAssembly module has loops for, and their numbers there (assembly/operations.ts). */
import { type OperationName, operationNames } from "../expressions/operations.ts";

const native: Readonly<Partial<Record<OperationName, number>>> = {
  neg: 0,
  add: 1,
  sub: 2,
  mul: 3,
  div: 4,
  pull: 5,
  sqrt: 6,
  abs: 7,
  max: 8,
  min: 9,
  lt: 10,
  eq: 11,
  select: 12,
  exp: 13,
  log: 14,
  log1p: 15,
  expNegAbs: 16,
  log1pUnit: 17,
  share: 18,
  rest: 19,
  log1pSquare: 20,
  log1pSquareSlope: 21,
  logRatioMinus: 22,
};

export const SUM = 90;
export const SUM_LOG1P = 91;
const OUTSIDE = 100;

/** The others are called back in JavaScript, by their number in `operationNames`. */
export function opcodeOf(operation: OperationName): number {
  return native[operation] ?? OUTSIDE + operationNames.indexOf(operation);
}
