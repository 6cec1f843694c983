import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it, vi } from "vitest";

describe("the module", () => {
  it("is what its sources compile to", () => {
    const { status, stderr } = spawnSync("node", ["scripts/build-kernels.mjs", "--check"], {
      encoding: "utf8",
      env: { ...process.env },
    });
    expect(stderr.replace(/^npm .*\n/gm, "")).toBe("");
    expect(status).toBe(0);
  });
});

describe("without WebAssembly", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("there are no kernels, and no error", async () => {
    vi.resetModules();
    vi.stubGlobal("WebAssembly", undefined);
    const { kernelsAvailable } = await import("../../src/kernels/load.ts");
    expect(kernelsAvailable()).toBe(false);
  });

  it("a model takes the nodes of JavaScript, and cannot be told to do otherwise", async () => {
    vi.resetModules();
    vi.stubGlobal("WebAssembly", undefined);
    const { buildModel } = await import("../../src/model/build.ts");
    const { compileModel } = await import("../../src/model/compile.ts");
    const data = {
      y: Array.from({ length: 90 }, (_, i) => i % 2),
      x: Array.from({ length: 90 }, (_, i) => i % 7),
    };
    const options = { family: "bernoulli" } as const;
    const { density } = compileModel(buildModel("y ~ x", data, options));
    const q = new Float64Array(density.dimension);
    expect(density.evaluate(q, new Float64Array(q.length))).toBeLessThan(0);
    expect(() => buildModel("y ~ x", data, { ...options, backend: "wasm" })).toThrow(
      /does not run WebAssembly/,
    );
  });

  it("a failing compiler is the same as none", async () => {
    vi.resetModules();
    vi.stubGlobal("WebAssembly", {
      Module: class {
        constructor() {
          throw new Error("forbidden by a policy");
        }
      },
    });
    const { kernelsAvailable } = await import("../../src/kernels/load.ts");
    expect(kernelsAvailable()).toBe(false);
  });
});
