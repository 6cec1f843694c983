/**
 * Sorts parameters into the blocks in which brms prints a summary, and writes their names as brms does:
 * `sd_Subject__Days` under `~Subject` as `sd(Days)`, `b_sigma_x` as `sigma_x`.
 */
export interface GroupSize {
  readonly group: string;
  readonly levels: number;
}

/** One table of a summary: positions in the list of names, with what they are called there. */
export interface SummaryBlock {
  readonly title: string;
  /** Only in "Multilevel Hyperparameters": the grouping factor; `levels` is missing when it is not known. */
  readonly group?: { readonly name: string; readonly levels?: number };
  readonly entries: readonly { readonly index: number; readonly label: string }[];
}

/** Not shown: group-level effects and the like (use `ranef`), and sampler bookkeeping. */
const HIDDEN =
  /^(?:r_|s_|zs_|z_|zgp_|Xme_|Ymi|Yl(?:_|\[)|rcar|sbhaz|prior_|lprior$|lp__$|Intercept(?:_|$|\[)|hs_local|R2D2_phi)/;
const COEFFICIENT = /^b(?:s|cs|sp|mo|me|mi|m)?_/;
const AUTOCORRELATION = /^(?:ar\[|ma\[|ar_|ma_|sderr|cosy|cortime_|lagsar|errorsar|car(?:_|$)|sdcar|rhocar)/;

/** Blocks in brms' order, empty ones left out. `groups` says where group names end: both parts may hold `_`. */
export function summaryBlocks(names: readonly string[], groups: readonly GroupSize[]): SummaryBlock[] {
  const splines: Entry[] = [];
  const processes: Entry[] = [];
  const autocorrelation: Entry[] = [];
  const multilevel = new Map<string, GroupMembers>(
    groups.map(({ group, levels }) => [group, { levels, df: [], sd: [], cor: [] }]),
  );
  const coefficients: Entry[] = [];
  const simplexes: Entry[] = [];
  const further: Entry[] = [];
  const residual: Entry[] = [];

  names.forEach((name, index) => {
    const rest = name.slice(name.indexOf("_") + 1);
    const hyper = multilevelMember(name, groups);
    if (HIDDEN.test(name)) return;
    if (hyper !== undefined) {
      const members = multilevel.get(hyper.group) ?? { df: [], sd: [], cor: [] };
      members[hyper.kind].push({ index, label: hyper.rest });
      multilevel.set(hyper.group, members);
    } else if (COEFFICIENT.test(name)) coefficients.push({ index, label: rest });
    else if (name.startsWith("sds_")) splines.push({ index, label: `sds(${rest})` });
    else if (/^(?:sdgp|lscale)_/.test(name)) {
      processes.push({ index, label: `${name.slice(0, name.indexOf("_"))}(${rest})` });
    } else if (name.startsWith("simo_")) simplexes.push({ index, label: rest });
    else if (name.startsWith("rescor__"))
      residual.push({ index, label: pairLabel("rescor", name.slice(8), []) });
    else if (AUTOCORRELATION.test(name)) autocorrelation.push({ index, label: name });
    else further.push({ index, label: name });
  });

  const blocks: SummaryBlock[] = [
    { title: "Smoothing Spline Hyperparameters", entries: splines },
    { title: "Gaussian Process Hyperparameters", entries: processes },
    { title: "Correlation Structures", entries: autocorrelation },
    ...[...multilevel].map(([group, members]) => multilevelBlock(group, members)),
    { title: "Regression Coefficients", entries: coefficients },
    { title: "Monotonic Simplex Parameters", entries: simplexes },
    { title: "Further Distributional Parameters", entries: further },
    { title: "Residual Correlations", entries: residual },
  ];
  return blocks.filter((block) => block.entries.length > 0);
}

interface Entry {
  readonly index: number;
  readonly label: string;
}

interface GroupMembers {
  readonly levels?: number;
  readonly df: Entry[];
  readonly sd: Entry[];
  readonly cor: Entry[];
}

/** `sd_<group>__<rest>`, `cor_<group>__<rest>` or `df_<group>` of the longest group name that fits. */
function multilevelMember(
  name: string,
  groups: readonly GroupSize[],
): { kind: "sd" | "cor" | "df"; group: string; rest: string } | undefined {
  const kind = (["sd", "cor", "df"] as const).find((prefix) => name.startsWith(`${prefix}_`));
  if (kind === undefined) return undefined;
  const tail = name.slice(kind.length + 1);
  if (kind === "df") {
    return groups.some(({ group }) => group === tail) ? { kind, group: tail, rest: "df" } : undefined;
  }
  let best: string | undefined;
  for (const { group } of groups) {
    if (tail.startsWith(`${group}__`) && group.length > (best?.length ?? -1)) best = group;
  }
  // A group that nobody listed: the first double underscore is the likeliest border.
  const border = best?.length ?? tail.indexOf("__");
  return border < 1 ? undefined : { kind, group: tail.slice(0, border), rest: tail.slice(border + 2) };
}

function multilevelBlock(group: string, { levels, df, sd, cor }: GroupMembers): SummaryBlock {
  const coefficients = sd.map(({ label }) => label);
  return {
    title: "Multilevel Hyperparameters",
    group: levels === undefined ? { name: group } : { name: group, levels },
    entries: [
      ...df,
      ...sd.map(({ index, label }) => ({ index, label: `sd(${label})` })),
      ...cor.map(({ index, label }) => ({ index, label: pairLabel("cor", label, coefficients) })),
    ],
  };
}

/** `a__b` → `cor(a,b)`, where a and b are known coefficients: they may hold `__` themselves. */
function pairLabel(kind: string, pair: string, coefficients: readonly string[]): string {
  for (const first of coefficients) {
    const second = pair.slice(first.length + 2);
    if (pair.startsWith(`${first}__`) && coefficients.includes(second)) return `${kind}(${first},${second})`;
  }
  return `${kind}(${pair.replace("__", ",")})`;
}
