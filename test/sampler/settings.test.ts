import { describe, expect, it } from "vitest";
import { SettingsError } from "../../src/errors.ts";
import {
  resolveRunSettings,
  resolveSettings,
  runSettings,
  samplerSettings,
} from "../../src/sampler/settings.ts";

describe("settings", () => {
  it("default to Stan's", () => {
    expect(resolveSettings()).toMatchObject({
      algorithm: "nuts",
      warmup: 1000,
      draws: 1000,
      adaptDelta: 0.8,
      maxTreedepth: 10,
      metric: "auto",
      initRadius: 2,
    });
    expect(resolveRunSettings().chains).toBe(4);
  });

  it("accept their own defaults", () => {
    for (const setting of Object.values({ ...samplerSettings, ...runSettings })) {
      expect(setting.accepts(setting.default)).toBe(true);
      expect(setting.meaning.length).toBeGreaterThan(10);
    }
  });

  it.each([
    [{ adaptDelta: 1.2 }, "adaptDelta must lie strictly between 0 and 1, not 1.2"],
    [{ adaptDelta: Number.NaN }, "adaptDelta must lie strictly between 0 and 1, not NaN"],
    [{ warmup: -1 }, "warmup must be a whole number, at least 0 and at most 10000000, not -1"],
    [{ draws: 0 }, "draws must be a whole number, at least 1 and at most 10000000, not 0"],
    [{ maxTreedepth: 2.5 }, "maxTreedepth must be a whole number from 1 to 20, not 2.5"],
    [{ metric: "unit" as never }, 'metric must be "auto" or "diag" or "dense" or "low-rank", not "unit"'],
    [{ initRadius: -2 }, "initRadius must be 0 or a positive number, not -2"],
  ])("refuse %j", (given, message) => {
    expect(() => resolveSettings(given)).toThrow(new SettingsError(message));
  });

  it("refuse impossible runs, and ignore what they do not know", () => {
    expect(() => resolveRunSettings({ chains: 0 })).toThrow(
      "chains must be a whole number, at least 1 and at most 1000, not 0",
    );
    expect(Object.keys(resolveSettings({ family: "poisson" } as never))).toEqual(
      Object.keys(samplerSettings),
    );
  });
});
