/** Smooths, Gaussian processes and monotonic effects against Stan; the slower ones are in `npm run conformance`. */
import { describe, expect, it } from "vitest";
import { compareTermCase } from "./term-case.ts";

describe.each(["smooth_tp", "gp_approx", "mo_inter"])("%s", (name) => {
  it("agrees with the reference", async () => {
    expect(await compareTermCase(name)).toEqual([]);
  });
});
