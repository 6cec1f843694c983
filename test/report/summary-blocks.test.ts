import { describe, expect, it } from "vitest";
import { quantitiesFromNames } from "../../src/draws/quantities-from-names.ts";
import { summaryBlocks } from "../../src/report/summary-blocks.ts";

const shown = (names: string[], groups: { group: string; levels: number }[] = []) =>
  summaryBlocks(
    quantitiesFromNames(
      names,
      groups.map(({ group }) => group),
    ),
    groups,
  ).map(({ title, group, entries }) => [
    group === undefined ? title : `~${group.name} ${group.levels ?? "?"}`,
    ...entries.map(({ label }) => label),
  ]);

describe("summaryBlocks", () => {
  it("prints what a quantity says of itself, whatever its name", () => {
    const odd = { names: ["r_a", "r_b"], lower: 0, upper: 1 };
    expect(
      summaryBlocks(
        [
          { ...odd, role: "effect", names: ["b_hidden"] },
          { ...odd, role: "correlation", table: { title: "Multilevel Hyperparameters", group: "g" } },
          {
            ...odd,
            role: "scale",
            labels: ["p", "q"],
            table: { title: "Multilevel Hyperparameters", group: "g" },
          },
          { ...odd, role: "family", table: { title: "Regression Coefficients" } },
        ],
        [],
      ),
    ).toEqual([
      {
        title: "Multilevel Hyperparameters",
        group: { name: "g" },
        entries: [
          { index: 3, label: "p" },
          { index: 4, label: "q" },
          { index: 1, label: "r_a" },
          { index: 2, label: "r_b" },
        ],
      },
      {
        title: "Regression Coefficients",
        entries: [
          { index: 5, label: "r_a" },
          { index: 6, label: "r_b" },
        ],
      },
    ]);
  });

  it("sorts every kind of parameter into brms' blocks, in brms' order", () => {
    expect(
      shown(
        [
          "b_Intercept[1]",
          "b_Intercept[2]",
          "b_x",
          "bs_stimes_1",
          "bsp_moincome",
          "bcs_z[1]",
          "b_sigma_Intercept",
          "ar[1]",
          "cosy",
          "sd_g__Intercept",
          "sds_stimes_1",
          "sdgp_gpx",
          "lscale_gpx",
          "sigma",
          "disc",
          "theta1",
          "simo_moincome1[1]",
          "rescor__y1__y2",
          "s_stimes_1[1]",
          "zgp_gpx[1]",
          "r_g[a,Intercept]",
          "r_g__sigma[a,Intercept]",
          "Intercept",
          "Intercept_sigma",
          "lprior",
          "lp__",
          "prior_b_x",
        ],
        [{ group: "g", levels: 2 }],
      ),
    ).toEqual([
      ["Smoothing Spline Hyperparameters", "sds(stimes_1)"],
      ["Gaussian Process Hyperparameters", "sdgp(gpx)", "lscale(gpx)"],
      ["Correlation Structures", "ar[1]", "cosy"],
      ["~g 2", "sd(Intercept)"],
      [
        "Regression Coefficients",
        "Intercept[1]",
        "Intercept[2]",
        "x",
        "stimes_1",
        "moincome",
        "z[1]",
        "sigma_Intercept",
      ],
      ["Monotonic Simplex Parameters", "moincome1[1]"],
      ["Further Distributional Parameters", "sigma", "disc", "theta1"],
      ["Residual Correlations", "rescor(y1,y2)"],
    ]);
  });

  it("takes dpars whose names begin like those of other kinds for what they are", () => {
    expect(
      shown(["sigma", "shape", "nu", "phi", "kappa", "beta", "zi", "hu", "coi", "ndt", "bias", "sigma_y1"]),
    ).toEqual([
      [
        "Further Distributional Parameters",
        "sigma",
        "shape",
        "nu",
        "phi",
        "kappa",
        "beta",
        "zi",
        "hu",
        "coi",
        "ndt",
        "bias",
        "sigma_y1",
      ],
    ]);
  });

  it("splits at the group's name even when it holds underscores", () => {
    const groups = [
      { group: "a", levels: 3 },
      { group: "a__b", levels: 4 },
      { group: "lab_site:run", levels: 5 },
    ];
    expect(
      shown(
        ["sd_a__x__y", "sd_a__z", "cor_a__x__y__z", "sd_a__b__x", "sd_lab_site:run__Intercept", "df_a__b"],
        groups,
      ),
    ).toEqual([
      ["~a 3", "sd(x__y)", "sd(z)", "cor(x__y,z)"],
      ["~a__b 4", "df", "sd(x)"],
      ["~lab_site:run 5", "sd(Intercept)"],
    ]);
  });

  it("keeps the order of the group list, and shows groups that it lacks", () => {
    expect(
      shown(
        ["sd_new__Intercept", "sd_h__x", "sd_g__x"],
        [
          { group: "g", levels: 1 },
          { group: "h", levels: 2 },
        ],
      ),
    ).toEqual([
      ["~g 1", "sd(x)"],
      ["~h 2", "sd(x)"],
      ["~new ?", "sd(Intercept)"],
    ]);
  });

  it("gives the positions of the names", () => {
    const [block] = summaryBlocks(quantitiesFromNames(["lp__", "b_x", "sigma"]), []);
    expect(block!.entries).toEqual([{ index: 1, label: "x" }]);
  });
});
