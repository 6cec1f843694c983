/** The ways to evaluate a model, and the choice between them. */
import { SettingsError } from "../../errors.ts";
import type { LikelihoodForm, ModelSpec, Strategy, UndecidedSpec } from "../spec.ts";
import { collapsed } from "./collapsed.ts";
import type { Evaluation } from "./evaluation.ts";
import { merged } from "./merged.ts";
import { rows } from "./rows.ts";
import { sums } from "./sums.ts";

export type { CompileOptions } from "./evaluation.ts";

/** Of equal cost the first is taken. */
export const evaluations: readonly Evaluation[] = [collapsed, merged, rows, sums];

export interface WantedEvaluation {
  readonly strategy?: Strategy | "auto" | undefined;
  readonly likelihood?: LikelihoodForm | "auto" | undefined;
}

/**
 * The cheapest of those that a model can and the user allows.
 * @throws SettingsError with the reason when what is wanted cannot be had
 */
export function chooseEvaluation(
  spec: UndecidedSpec,
  { strategy = "auto", likelihood = "auto" }: WantedEvaluation,
): Pick<ModelSpec, "strategy" | "likelihood"> {
  const sampled = evaluations.filter((own) => own.likelihood !== undefined);
  const form = cheapest(
    spec,
    likelihood === "auto" ? sampled : sampled.filter((own) => own.likelihood === likelihood),
    likelihood !== "auto",
  );
  const integrated = evaluations.filter((own) => own.strategy === "collapsed");
  const chosen =
    strategy === "explicit"
      ? form
      : strategy === "collapsed"
        ? cheapest(spec, integrated, true)
        : cheapest(spec, [...integrated, form], false);
  return { strategy: chosen.strategy, likelihood: form.likelihood! };
}

function cheapest(spec: UndecidedSpec, candidates: readonly Evaluation[], wanted: boolean): Evaluation {
  const able = candidates.filter((own) => {
    const reason = own.refuses(spec);
    if (reason !== undefined && wanted) throw new SettingsError(own.refusal(reason));
    return reason === undefined;
  });
  if (able.length === 1) return able[0]!;
  const costs = able.map((own) => own.cost(spec));
  return able[costs.indexOf(Math.min(...costs))]!;
}

/** The way that was decided on. */
export function evaluationOf({ strategy, likelihood }: ModelSpec): Evaluation {
  return evaluations.find(
    (own) => own.strategy === strategy && (own.likelihood === undefined || own.likelihood === likelihood),
  )!;
}
