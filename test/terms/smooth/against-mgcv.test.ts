/**
 * Bases of smooths against mgcv 1.8-41's smoothCon(absorb.cons = TRUE, diagonal.penalty = TRUE, modCon = 3) and smooth2random(type = 2),
 * at the rows of the fit and beyond. Coefficients of one standard deviation are defined up to a rotation: what is compared is Z·Zᵀ.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { learnSmooth, smoothParts } from "../../../src/terms/smooth/learn.ts";
import type { PenalisedBlock, SmoothCall, SmoothVariable } from "../../../src/terms/smooth/smooth.ts";

interface Reference {
  readonly data: Record<string, (number | string)[]>;
  readonly new: Record<string, (number | string)[]>;
  readonly cases: Record<
    string,
    {
      readonly formula: string;
      readonly parts: { label: string; fixed: number[][] | Record<string, never>; random: number[][][] }[];
    }
  >;
}

const reference = JSON.parse(readFileSync("test/fixtures/smooth/mgcv-bases.json", "utf8")) as Reference;
const LEVELS: Record<string, readonly string[]> = { f: ["a", "b", "c"], o: ["lo", "mid", "hi"] };

function variables(table: Record<string, (number | string)[]>): Map<string, SmoothVariable> {
  return new Map(
    Object.entries(table).map(([name, values]) => {
      const levels = LEVELS[name];
      return [
        name,
        levels === undefined
          ? { kind: "numeric", values: Float64Array.from(values as number[]) }
          : {
              kind: "factor",
              levels,
              codes: Int32Array.from(values as string[], (value) => levels.indexOf(value)),
              ordered: name === "o",
            },
      ];
    }),
  );
}

const base = { bs: [], k: [], m: [], d: [], fx: false, full: false } as const;
function call(kind: "s" | "t2", names: string, options: Partial<SmoothCall> = {}): SmoothCall {
  return { ...base, kind, label: `${kind}(${names})`, variables: names.split(","), ...options };
}

/** The calls of the fixture. */
const calls: Record<string, SmoothCall> = {
  tp: call("s", "x"),
  tp_k5: call("s", "x", { k: [5] }),
  tp_m1: call("s", "x", { k: [8], m: [[1]] }),
  tp_m3: call("s", "x", { k: [8], m: [[3]] }),
  tp2: call("s", "x,z", { k: [12] }),
  tp2_default: call("s", "x,z", { k: [28] }),
  tp_u: call("s", "u", { k: [15] }),
  tp_m20: call("s", "x", { k: [6], m: [[2, 0]] }),
  ts: call("s", "x", { bs: ["ts"], k: [7] }),
  ts2: call("s", "x,z", { bs: ["ts"], k: [10] }),
  cr: call("s", "x", { bs: ["cr"] }),
  cr_k5: call("s", "u", { bs: ["cr"], k: [5] }),
  cs: call("s", "x", { bs: ["cs"], k: [6] }),
  cc: call("s", "x", { bs: ["cc"] }),
  cc_k6: call("s", "u", { bs: ["cc"], k: [6] }),
  ps: call("s", "x", { bs: ["ps"] }),
  ps_m: call("s", "x", { bs: ["ps"], k: [8], m: [[2, 1]] }),
  ps_m3: call("s", "u", { bs: ["ps"], k: [9], m: [[1, 3]] }),
  ps_m0: call("s", "u", { bs: ["ps"], k: [9], m: [[2, 0]] }),
  ps_m1: call("s", "u", { bs: ["ps"], k: [9], m: [[1]] }),
  cp: call("s", "x", { bs: ["cp"], k: [8] }),
  re: call("s", "f", { bs: ["re"] }),
  re_x: call("s", "f,x", { bs: ["re"] }),
  re2: call("s", "f,o", { bs: ["re"] }),
  by_num: call("s", "x", { by: "w", k: [6] }),
  by_fac: call("s", "x", { by: "f", k: [6] }),
  by_ord: call("s", "x", { by: "o", k: [6] }),
  by_num_cr: call("s", "x", { by: "z", k: [6], bs: ["cr"] }),
  by_fac2: call("s", "x,z", { by: "f", k: [8] }),
  fs: call("s", "x,f", { bs: ["fs"], k: [5] }),
  fs_m1: call("s", "x,f", { bs: ["fs"], k: [5], m: [[1]] }),
  fs_cr: call("s", "x,f", { bs: ["fs"], k: [5], xt: "cr" }),
  fs_ps: call("s", "x,f", { bs: ["fs"], k: [6], xt: "ps" }),
  t2: call("t2", "x,z"),
  t2_k: call("t2", "x,z", { k: [4] }),
  t2_k2: call("t2", "x,z", { k: [4, 5], bs: ["tp", "ps"] }),
  t2_full: call("t2", "x,z", { k: [4], full: true }),
  t2_by: call("t2", "x,z", { k: [4], by: "f" }),
  t2_byn: call("t2", "x,z", { k: [4], by: "w" }),
  t2_re: call("t2", "x,f", { k: [5, 3], bs: ["tp", "re"] }),
  t2_d: call("t2", "x,z,w", { d: [2, 1], k: [8, 4], bs: ["tp", "cr"] }),
  t2_cs: call("t2", "x,z", { k: [4], bs: ["cs", "tp"] }),
  fx: call("s", "x", { k: [5], fx: true }),
};

