import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CmdstanRun, cmdstanCsv } from "../../src/draws/cmdstan-csv.ts";
import { cmdstanColumns, nameFromColumn } from "../../src/draws/cmdstan-names.ts";
import type { Draws } from "../../src/draws/draws.ts";
import { quantitiesFromNames } from "../../src/draws/quantities-from-names.ts";
import { readCmdstanCsv } from "../../src/draws/read-cmdstan-csv.ts";
import { DataError } from "../../src/errors.ts";
import { predictorKey } from "../../src/quantities/predictor-key.ts";
import { namesOf, type Quantity } from "../../src/quantities/quantity.ts";

const run: CmdstanRun = {
  settings: {
    algorithm: "nuts",
    warmup: 500,
    adaptDelta: 0.9,
    maxTreedepth: 12,
    integrationTime: 1,
    initRadius: 2,
    seed: 42,
  },
  adaptation: [
    {
      stepSize: 0.25,
      metric: "diag",
      dimension: 2,
      inverseMetric: Float64Array.of(0.5, 2),
      warmupMs: 1500,
      samplingMs: 250,
    },
    {
      stepSize: 0.125,
      metric: "diag",
      dimension: 2,
      inverseMetric: Float64Array.of(0.25, 1),
      warmupMs: 1400,
      samplingMs: 260,
    },
  ],
};

function drawsOf(
  names: readonly string[],
  chains: number,
  perChain: number,
  value: (i: number) => number,
): Draws {
  const count = chains * perChain;
  return {
    names,
    quantities: quantitiesFromNames(names),
    chains,
    draws: perChain,
    values: Float64Array.from({ length: count * names.length }, (_, i) => value(i)),
    statistics: {
      lp: Float64Array.from({ length: count }, (_, i) => -i / 3),
      acceptStat: Float64Array.from({ length: count }, (_, i) => 1 / (i + 1)),
      stepSize: new Float64Array(count).fill(0.1),
      treedepth: Int32Array.from({ length: count }, (_, i) => i % 5),
      nLeapfrog: Int32Array.from({ length: count }, (_, i) => 2 ** (i % 5) - 1),
      divergent: Uint8Array.from({ length: count }, (_, i) => (i % 7 === 0 ? 1 : 0)),
      energy: Float64Array.from({ length: count }, (_, i) => i * Math.PI),
    },
  };
}

const columnsOf = (names: readonly string[]): string[] =>
  cmdstanColumns({ names, quantities: quantitiesFromNames(names) });

