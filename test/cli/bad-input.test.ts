/** Bad input: one clear message, exit code 1, no stack trace. */
import { describe, expect, it } from "vitest";
import { csvFile, nutmix, SHORT } from "./run.ts";

const rows = (header: string, lines: readonly string[]) => [header, ...lines].join("\n");
const plain = csvFile(
  rows("y,x,f,g,one,n,k,bin", [
    "1.5,1,a,u,same,5,2,0",
    "2.5,2,b,u,same,5,3,1",
    "3.1,3,a,v,same,5,1,0",
    "4.2,5,b,v,same,5,5,1",
    "5.9,4,a,w,same,5,4,1",
    "6.3,7,b,w,same,5,0,0",
  ]),
);
const negative = csvFile(rows("y,x", ["1,1", "2,3", "-1,2", "3,5"]));
const two = csvFile(rows("y,x", ["1,1", "0,3", "2,2", "1,5"]));
const zero = csvFile(rows("y,x", ["1,1", "0,3", "2,2", "1,5"]));
const tooMany = csvFile(rows("k,n,x", ["1,2,1", "3,2,2", "1,4,3"]));
const infinite = csvFile(rows("y,x", ["1,1", "2,Inf", "2,2", "1,5"]));
const missing = csvFile(rows("y,x", ["1,", "2,NA", "3,"]));
const ragged = csvFile(rows("y,x", ["1,1", "2,3,4", "3,2"]));
const empty = csvFile("");

const cases: [what: string, args: string[], message: RegExp][] = [
  ["an unknown column", [plain, "y ~ z"], /no column "z"/],
  ["a misspelt column", [plain, "Y ~ x"], /did you mean "y"/],
  ["a misspelt function", [plain, "y ~ lgo(x)"], /no function "lgo"; did you mean "log"/],
  ["an unbalanced parenthesis", [plain, "y ~ (x + f"], /never closed/],
  ["a formula without ~", [plain, "y"], /no ~/],
  ["an empty file", [empty, "y ~ x"], /the file is empty/],
  ["a ragged row", [ragged, "y ~ x"], /line 3 has 3 fields, but the header has 2/],
  [
    "a text column used as a number",
    [plain, "y ~ log(f)"],
    /"f" is used as a number, but it holds text: row 1 is "a"/,
  ],
  ["a text response", [plain, "f ~ x"], /response "f" has the levels a, b/],
  ["a negative count", [negative, "y ~ x", "--family", "poisson"], /row 3 is -1/],
  ["2 in bernoulli", [two, "y ~ x", "--family", "bernoulli"], /row 3 is 2/],
  ["0 in Gamma", [zero, "y ~ x", "--family", "Gamma"], /row 2 is 0/],
  ["y > trials", [tooMany, "k | trials(n) ~ x", "--family", "binomial"], /row 2 is 3 of 2 trials/],
  ["binomial without trials", [plain, "k ~ x", "--family", "binomial"], /needs the number of trials/],
  ["a one-level factor", [plain, "y ~ one"], /"one" has only one level/],
  ["all rows missing", [missing, "y ~ x"], /no row is complete: column "x" has no values at all/],
  ["a rank-deficient design", [plain, "y ~ x + I(2 * x)"], /I\(2 \* x\) is a combination of x/],
  [
    "a prior for no parameter",
    [plain, "y ~ x", "--prior", "normal(0, 1), class=b, coef=z"],
    /coefficients: x/,
  ],
  [
    "a prior of no class",
    [plain, "y ~ x", "--prior", "normal(0, 1), class=sdd"],
    /class sdd, which this model does not have/,
  ],
  [
    "a prior with bad arguments",
    [plain, "y ~ x", "--prior", "normal(0, -1), class=b"],
    /sigma must be positive, not -1/,
  ],
  [
    "a prior with too few arguments",
    [plain, "y ~ x", "--prior", "normal(0), class=b"],
    /normal takes 2 \(mu, sigma\), not 1/,
  ],
  ["an unknown distribution", [plain, "y ~ x", "--prior", "nromal(0, 1)"], /did you mean "normal"/],
  [
    "an impossible prior",
    [plain, "y ~ x", "--prior", "normal(0, 1), class=b, lb=2, ub=1"],
    /nothing lies between 2 and 1/,
  ],
  ["an unknown prior set", [plain, "y ~ x", "--priors", "rstanram"], /did you mean "rstanarm"/],
  [
    "prior-only sampling of a flat prior",
    [plain, "y ~ x", "--sample-prior"],
    /improper \(flat\) for b \(coef x\).*rstanarm/,
  ],
  [
    "0 chains",
    [plain, "y ~ x", "--chains", "0"],
    /chains must be a whole number, at least 1 and at most 1000, not 0/,
  ],
  ["a word for a number", [plain, "y ~ x", "--chains", "four"], /--chains needs a number, not "four"/],
  ["an infinite value", [infinite, "y ~ x"], /"x" is Infinity in row 2/],
  [
    "an adaptDelta outside (0, 1)",
    [plain, "y ~ x", "--adapt-delta", "1.2"],
    /strictly between 0 and 1, not 1.2/,
  ],
  ["an unknown family", [plain, "y ~ x", "--family", "gausian"], /did you mean "gaussian"/],
  ["an unknown link", [plain, "bin ~ x", "--family", "bernoulli", "--link", "inverse"], /inverse/],
  [
    "an unknown parameter to predict",
    [plain, "y ~ x; shape ~ x"],
    /"shape" is not a parameter of this family/,
  ],
  ["an unknown file", ["no-such-file.csv", "y ~ x"], /no file "no-such-file.csv"/],
  ["a misspelt data set", ["sleepstudi", "y ~ x"], /did you mean "sleepstudy"/],
  [
    "a declared level that is missing",
    [plain, "y ~ f", "--factor", "f=a"],
    /"b" is not among its declared levels/,
  ],
  ["a smooth of few values", [plain, "y ~ s(x)"], /s\(x\) needs at least 10 differe/],
  ["a term that is not there yet", [plain, "y ~ me(x, f)"], /not supported yet/],
];