/** Rows of Z·Zᵀ. */
function gram(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((a) => rows.map((b) => a.reduce((sum, value, j) => sum + value * b[j]!, 0)));
}

function dense({ columns, levels }: PenalisedBlock): number[][] {
  return Array.from({ length: columns.rows }, (_, row) => {
    const own = Array.from({ length: columns.columns }, (__, j) => columns.values[j * columns.rows + row]!);
    if (levels === undefined) return own;
    return levels.names.flatMap((___, level) =>
      own.map((value) => (levels.codes[row] === level ? value : 0)),
    );
  });
}

function rowsOf(columns: { rows: number; columns: number; values: Float64Array }): number[][] {
  return dense({ columns });
}

function difference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  let worst = 0;
  let size = 0;
  a.forEach((row, i) => {
    row.forEach((value, j) => {
      worst = Math.max(worst, Math.abs(value - b[i]![j]!));
      size = Math.max(size, Math.abs(b[i]![j]!));
    });
  });
  return worst / size;
}

/** Residual of each column of b after projection on the columns of a, relative. */
function outsideSpan(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  const columns = (rows: readonly (readonly number[])[]) =>
    rows[0]!.map((_, j) => rows.map((row) => row[j]!));
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const basis: number[][] = [];
  const reduce = (x: number[]): number[] => {
    let left = x;
    for (let pass = 0; pass < 2; pass++)
      for (const q of basis) {
        const p = dot(q, left);
        left = left.map((value, i) => value - p * q[i]!);
      }
    return left;
  };
  for (const column of columns(a)) {
    const left = reduce(column);
    const length = Math.sqrt(dot(left, left));
    basis.push(left.map((value) => value / length));
  }
  return Math.max(...columns(b).map((x) => Math.sqrt(dot(reduce(x), reduce(x)) / dot(x, x))));
}

/**
 * Where two directions are not penalised, mgcv takes the two that an eigendecomposition of a matrix with a double zero returns: of
 * these, the rounding of LAPACK chooses. What does not depend on the choice is compared: the space of functions.
 */
const LEFT_TO_ROUNDING: Readonly<Record<string, "fixed" | "all">> = {
  tp2_default: "fixed",
  by_fac2: "fixed",
  cs: "all",
  fs: "all",
  fs_cr: "all",
  fs_ps: "all",
  t2_cs: "all",
};
const TOLERANCE = 1e-7;

describe("smooths are mgcv's", () => {
  for (const [name, own] of Object.entries(calls)) {
    const { formula, parts } = reference.cases[name]!;
    const rounding = LEFT_TO_ROUNDING[name];
    it(`${formula}${rounding === undefined ? "" : ` (${rounding === "all" ? "its space" : "the space of what is not penalised"})`}`, () => {
      const state = learnSmooth(own, variables(reference.data));
      const fit = smoothParts(state, variables(reference.data));
      const beyond = smoothParts(state, variables(reference.new));
      expect(fit.map((part) => part.label)).toEqual(parts.map((part) => part.label));
      parts.forEach((part, j) => {
        const fixed = [fit, beyond].flatMap((rows) => rowsOf(rows[j]!.fixed));
        const penalised = part.random.map((_, i) =>
          [fit, beyond].flatMap((rows) => dense(rows[j]!.penalised[i]!)),
        );
        expect(fit[j]!.penalised.length).toBe(part.random.length);
        if (Array.isArray(part.fixed)) {
          expect(outsideSpan(fixed, part.fixed)).toBeLessThan(TOLERANCE);
          expect(outsideSpan(part.fixed, fixed)).toBeLessThan(TOLERANCE);
          if (rounding === undefined)
            expect(difference(gram(fixed), gram(part.fixed))).toBeLessThan(TOLERANCE);
        } else {
          expect(fit[j]!.fixed.columns).toBe(0);
        }
        part.random.forEach((theirs, i) => {
          const ours = penalised[i]!;
          if (rounding !== "all") expect(difference(gram(ours), gram(theirs))).toBeLessThan(TOLERANCE);
          else expect(ours[0]!.length).toBe(theirs[0]!.length);
        });
        if (rounding === "all") {
          const ours = beside(penalised);
          const theirs = beside(part.random);
          expect(outsideSpan(ours, theirs)).toBeLessThan(TOLERANCE);
          expect(outsideSpan(theirs, ours)).toBeLessThan(TOLERANCE);
        }
      });
    });
  }
});

function beside(blocks: readonly (readonly (readonly number[])[])[]): number[][] {
  return blocks[0]!.map((_, row) => blocks.flatMap((block) => [...block[row]!]));
}