describe("cmdstanColumns", () => {
  it("writes the arrays of a model as arrays", () => {
    const key = predictorKey("mu");
    const coefficient = (name: string) => ({ key, name, label: name });
    const quantity = (role: Quantity["role"], rest: Partial<Quantity>): Quantity => ({
      role,
      names: [],
      lower: 0,
      upper: 1,
      ...rest,
    });
    const quantities = [
      quantity("threshold", { names: ["1st", "2nd"], arrays: ["b_Intercept"] }),
      quantity("coefficient", { names: ["b_a:b", "b_a.b"] }),
      quantity("effect", {
        names: ["?1", "?2", "?3", "?4"],
        levels: ["x,y", "z"],
        coefficients: ["Intercept", "Days"].map(coefficient),
        arrays: ["r_g", "r_g__sigma"],
      }),
      quantity("other", {
        names: ["m1", "m2"],
        arrays: ["m"],
        index: [["1"], ["1", "2"]],
      }),
      // A second block of the same factor continues its array.
      quantity("effect", {
        names: ["?5", "?6"],
        levels: ["x,y", "z"],
        coefficients: [coefficient("other")],
        arrays: ["r_g"],
      }),
    ];
    expect(cmdstanColumns({ names: namesOf(quantities), quantities })).toEqual([
      "b_Intercept.1",
      "b_Intercept.2",
      "b_a_b",
      "b_a_b_v2",
      "r_g.1.1",
      "r_g.2.1",
      "r_g__sigma.1.1",
      "r_g__sigma.2.1",
      "m.1.1",
      "m.1.2",
      "r_g.1.2",
      "r_g.2.2",
    ]);
  });

  it("numbers the labels of each index", () => {
    expect(
      columnsOf([
        "b_Intercept[1]",
        "b_Intercept[2]",
        "b_x:z",
        "r_Subject[308,Intercept]",
        "r_Subject[309,Intercept]",
        "r_Subject[308,Days]",
        "r_Subject[309,Days]",
        "r_site[a,b,Intercept]",
        "theta[2]",
        "theta[1]",
      ]),
    ).toEqual([
      "b_Intercept.1",
      "b_Intercept.2",
      "b_x_z",
      "r_Subject.1.1",
      "r_Subject.2.1",
      "r_Subject.1.2",
      "r_Subject.2.2",
      "r_site.1.1",
      "theta.2",
      "theta.1",
    ]);
  });

  it("keeps names apart that differ only in characters that are not allowed", () => {
    expect(columnsOf(["b_größe", "b_gr.ße", "b", "b[1]", "x__"])).toEqual([
      "b_gr__e",
      "b_gr__e_v2",
      "b",
      "b_v2.1",
      "x_",
    ]);
  });

  it("gives every name a column that all readers take: unique, no comma, positions dense from 1", () => {
    const part = fc.string({ minLength: 1, maxLength: 6 }).map((text) => text.replace(/[[\]]/g, ""));
    const name = fc
      .tuple(part, fc.option(fc.array(part, { minLength: 1, maxLength: 3 })))
      .map(([base, index]) => (index === null ? `${base}x` : `${base}x[${index.join(",")}]`));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), (names) => {
        const columns = columnsOf(names);
        expect(new Set(columns).size).toBe(names.length);
        const shapes = new Map<string, number>();
        for (const column of columns) {
          // rstan: R's make.names() may change nothing. ArviZ: everything after a dot is int(); cmdstanr and ArviZ: `…__` is a sampler statistic.
          expect(column).toMatch(/^[A-Za-z][A-Za-z0-9_]*(\.[1-9][0-9]*)*$/);
          expect(column).not.toMatch(/__$/);
          const [base, ...index] = column.split(".");
          expect(shapes.get(base!) ?? index.length).toBe(index.length);
          shapes.set(base!, index.length);
        }
      }),
    );
  });

  it("reads CmdStan's own names as Stan writes them in programs", () => {
    expect(["mu", "theta.3", "L.2.1"].map(nameFromColumn)).toEqual(["mu", "theta[3]", "L[2,1]"]);
  });
});