describe("nutmix fit refuses", () => {
  it.each(cases)("%s", (_what, args, message) => {
    const { code, stdout, stderr } = nutmix(["fit", ...args, ...(args.includes("--chains") ? [] : SHORT)]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |node:|defect of nutmix/);
    expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(3);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });
});

describe("nutmix fit warns, and fits", () => {
  const fits = (data: string, formula: string, ...more: string[]) =>
    nutmix(["fit", data, formula, ...SHORT, ...more]);

  it.each([
    ["a grouping factor with one level", "y ~ x + (1 | one)", /one has one level/],
    [
      "more effects than observations",
      "y ~ 1 + (1 + x + bin | g)",
      /9 group-level effects for 6 observations/,
    ],
    ["groups of one row", "y ~ 1 + (1 | x)", /each level of x has exactly one row/],
  ])("%s", (_what, formula, message) => {
    const { code, stderr, stdout } = fits(plain, formula);
    expect(stderr).toMatch(message);
    expect(stdout).toContain("Regression Coefficients");
    expect(code).not.toBe(1);
  });

  it("rows with missing values are dropped and reported", () => {
    const data = csvFile(rows("y,x", ["1,1", "2,", "3,2", "NA,4", "4,4", "5,6", "7,7"]));
    const { stderr, stdout } = fits(data, "y ~ x", "--json");
    expect(stderr).toMatch(/2 rows with missing values \(y, x\) were left out/);
    expect(JSON.parse(stdout)).toMatchObject({ nobs: 5, droppedRows: 2 });
  });
});

describe("strange but legal column names", () => {
  it.each(["the days", 'say "when"', "Größe", "__proto__", "constructor", "x<b>"])("%s", (name) => {
    const header = `y,"${name.replaceAll('"', '""')}"`;
    const data = csvFile(rows(header, ["1,1", "2,2", "2.5,3", "4.5,4", "5,5", "6.5,6"]));
    const { code, stdout, stderr } = nutmix(["fit", data, `y ~ \`${name}\``, ...SHORT, "--json", "--quiet"]);
    expect(stderr).toBe("");
    const document = JSON.parse(stdout) as { parameters: { name: string; mean: number }[] };
    const slope = document.parameters.find((row) => row.name.startsWith("b_") && row.name !== "b_Intercept");
    expect(slope!.mean).toBeGreaterThan(0.5);
    expect(code).not.toBe(1);
  });
});
