/**
 * `gp()` as a term of a model: a Gaussian process, exact or in its Hilbert-space form, with a standard deviation (`sdgp_`) and one
 * length scale or one per variable (`lscale_`); standardised coefficients are reported (`zgp_`), as in brms.
 */
import type { Node } from "../../autodiff/graph.ts";
import { ops } from "../../autodiff/ops/index.ts";
import { didYouMean } from "../../errors.ts";
import { format } from "../../formula/format.ts";
import type { PredictorKey } from "../../quantities/predictor-key.ts";
import { Arguments } from "../arguments.ts";
import { coefficientName } from "../coefficient-name.ts";
import { type EvaluationContext, evaluate, numbers } from "../evaluate.ts";
import { latentQuantity, scalesQuantity } from "../quantities.ts";
import type { AdditiveTerm, Call, ParameterNodes, TermRows, TermVector } from "../term.ts";
import { drawAtNewPoints } from "./conditional.ts";
import { type CovarianceName, covariances } from "./covariances.ts";
import { hilbertFrequencies, hilbertSize } from "./hilbert.ts";
import {
  type GpBy,
  type GpCall,
  type GpProcess,
  type GpState,
  gpRows,
  learnGp,
  squaredDistances,
} from "./learn.ts";
import { lengthScalePrior } from "./length-scale-prior.ts";

/** Added to the diagonal of a covariance, as in brms. */
const JITTER = 1e-12;

export interface GpTermState {
  readonly gp: GpState;
  /** `gpx`, `gpxfa`: one per process. */
  readonly names: readonly string[];
  /** Appended to the names for length scales: nothing, or the variables. */
  readonly scales: readonly string[];
}

export const gp: AdditiveTerm<GpTermState> = {
  sort: "additive",
  name: "gp",
  examples: [
    "gp(o)",
    "gp(x, k = 5)",
    "gp(x, z, k = 3, iso = FALSE)",
    "gp(o, by = f)",
    'gp(x, by = z, cov = "matern25")',
  ],
  learn(call, context) {
    const own = readCall(call, context);
    const by = byOf(call, context);
    const state = learnGp(own, columnsOf(call, context), by?.value);
    const base = coefficientName(`gp${own.variables.join("")}`);
    return {
      gp: state,
      names: state.processes.map(({ level }) => base + coefficientName(`${by?.name ?? ""}${level ?? ""}`)),
      scales: own.iso || own.variables.length === 1 ? [""] : own.variables.map(coefficientName),
    };
  },
  rows({ gp: state }, call, context): TermRows[] {
    return gpRows(state, columnsOf(call, context), byOf(call, context, state.levels)?.value).map(
      (rows, j) => {
        if (rows.kind === "functions") return { kind: "dense", columns: rows.columns.values };
        return {
          kind: "lookup",
          index: rows.index,
          levels: state.processes[j]!.points.rows,
          columns: rows.weights ?? null,
          ...(rows.unseen.length > 0 && {
            unseen: rows.unseen.map((point) => ({ label: `(${point.join(", ")})`, point })),
          }),
        };
      },
    );
  },
  parameters: ({ gp: state, names, scales }, key) => {
    const title = "Gaussian Process Hyperparameters";
    const lengths = names.flatMap((name) => scales.map((scale) => name + scale));
    return [
      {
        id: "sdgp",
        shape: [names.length],
        prior: { kind: "elements", targets: names.map((coef) => ({ class: "sdgp", coef, lower: 0 })) },
        quantity: scalesQuantity("sdgp", key, names, title),
      },
      {
        id: "lscale",
        shape: [lengths.length],
        prior: {
          kind: "elements",
          targets: lengths.map((coef, at) => ({
            class: "lscale",
            coef,
            lower: 0,
            ...defaultPrior(
              state,
              Math.floor(at / scales.length),
              scales.length === 1 ? undefined : at % scales.length,
            ),
          })),
        },
        quantity: scalesQuantity("lscale", key, lengths, title),
      },
    ];
  },
  vectors: (state, key) => state.gp.processes.map((process, j) => vectorOf(state, process, j, key)),
  extend({ gp: state, scales }, j, unseen, draw, rng) {
    const process = state.processes[j]!;
    return drawAtNewPoints(
      {
        covariance: covariances[state.call.covariance],
        points: process.points,
        sd: draw.block("sdgp")[j]!,
        lengthScales: draw.block("lscale").slice(j * scales.length, (j + 1) * scales.length),
        jitter: JITTER,
        values: draw.vector(j).slice(),
      },
      unseen.map(({ point }) => point!),
      rng,
    );
  },
};