describe("cmdstanCsv", () => {
  const names = ["b_Intercept", "r_g[a b,Intercept]", "r_g[c=1 (Total),Intercept]", "lp__"];
  const draws = drawsOf(names, 2, 3, (i) => (i === 1 ? Number.NaN : i === 2 ? -Infinity : Math.sin(i) / 7));
  const [first, second] = cmdstanCsv(draws, run) as [string, string];
  const lines = first.split("\n");

  it("writes the parts of a CmdStan file in CmdStan's order", () => {
    const header = lines.findIndex((line) => !line.startsWith("#"));
    expect(lines[0]).toBe("# stan_version_major = 2");
    expect(lines.slice(0, header)).toEqual(
      expect.arrayContaining([
        "#     num_samples = 3",
        "#     num_warmup = 500",
        "#     save_warmup = 0 (Default)",
        "#       delta = 0.9",
        "#             max_depth = 12",
        "#         metric = diag_e",
        "# id = 1",
        "#   seed = 42",
      ]),
    );
    expect(lines[header]).toBe(
      "lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,b_Intercept,r_g.1.1,r_g.2.1",
    );
    expect(lines.slice(header + 2, header + 6)).toEqual([
      "# Adaptation terminated",
      "# Step size = 0.25",
      "# Diagonal elements of inverse mass matrix:",
      "# 0.5, 2",
    ]);
    expect(lines[header + 6]).toBe("-0,1,0.1,0,0,1,0,0,nan,-inf");
    expect(lines.slice(header + 9)).toEqual([
      "# ",
      "#  Elapsed Time: 1.5 seconds (Warm-up)",
      "#                0.25 seconds (Sampling)",
      "#                1.75 seconds (Total)",
      "# ",
      "",
    ]);
    expect(second).toContain("# id = 2");
    expect(second).toContain("# Step size = 0.125");
  });

  it("writes nothing into the name comment that readers take for something else", () => {
    const comment = lines.find((line) => line.startsWith("# parameter_names"))!;
    expect(comment).not.toMatch(/[=()]/);
    expect(comment.slice(1)).not.toContain("#");
  });

  it("comes back as it was", () => {
    const back = readCmdstanCsv([first, second]);
    expect(back.draws.names).toEqual(names.slice(0, 3));
    expect(back.draws.statistics).toEqual(draws.statistics);
    const kept = [...draws.values].filter((_, i) => i % 4 !== 3);
    expect([...back.draws.values]).toEqual(kept);
    expect(back.settings.num_warmup).toBe("500");
    expect(back.adaptation.map((chain) => chain.stepSize)).toEqual([0.25, 0.125]);
    expect([...back.adaptation[1]!.inverseMetric]).toEqual([0.25, 1]);
  });

  it("comes back bit by bit whatever the numbers and names", () => {
    const label = fc.string({ minLength: 1, maxLength: 8, unit: "binary" });
    fc.assert(
      fc.property(
        fc.uniqueArray(label, { minLength: 1, maxLength: 4 }),
        fc.array(fc.double()),
        (labels, numbers) => {
          const unusual = drawsOf(
            labels.map((text) => `r_g[${text},Intercept]`),
            1,
            4,
            (i) => numbers[i] ?? i,
          );
          const back = readCmdstanCsv(cmdstanCsv(unusual, run)).draws;
          expect(back.names).toEqual(unusual.names);
          expect([...back.values]).toEqual([...unusual.values]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("writes a dense metric row by row", () => {
    const dense = cmdstanCsv(drawsOf(["a", "b"], 1, 1, Number), {
      settings: run.settings,
      adaptation: [
        {
          stepSize: 1,
          metric: "dense",
          dimension: 2,
          inverseMetric: Float64Array.of(1, 0.5, 0.5, 2),
          warmupMs: 0,
          samplingMs: 0,
        },
      ],
    });
    expect(dense[0]).toContain("# Elements of inverse mass matrix:\n# 1, 0.5\n# 0.5, 2\n");
    expect([...readCmdstanCsv(dense).adaptation[0]!.inverseMetric]).toEqual([1, 0.5, 0.5, 2]);
  });

  it("writes the diagonal of a low-rank metric, which the format does not know", () => {
    // variances 4 and 9, one eigenvalue 3 along (0.6, 0.8): diagonal 4·(1 + 2·0.36), 9·(1 + 2·0.64).
    const inverseMetric = Float64Array.of(4, 9, 3, 0.6, 0.8);
    const files = cmdstanCsv(drawsOf(["a", "b"], 1, 1, Number), {
      settings: run.settings,
      adaptation: [
        { stepSize: 1, metric: "low-rank", dimension: 2, inverseMetric, warmupMs: 0, samplingMs: 0 },
      ],
    });
    expect(files[0]).toContain("metric = diag_e\n");
    const [first, second] = readCmdstanCsv(files).adaptation[0]!.inverseMetric;
    expect(first).toBeCloseTo(6.88, 12);
    expect(second).toBeCloseTo(20.52, 12);
  });
});

describe("readCmdstanCsv", () => {
  const file = readFileSync(new URL("../fixtures/draws/cmdstan-saved-warmup.csv", import.meta.url), "utf8");

  it("reads a file of CmdStan with saved warm-up and a dense metric", () => {
    const { draws, settings, adaptation } = readCmdstanCsv([file]);
    expect(draws.names).toEqual(["mu", "theta[1]", "theta[2]", "L[1,1]", "L[2,1]"]);
    expect(draws.draws).toBe(3);
    expect([...draws.values.subarray(0, 5)]).toEqual([3.451, 0.646028, 3.6284, Number.NaN, -Infinity]);
    expect([...draws.statistics.energy]).toEqual([10.0181, 9.5, 8.25]);
    expect([...draws.statistics.divergent]).toEqual([0, 0, 1]);
    expect(settings).toMatchObject({
      seed: "935257156",
      metric: "dense_e",
      metric_file: "",
      file: "schools.data.json",
    });
    expect(adaptation[0]!.stepSize).toBe(0.11757);
    expect([...adaptation[0]!.inverseMetric]).toEqual([10.2742, -0.189148, -0.189148, 0.552614]);
  });

  it("reads Windows line ends", () => {
    expect(readCmdstanCsv([file.replaceAll("\n", "\r\n")])).toEqual(readCmdstanCsv([file]));
  });

  it.each([
    [
      "a file cut off in a row",
      file.slice(0, file.indexOf("-1,3.5")),
      /line 39: 9 values for 12 columns; was the file cut off/,
    ],
    [
      "a cell that is no number",
      file.replace("2.5,1e-05", "2.5,abc"),
      /line 38, column "theta.1": "abc" is not a number/,
    ],
    ["no draws", file.slice(0, file.indexOf("-9.5")), /no draws after warm-up/],
    ["no header", "# nothing\n", /no header/],
    [
      "a file cut off between two rows",
      file.slice(0, file.indexOf("-7.5,")),
      /has 2 draws, but its settings say 3; was the file cut off/,
    ],
    [
      "a file cut off in its last number",
      file.slice(0, file.indexOf("# \n#  Elapsed") - 1).replace("3.5,1,0", "3.5,1,123"),
      /line 39: the last line has no line end/,
    ],
    [
      "a row of draws in place of the header",
      file.replace(/lp__.*\n/, ""),
      /no header line: in its place stands a row of numbers \(-9.5\)/,
    ],
    ["a column twice", file.replace("theta.2", "theta.1"), /names the column "theta.1" twice/],
    ["a column without a name", file.replace("theta.2", ""), /column without a name/],
    ["names that come out equal", file.replace("theta.2", "theta[1]"), /parameter "theta\[1\]" twice/],
    [
      "a thinning that is none",
      file.replace("thin = 1", "thin = 0"),
      /thin = 0 is not a whole number from 1/,
    ],
    [
      "names for other columns",
      file.replace("# Adaptation", '# parameter_names: ["mu"]\n# Adaptation'),
      /5 columns of parameters, but its comment parameter_names has 1 names/,
    ],
  ])("refuses %s", (_, text, message) => {
    expect(() => readCmdstanCsv([text])).toThrow(DataError);
    expect(() => readCmdstanCsv([text])).toThrow(message);
  });

  it("takes time in proportion to the text, whatever its comments and names", () => {
    const blanks = " ".repeat(100_000);
    const hostile = file
      .replace("# init", `# a =${blanks}b${blanks}(Default\n# init`)
      .replace(",mu,", `,mu${".1".repeat(50_000)}x,`);
    const started = performance.now();
    expect(readCmdstanCsv([hostile]).draws.draws).toBe(3);
    expect(columnsOf([`${"_".repeat(100_000)}x`])[0]).toMatch(/x$/);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("reads a metric of more numbers than a call can have arguments", () => {
    const row = `# ${new Array(200_000).fill("1").join(", ")}\n`;
    const wide = file.replace(/# 10\.2742.*\n/, row);
    expect(readCmdstanCsv([wide]).adaptation[0]!.inverseMetric.length).toBe(200_002);
  });

  it("refuses chains that do not belong together", () => {
    expect(() => readCmdstanCsv([])).toThrow(/no CmdStan CSV file/);
    expect(() => readCmdstanCsv([file, file.replace("theta.2", "phi")])).toThrow(/file 2 has other columns/);
    const shorter = file.replace(/-7\.5,.*\n/, "").replace("num_samples = 3", "num_samples = 2");
    expect(() => readCmdstanCsv([file, shorter])).toThrow(/file 2 has 2 draws, file 1 has 3/);
  });
});
