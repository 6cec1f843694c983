import { describe, expect, it } from "vitest";
import { restore, stream } from "../../src/random/streams.ts";

const take = (rng: { uniform(): number }, n: number) => Array.from({ length: n }, () => rng.uniform());

describe("stream", () => {
  it("is the same for the same seed, chain and purpose, and different otherwise", () => {
    const reference = take(stream(1, 0, "sampler"), 20);
    expect(take(stream(1, 0, "sampler"), 20)).toEqual(reference);
    for (const other of [
      stream(2, 0, "sampler"),
      stream(1, 1, "sampler"),
      stream(1, 0, "generated"),
      stream(2 ** 40 + 1, 0, "sampler"),
    ]) {
      expect(take(other, 20)).not.toEqual(reference);
    }
  });

  it("continues exactly from its state, after an odd number of normals too", () => {
    const rng = stream(3, 2, "test");
    for (let i = 0; i < 7; i++) rng.normal();
    const copy = restore(JSON.parse(JSON.stringify(rng.state())));
    expect(Array.from({ length: 9 }, () => copy.normal())).toEqual(
      Array.from({ length: 9 }, () => rng.normal()),
    );
  });

  it("has uniform, normal and integer variates with the right moments", () => {
    const rng = stream(5, 0, "moments");
    const n = 100_000;
    let [u, z, zz, zzzz, k] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      u += rng.uniform();
      const normal = rng.normal();
      z += normal;
      zz += normal ** 2;
      zzzz += normal ** 4;
      k += rng.integer(10);
    }
    // Five standard errors: sd of a uniform 1/√12, of z 1, of z² √2, of z⁴ √96, of a digit √8.25.
    expect(Math.abs(u / n - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(Math.abs(z / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(zz / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(zzzz / n - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(Math.abs(k / n - 4.5)).toBeLessThan(5 * Math.sqrt(8.25 / n));
  });

  it("has uncorrelated chains", () => {
    const [a, b] = [stream(1, 0, "sampler"), stream(1, 1, "sampler")];
    const n = 20_000;
    let product = 0;
    for (let i = 0; i < n; i++) product += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    expect(Math.abs(product / n)).toBeLessThan(5 / (12 * Math.sqrt(n)));
  });
});