function vectorOf(
  { gp: state, names, scales }: GpTermState,
  process: GpProcess,
  j: number,
  key: PredictorKey,
): TermVector {
  const { call } = state;
  const size = process.hilbert === undefined ? process.points.rows : hilbertSize(process.hilbert);
  return {
    kind: "gaussian",
    levels: 1,
    size,
    scale: { kind: "function", trace: (at) => traceScale(call, process, j, scales.length, at) },
    quantity: latentQuantity("zgp", key, names[j]!, size),
    reported: "standardised",
  };
}

function traceScale(call: GpCall, process: GpProcess, j: number, count: number, at: ParameterNodes): Node {
  const { graph } = at("sdgp");
  const sd = graph.view(at("sdgp"), j, []);
  const lengths = graph.view(at("lscale"), j * count, count === 1 ? [] : [count]);
  const { correlation, spectral } = covariances[call.covariance];
  if (process.hilbert !== undefined) {
    return graph.apply(ops.spectralSds, [sd, lengths], {
      density: spectral,
      frequencies: hilbertFrequencies(process.hilbert),
      dimensions: call.variables.length,
    });
  }
  return graph.apply(ops.covarianceFactor, [sd, lengths], {
    correlation,
    squares:
      count === 1
        ? [squaredDistances(process.points)]
        : call.variables.map((_, d) => squaredDistances(process.points, d)),
    count: process.points.rows,
    jitter: JITTER,
  });
}

function defaultPrior(
  { processes }: GpState,
  j: number,
  variable: number | undefined,
): { otherwise?: string } {
  const prior = lengthScalePrior(squaredDistances(processes[j]!.points, variable));
  if (prior === undefined) return {};
  const round = (value: number) => Math.round(value * 1e6) / 1e6;
  return { otherwise: `inv_gamma(${round(prior.shape)}, ${round(prior.scale)})` };
}

const NAMES = ["by", "k", "cov", "iso", "gr", "cmc", "scale", "c"];

function readCall(call: Call, { source }: EvaluationContext): GpCall {
  const own: Arguments = new Arguments(call, source);
  own.allow(NAMES);
  const variables = own.positional().map(format);
  if (variables.length === 0) own.fail("a Gaussian process needs a variable");
  const [covariance = "exp_quad"] = own.texts("cov");
  if (!isCovariance(covariance)) {
    const known = Object.keys(covariances);
    own.fail(
      `there is no covariance "${covariance}"${didYouMean(covariance, known)} (cov: ${known.join(", ")})`,
    );
  }
  const [k] = own.whole("k", 1);
  const c = own.numbers("c");
  if (c.some((value) => !(value > 0))) own.fail("c must be positive", own.named("c")!);
  if (c.length > 1 && c.length !== variables.length)
    own.fail("c is one number, or one per variable", own.named("c")!);
  if (c.length > 0 && k === undefined)
    own.fail("c belongs to the Hilbert-space form: give k, too", own.named("c")!);
  return {
    label: format(call),
    variables,
    covariance,
    iso: own.flag("iso", true),
    gr: own.flag("gr", true),
    scale: own.flag("scale", true),
    cmc: own.flag("cmc", true),
    c: c.length === 0 ? [5 / 4] : c,
    ...(k === undefined ? {} : { k }),
  };
}

function isCovariance(name: string): name is CovarianceName {
  return Object.hasOwn(covariances, name);
}

function columnsOf(call: Call, context: EvaluationContext): Float64Array[] {
  return new Arguments(call, context.source).positional().map((variable) => numbers(variable, context));
}

/** `levels`: those of the fit. */
function byOf(
  call: Call,
  context: EvaluationContext,
  levels?: readonly string[],
): { readonly name: string; readonly value: GpBy } | undefined {
  const own: Arguments = new Arguments(call, context.source);
  const by = own.named("by");
  if (by === undefined) return undefined;
  const value = evaluate(by, context);
  const name = format(by);
  if (value.kind === "numeric") return { name, value: { kind: "numbers", values: value.values } };
  if (value.kind === "logical") {
    return {
      name,
      value: { kind: "levels", names: ["FALSE", "TRUE"], codes: Int32Array.from(value.values) },
    };
  }
  if (value.kind !== "factor") own.fail(`by must be numbers or a factor`, by);
  const names = levels ?? value.levels;
  const codes = value.levels.map((level) => names.indexOf(level));
  return {
    name,
    value: {
      kind: "levels",
      names,
      codes: value.codes.map((code) => {
        if (codes[code]! < 0) own.fail(`the fit had no level "${value.levels[code]}" of ${name}`, by);
        return codes[code]!;
      }),
    },
  };
}
