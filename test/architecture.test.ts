/** Who may import whom, and what no source file may contain. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** Folder → folders it may import values and types from, besides itself and errors.ts. */
const allowed: Record<string, readonly string[]> = {
  numeric: [],
  kernels: ["expressions"],
  linalg: ["numeric"],
  quantities: [],
  random: ["numeric"],
  data: ["numeric"],
  formula: [],
  // A term says how its coefficients follow from its parameters: as nodes of a graph.
  terms: ["autodiff", "data", "formula", "numeric", "linalg", "quantities"],
  design: ["data", "formula", "terms", "linalg", "numeric", "quantities"],
  distributions: ["numeric", "random"],
  constraints: ["numeric", "linalg"],
  autodiff: ["numeric", "linalg", "distributions", "constraints", "kernels", "log-density", "quantities"],
  // Formulas of one row: they know no rows, no families and no model.
  expressions: ["numeric"],
  families: ["distributions", "constraints", "autodiff", "expressions", "numeric", "random"],
  priors: ["distributions", "numeric"],
  model: [
    "design",
    "terms",
    "expressions",
    "families",
    "priors",
    "constraints",
    "distributions",
    "autodiff",
    "random",
    "log-density",
    "data",
    "formula",
    "marginal",
    "draws",
    "kernels",
    "numeric",
    "quantities",
  ],
  sampler: ["log-density", "random", "linalg", "numeric", "draws"],
  draws: ["numeric", "quantities"],
  storage: ["numeric"],
  diagnostics: ["random", "draws", "numeric", "quantities"],
  parallel: ["model", "sampler", "draws", "random", "log-density", "reml"],
  posterior: [
    "model",
    "terms",
    "draws",
    "diagnostics",
    "design",
    "distributions",
    "families",
    "formula",
    "data",
    "autodiff",
    "loo",
    "ppc",
    "numeric",
    "random",
    "priors",
    "quantities",
    "storage",
  ],
  loo: ["diagnostics", "linalg", "numeric", "random"],
  ppc: ["loo", "numeric", "plots", "random"],
  plots: ["diagnostics", "draws", "numeric", "quantities"],
  report: [
    "formula",
    "design",
    "posterior",
    "diagnostics",
    "model",
    "draws",
    "numeric",
    "plots",
    "quantities",
    "reml",
  ],
  marginal: ["linalg", "numeric"],
  residuals: ["data", "formula", "linalg", "numeric"],
  // The frequentist mode knows families and designs, never the sampler or priors; nlme() takes derivatives from the tape.
  reml: [
    "autodiff",
    "data",
    "design",
    "expressions",
    "families",
    "formula",
    "linalg",
    "marginal",
    "numeric",
    "quantities",
    "random",
    "residuals",
    "terms",
  ],
  cli: ["index", "index-node"],
};

/** Types alone: interfaces that a lower folder is handed. */
const allowedTypes: Record<string, readonly string[]> = {
  data: ["design"],
  autodiff: ["expressions", "families"],
  draws: ["sampler"],
  priors: ["design", "families"],
  terms: ["random"],
  families: ["design", "api", "kernels"],
  model: ["api"],
  "log-density": ["random", "quantities"],
  posterior: ["api", "log-density", "terms"],
};

/** What puts everything together. */
const composers = new Set(["index", "index-node", "api"]);

const doors: Record<string, string | readonly string[]> = {
  "@stdlib/stats": "numeric",
  "@stdlib/math": "numeric",
  "@stdlib/random": "random",
  "ml-matrix": "linalg",
  papaparse: "data",
  vega: "plots",
  "vega-lite": "plots",
  zod: ["priors", "posterior", "options"],
  commander: "cli",
  "cli-progress": "cli",
  "fastest-levenshtein": "errors",
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);
const sources = new Map(files.map((file) => [file, readFileSync(join("src", file), "utf8")]));

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
}

