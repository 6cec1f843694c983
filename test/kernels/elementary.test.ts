import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { instantiateKernels } from "../../src/kernels/load.ts";

type Triple = readonly [x: number, nearest: number, rest: number];
const reference = JSON.parse(
  readFileSync(new URL("../fixtures/kernels/elementary.json", import.meta.url), "utf8"),
) as Record<string, readonly Triple[]>;
const names = ["exp", "log", "log1p", "log1pUnit", "expOfNegative"] as const;
type Name = (typeof names)[number];

reference.expOfNegative = reference.exp!.filter(([x]) => x <= 0 && x >= -708);

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
const kernels = instantiateKernels(memory)!;

function values(name: Name, x: readonly number[]): Float64Array {
  const count = x.length + (x.length % 2);
  const view = new Float64Array(memory.buffer, 64, count).fill(1);
  view.set(x);
  kernels.elementary(names.indexOf(name), 64, count);
  return view.slice(0, x.length);
}

/** Distance between neighbouring doubles at x. */
function ulp(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  view.setBigInt64(0, view.getBigInt64(0) + 1n);
  return view.getFloat64(0) - Math.abs(x);
}

describe.each(names)("%s of two doubles", (name) => {
  it("is within two units of the last place of 60-digit values", () => {
    const triples = reference[name]!;
    const y = values(
      name,
      triples.map(([x]) => x),
    );
    triples.forEach(([x, nearest, rest], i) => {
      const error = Math.abs(y[i]! - nearest - rest) / ulp(nearest);
      expect(error, `${name}(${x}) = ${y[i]}, not ${nearest}`).toBeLessThanOrEqual(2);
    });
  });
});

describe("at the ends of their domains", () => {
  it("exp under- and overflows and keeps NaN", () => {
    const x = [Infinity, -Infinity, NaN, 710, -746, 1e300, -1e300, -745];
    expect([...values("exp", x)]).toEqual([Infinity, 0, NaN, Infinity, 0, Infinity, 0, 5e-324]);
  });

  it("e^−|x| is even, under- and overflows and keeps NaN", () => {
    const x = [-746, 746, -Infinity, NaN, 3, -3];
    const [left, right, end, nan, three, minusThree] = values("expOfNegative", x);
    expect([left, right, end, nan]).toEqual([0, 0, 0, NaN]);
    expect(three).toBe(minusThree);
  });

  it("log is −∞ at 0 and NaN below", () => {
    expect([...values("log", [0, -0, -1, Infinity, -Infinity, NaN])]).toEqual([
      -Infinity,
      -Infinity,
      NaN,
      Infinity,
      NaN,
      NaN,
    ]);
  });

  it("log1p keeps infinity and NaN", () => {
    expect([...values("log1p", [Infinity, NaN, 0])]).toEqual([Infinity, NaN, 0]);
    expect([...values("log1pUnit", [NaN, 0])]).toEqual([NaN, 0]);
  });
});
