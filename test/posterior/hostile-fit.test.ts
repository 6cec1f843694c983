/** A fit.json that was changed by hand or by an enemy, its checksum made right again: refused in one message, at once. */
import { brm, type Fit, fitDocument, loadFit, saveFit, summary } from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { crc32 } from "../../src/numeric/crc32.ts";

const n = 24;
const data = {
  y: Array.from({ length: n }, (_, i) => Math.sin(i * 1.7) + (i % 3)),
  x: Array.from({ length: n }, (_, i) => Math.cos(i * 2.3)),
  g: Array.from({ length: n }, (_, i) => `g${i % 6}`),
};

// biome-ignore lint/suspicious/noExplicitAny: a document to be spoilt at any place
type Document = any;
let fit: Fit;
let files: ReadonlyMap<string, string | Uint8Array>;

beforeAll(async () => {
  fit = await brm("y ~ x + (1 | g)", data, { chains: 2, warmup: 60, draws: 20, createWorker: "none" });
  files = new Map(saveFit(fit, fitDocument(fit, summary(fit).rows, [])));
});

/** The text of fit.json after `spoil`, with a checksum that fits. */
function spoilt(spoil: (document: Document) => void): string {
  const document = JSON.parse(String(files.get("fit.json"))) as Document;
  spoil(document);
  const { checksum: _, ...body } = document;
  return JSON.stringify({ checksum: crc32(JSON.stringify(body)), ...body });
}

const load = (text: string): Fit => loadFit((name) => (name === "fit.json" ? text : files.get(name)));

describe("a saved fit", () => {
  it("is read when it is what was saved", () => {
    expect(load(spoilt(() => {})).draws.values).toEqual(fit.draws.values);
  });

  it.each<[string, (document: Document) => void, RegExp]>([
    ["any path as a file", (d) => (d.files["/dev/zero"] = "0"), /not a saved fit: files\.\/dev/],
    ["a billion rows", (d) => (d.fit.spec.design.nobs = 1e9), /the response has 24 entries for 1000000000/],
    ["half a row", (d) => (d.fit.spec.design.nobs = 1.5), /fit.spec|spec.design.nobs/],
    ["no design", (d) => delete d.fit.spec.design, /spec.design/],
    ["another family", (d) => (d.fit.spec.family.name = "gausian"), /did you mean "gaussian"/],
    ["text as a number", (d) => (d.fit.timing.wallMs = "x"), /timing.wallMs/],
    [
      "no Base64",
      (d) => (d.fit.spec.design.response.values = { $Float64Array: "€" }),
      /cannot be made sense of/,
    ],
    [
      "half a number",
      (d) => (d.fit.spec.design.response.values = { $Float64Array: "AAAA" }),
      /cannot be made sense of/,
    ],
    ["a Map of nothing", (d) => (d.fit.data.columns = { $map: [1] }), /cannot be made sense of|data.columns/],
    [
      "levels beyond the last",
      (d) => (d.fit.spec.design.predictors[0].groups[0].levels = ["a"]),
      /level \d of 1/,
    ],
    ["no recipe", (d) => (d.fit.spec.design.recipe = {}), /cannot be made sense of/],
    [
      "a null in the formula's tree",
      (d) => (d.fit.spec.design.recipe.parts = [null]),
      /cannot be made sense of/,
    ],
    [
      "another model",
      (d) => (d.fit.spec.design.predictors[0].population.names = ["z"]),
      /not those of its model|cannot be made/,
    ],
    ["a prior of no distribution", (d) => (d.fit.spec.priors[0].call.name = "none"), /./],
  ])("with %s is refused", (_, spoil, message) => {
    const started = performance.now();
    const text = spoilt(spoil);
    expect(() => load(text)).toThrow(message);
    try {
      load(text);
    } catch (error) {
      expect((error as Error).name).toMatch(/^(?:Data|Family|Prior|Design|Formula)Error$/);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("that is nested to exhaust the stack is refused", () => {
    const deep = `{"schema":"nutmix/fit@1","checksum":"0","files":{},"fit":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => load(deep)).toThrow(/nested more than 200 levels|not complete JSON/);
  });
});
