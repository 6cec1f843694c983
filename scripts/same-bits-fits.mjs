// The fits that are compared between Node and a browser. Runs in both: the package and the texts of the data are handed in.

/** `data`: bundled data set. Few draws: one different bit early in a chain makes every later draw differ. */
const FITS = [
  { data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", options: {} },
  { data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", options: { strategy: "explicit" } },
  { data: "sleepstudy", formula: "Reaction ~ Days + (1 | Subject); sigma ~ Days", options: { family: "student" } },
  { data: "verbagg", formula: "r2 ~ Anger + btype + situ + (1 | id)", options: { family: "bernoulli" } },
  {
    data: "verbagg",
    formula: "r2 ~ Anger + btype + situ + (1 | id)",
    options: { family: "bernoulli", backend: "js" },
  },
];

export const dataSets = [...new Set(FITS.map(({ data }) => data))];

/** Per fit its name, the names of its parameters, its draws, and the SHA-256 of their bytes. */
export async function fitAll({ brm, readCsv }, texts) {
  const results = [];
  for (const { data, formula, options } of FITS) {
    const run = { seed: 20, chains: 2, warmup: 100, draws: 50, maxTreedepth: 6, cores: 2 };
    const { draws, spec } = await brm(formula, readCsv(texts[data]), { ...options, ...run });
    results.push({
      name: `${formula}, ${spec.family.name}, ${[spec.strategy, spec.backend].filter(Boolean).join(", ")}`,
      names: draws.names,
      values: Array.from(draws.values),
      hash: await sha256(draws.values),
    });
  }
  return results;
}

async function sha256(values) {
  const digest = await crypto.subtle.digest("SHA-256", values);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
