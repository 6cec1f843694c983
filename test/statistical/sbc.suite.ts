/**
 * Simulation-based calibration of every family × {intercept, slopes, crossed} on every sampling path: part of
 * `npm run conformance`; some by `npm run conformance -- -t "sbc poisson"`. In short it runs in test/api/sbc.test.ts.
 */
import { families, findFamily, NutmixError, prior, SettingsError, sbc } from "nutmix";
import { describe, expect, it } from "vitest";

const REPLICATES = 200;
const rows = Array.from({ length: 48 }, (_, i) => ({
  x: ((i * 7) % 11) / 5 - 1,
  g: `g${i % 8}`,
  h: `h${Math.floor(i / 8)}`,
  n: 5 + (i % 4),
}));

/** A response of the right kind; its values are replaced, its categories are kept. */
function placeholder(family: string, i: number): number {
  const { response, additions } = findFamily(family);
  if (response.kind === "category") return 1 + (i % 4);
  if (response.kind === "binary") return i % 2;
  if (additions.includes("trials") || response.description.startsWith("a count")) return i % 4;
  if (family === "beta") return 0.2 + (i % 7) / 10;
  return 0.5 + (i % 7) / 3;
}

const structures = { intercept: "(1 | g)", slopes: "(x | g)", crossed: "(1 | g) + (1 | h)" } as const;

const paths = [
  {},
  { strategy: "collapsed" },
  { strategy: "explicit", likelihood: "sums" },
  { strategy: "explicit", likelihood: "rows", backend: "wasm" },
  { strategy: "explicit", likelihood: "rows", backend: "js" },
  { strategy: "explicit", likelihood: "merged" },
  { coordinates: "transported" },
] as const;

/** Narrow enough that responses stay in reach of the family, wide enough that data and prior both count. */
function priorsOf(family: string) {
  const own = findFamily(family);
  const scale = own.dpars[0]!.links[0] === "identity" && own.response.kind === "numeric" ? 1 : 0.5;
  const constants = own.dpars.slice(1).filter(({ fixed }) => fixed === undefined);
  return [
    prior(`normal(0, ${scale})`),
    prior(`normal(${own.logScale === true ? 0 : scale}, ${scale})`, { class: "Intercept" }),
    prior(`normal(0, ${scale / 2})`, { class: "sd" }),
    ...constants.map(({ name, lower, upper }) =>
      prior(upper === 1 ? "beta(2, 2)" : lower === 0 || lower === 1 ? "gamma(4, 2)" : "normal(0, 1)", {
        class: name,
      }),
    ),
  ];
}

describe.each(Object.keys(families))("sbc %s", (family) => {
  const data = rows.map((row, i) => ({ ...row, y: placeholder(family, i) }));
  const left = findFamily(family).additions.includes("trials") ? "y | trials(n)" : "y";
  describe.each(Object.entries(structures))("%s", (_, groups) => {
    it.each(paths.map((path) => [JSON.stringify(path), path] as const))(
      "%s",
      async (_name, path) => {
        const options = { family, replicates: REPLICATES, ...path };
        let result: Awaited<ReturnType<typeof sbc>>;
        try {
          result = await sbc(`${left} ~ x + ${groups}`, priorsOf(family), data, options);
        } catch (error) {
          // A path or a prior that this model does not have: said, and done.
          if (!(error instanceof SettingsError || error instanceof NutmixError)) throw error;
          console.log(`${family} ${groups} ${JSON.stringify(path)}: ${error.message}`);
          return;
        }
        expect(result.failed).toBeLessThanOrEqual(REPLICATES / 20);
        const least = Math.min(...result.parameters.flatMap((own) => [own.pChiSquare, own.pEcdf]));
        // Some thousand p-values in all.
        expect(least).toBeGreaterThan(1e-5);
      },
      3_600_000,
    );
  });
});