function importsOf(file: string): Import[] {
  const found = sources.get(file)!.matchAll(/(?:^|\n)(import|export)(\s+type)?\s[^;"]*?from\s+"([^"]+)"/g);
  return [...found].map(([statement, , type, target]) => ({
    file,
    folder: folderOf(file),
    target: target!,
    typeOnly: type !== undefined || namesTypesOnly(statement),
  }));
}

/** `import { type A, type B } from`. */
function namesTypesOnly(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  return names?.split(",").every((name) => name.trim() === "" || name.trim().startsWith("type ")) ?? false;
}

const imports = files.flatMap(importsOf);
const local = imports
  .filter(({ target }) => target.startsWith("."))
  .map((one) => ({ ...one, path: normalize(join(dirname(one.file), one.target)) }));

/** Folders in which files still import each other in circles; the list only ever gets shorter. */
const circular = new Set(["expressions", "marginal", "terms"]);

/** The strongly connected sets of more than one file (Tarjan 1972). */
function circles(): string[][] {
  const next = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { file, path } of local) if (next.has(path)) next.get(file)!.add(path);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    low.set(file, order.get(file)!);
    stack.push(file);
    for (const other of next.get(file)!) {
      if (!order.has(other)) visit(other);
      if (stack.includes(other)) low.set(file, Math.min(low.get(file)!, low.get(other)!));
    }
    if (low.get(file) !== order.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle);
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

describe("imports", () => {
  it("go in no circles, but where they are listed", () => {
    const folders = circles().flatMap((circle) => circle.map((file) => dirname(file)));
    expect([...new Set(folders)].filter((folder) => !circular.has(folder))).toEqual([]);
  });

  it("go downwards only, as the table says", () => {
    const wrong = local
      .filter(({ folder, path }) => !composers.has(folder) && !path.startsWith("../priors/"))
      .filter(({ folder, path, typeOnly }) => {
        const to = folderOf(path);
        const permitted = [
          folder,
          "errors",
          "options",
          ...(allowed[folder] ?? []),
          ...(typeOnly ? (allowedTypes[folder] ?? []) : []),
        ];
        return !permitted.includes(to);
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it("have no cycles of values", () => {
    const edges = new Map<string, string[]>();
    for (const { file, path, typeOnly } of local)
      if (!typeOnly) edges.set(file, [...(edges.get(file) ?? []), path]);
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
      state.set(file, "done");
    };
    for (const file of files) visit(file, []);
    // Functions of columns evaluate their arguments, and evaluating a call looks up a function.
    const known = [
      "terms/evaluate.ts → terms/functions.ts → terms/evaluate.ts",
      "terms/functions.ts → terms/evaluate.ts → terms/functions.ts",
    ];
    expect(cycles.filter((cycle) => !known.includes(cycle))).toEqual([]);
  });

  it("reach third parties through one door each", () => {
    const wrong = imports
      .filter(({ target }) => !/^[.#]|^node:/.test(target))
      .filter(({ target, folder }) => {
        const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : target.split("/")[0]!;
        return ![doors[name]].flat().includes(folder);
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it("use Node only in the command line and in *-node.ts files", () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith("node:"))
      .filter(({ file }) => !file.startsWith("cli/") && !file.endsWith("-node.ts"))
      .map(({ file, target }) => `${relative("src", file)} imports ${target}`);
    expect(wrong).toEqual([]);
  });
});

describe("source files", () => {
  it("never turn text into code, and draw random numbers only from streams", () => {
    const banned = /\beval\s*\(|new Function\b|Math\.random/;
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(files.filter((file) => banned.test(code(sources.get(file)!)))).toEqual([]);
  });

  it("take fewer than nine arguments in a row, but for instructions of the machines", () => {
    // An instruction has its operands in a row: registers, strides, length.
    const machines = new Set([
      "expressions/js-machine.ts",
      "kernels/assembly/operations.ts",
      "kernels/load.ts",
      "kernels/wasm-machine.ts",
    ]);
    const many = (file: string): number => {
      let most = 0;
      const visit = (node: ts.Node): void => {
        if (ts.isFunctionLike(node)) most = Math.max(most, node.parameters.length);
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(file, sources.get(file)!, ts.ScriptTarget.Latest, false));
      return most;
    };
    expect(files.filter((file) => !machines.has(file) && many(file) > 8)).toEqual([]);
  });

  it("name constants of statistics once", () => {
    const constants = /\b(?:1\.4826|1\.9599\d*|1\.96)\b/;
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(files.filter((file) => constants.test(code(sources.get(file)!)))).toEqual(["numeric/quantile.ts"]);
  });

  it("call elementary functions that have the same bits in every engine", () => {
    const engine = /Math\.(a?cosh?|a?sinh?|a?tanh?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b/;
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    expect(files.filter((file) => engine.test(code(sources.get(file)!)))).toEqual([]);
  });
});

/**
 * Meaning is not read out of the names of draws: what a draw is stands in its quantity. Two rules over the folders that see
 * draws: no text of theirs spells the beginning of a name, and no text operation takes a name apart.
 */
describe("names of draws", () => {
  const seesDraws = new Set([
    "api",
    "cli",
    "diagnostics",
    "draws",
    "index",
    "loo",
    "model",
    "parallel",
    "plots",
    "posterior",
    "ppc",
    "quantities",
    "report",
    "sampler",
  ]);
  const beginning = /^[\^(?:]*(?:b|bs|bsp|bcs|bmo|r|sd|sds|sdgp|lscale|cor|rescor|s|zs|z|zgp|simo|df)_/;
  /** Where names are made, where a file has nothing but names, and where a model is written down for people. */
  const spell = ["model/", "draws/quantities-from-names.ts", "report/describe-model.ts"];
  const name = String.raw`\b(?:name|names\[[^\]]*\]!|label|labels\[[^\]]*\]!|parameter)`;
  const takesApart = new RegExp(
    String.raw`${name}\.(?:startsWith|endsWith|split|match|matchAll|search|replace|replaceAll|slice|substring|indexOf|lastIndexOf|charAt)\(` +
      String.raw`|\bparameters\.split\(|\/[a-z]*\.(?:test|exec)\(\s*(?:\w+\.)*${name}\b|\b[A-Z]+\.(?:test|exec)\(\s*(?:\w+\.)*${name}\b`,
    "g",
  );
  /** What they do there. */
  const mayTakeApart: Readonly<Record<string, string>> = {
    "draws/quantities-from-names.ts": "reads a foreign file, which has nothing else",
    "draws/read-cmdstan-csv.ts": "settings in the comments of a foreign file",
    "draws/select.ts": "looks for the names that a user's pattern fits",
    "posterior/questions/expression.ts": "asks whether the grammar of expressions can read a name",
    "posterior/predictions/group-subset.ts": "factors of a grouping factor and of a column of the design",
    "api/plot-fit.ts": "the name of a plot",
    "ppc/index.ts": "the name of a check",
    "cli/commands/plot.ts": "a user's list of parameters",
  };

  /** Texts of a source: string literals, heads of templates and regular expressions. */
  function texts(source: string): string[] {
    const file = ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest, false);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) found.push(node.text);
      if (ts.isRegularExpressionLiteral(node)) found.push(node.text.slice(1));
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  }
  const spelled = (source: string) => texts(source).filter((text) => beginning.test(text));
  const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const takenApart = (source: string) => withoutComments(source).match(takesApart) ?? [];
  const watched = files.filter((file) => seesDraws.has(folderOf(file)));

  it("are spelled where they are made, and nowhere else", () => {
    const wrong = watched
      .filter((file) => !spell.some((maker) => file.startsWith(maker)))
      .flatMap((file) => spelled(sources.get(file)!).map((text) => `${file}: ${text}`));
    expect(wrong).toEqual([]);
  });

  it("are not taken apart", () => {
    const wrong = watched
      .filter((file) => !Object.hasOwn(mayTakeApart, file))
      .flatMap((file) => takenApart(sources.get(file)!).map((text) => `${file}: ${text}`));
    expect(wrong).toEqual([]);
  });

  it("are found by these rules where somebody reads them", () => {
    for (const reading of [
      'names.filter((name) => name.startsWith("r_"))',
      "const kind = /^(?:sd|cor)_/.exec(row.name);",
      'if (name.slice(0, 2) === "b_") return;',
      "const group = names[k]!.split(`__`)[0];",
      `const b = columns.of(\`b_\${coefficient}\`);`,
    ]) {
      expect([...spelled(reading), ...takenApart(reading)], reading).not.toEqual([]);
    }
    for (const file of Object.keys(mayTakeApart))
      expect(takenApart(sources.get(file)!), file).not.toEqual([]);
    for (const maker of spell) {
      const own = watched.filter((file) => file.startsWith(maker));
      expect(
        own.flatMap((file) => spelled(sources.get(file)!)),
        maker,
      ).not.toEqual([]);
    }
  });
});
