/**
 * `ModelSpec` → `Posterior` over all its parameters, nothing integrated out. The parametrisation is brms': population-level columns centred, group-level effects
 * non-centred (r = diag(sd)·L·z) or as far centred as a chain asks for, distributional parameters through their links.
 */
import { DensityBuilder } from "../autodiff/density-builder.ts";
import type { Node } from "../autodiff/graph.ts";
import type { Design } from "../design/design.ts";
import { DrawColumns } from "../draws/draw-columns.ts";
import { familyOf } from "../families/index.ts";
import type { CoordinateChoice, Coordinates, Posterior } from "../log-density.ts";
import { chooseCentring, readCentring, reviseCentring } from "./centring.ts";
import type { CompileContext } from "./compile-context.ts";
import { declareConstant, reportConstants, traceConstant, tracePredicted } from "./dpar-values.ts";
import { declareGroup, reportEffects, reportHyperparameters, traceGroup } from "./group-level.ts";
import { groupBlocks } from "./groups.ts";
import { addLikelihood } from "./likelihood.ts";
import { columnMeans, declarePredictor, tracePopulation } from "./population.ts";
import { reportCoefficients, tracePredictor } from "./predictor.ts";
import { PriorsOf } from "./priors-of.ts";
import { readAll, readConstant, readHyperparameters, readPredictor, readStandardised } from "./read-back.ts";
import type { ModelSpec } from "./spec.ts";
import { constantDpars } from "./targets.ts";
import { readTerm } from "./term-draws.ts";
import { declareTerm, placedTerms, reportTerms, traceTerm } from "./terms.ts";
import { latentModel } from "./transported/latent-model.ts";
import { transportedChoice } from "./transported/posterior.ts";

/** `rows`: the design that is passed over; `chosen`: the coordinates, when they are not the model's own. */
export function compileSampled(spec: ModelSpec, rows: Design, chosen?: Coordinates): Posterior {
  const builder = new DensityBuilder();
  const context: CompileContext = {
    spec: { ...spec, design: rows },
    family: familyOf(spec.family),
    priors: new PriorsOf(spec.priors),
    builder,
  };
  const blocks = groupBlocks(rows);

  const declaredPredictors = rows.predictors.map((predictor, k) =>
    declarePredictor(context, predictor, populationMeans(spec.design, k)),
  );
  const centring = chosen && readCentring(declaredPredictors, blocks, chosen);
  const declaredGroups = blocks.map((block, k) => declareGroup(context, block, centring?.[k] ?? null));
  const declaredTerms = placedTerms(rows).map((term) => declareTerm(context, term));
  const declaredConstants = constantDpars(spec.design, context.family).map((dpar) =>
    declareConstant(context, dpar),
  );

  const populations = declaredPredictors.map((declared) => tracePopulation(context, declared));
  const groups = declaredGroups.map((declared) => traceGroup(context, declared, populations));
  const terms = declaredTerms.map((declared) => traceTerm(context, declared));
  const predictors = populations.map((population) => tracePredictor(context, population, groups, terms));
  const constants = declaredConstants.map((declared) => traceConstant(context, declared));

  const values = new Map<string, Node>();
  if (!spec.priorOnly) {
    for (const { dpar, eta } of predictors) values.set(dpar, tracePredicted(context, dpar, eta));
    for (const { dpar, kernelValue } of constants) values.set(dpar.name, kernelValue);
    addLikelihood(context, values, predictors[0]!.thresholds);
  }

  // brms' order of draws: coefficients, standard deviations and correlations, family parameters, simplexes, effects.
  for (const predictor of predictors) reportCoefficients(context, predictor);
  reportTerms(builder, terms, ["coefficient"]);
  reportHyperparameters(context, groups);
  reportTerms(builder, terms, ["scale", "correlation"]);
  reportConstants(context, constants);
  reportTerms(builder, terms, ["simplex"]);
  for (const group of groups) reportEffects(context, group);
  reportTerms(builder, terms, ["effect", "latent"]);
  const built = builder.build();
  const columns = new DrawColumns(built.names);
  const posterior: Posterior = {
    ...built,
    unconstrain: readAll([
      ...declaredPredictors.map((declared) => readPredictor(builder, declared, columns)),
      ...declaredGroups.flatMap((declared) => [
        readHyperparameters(builder, declared, columns),
        readStandardised(builder, declared, declaredPredictors, columns),
      ]),
      ...declaredTerms.map((declared) => readTerm(builder, declared, columns)),
      ...declaredConstants.map((declared) => readConstant(builder, declared, columns)),
    ]),
  };
  const partlyCentred: CoordinateChoice | undefined =
    declaredGroups.length === 0
      ? undefined
      : {
          choose: (seen) =>
            chosen === undefined
              ? chooseCentring(builder, declaredPredictors, declaredGroups, seen)
              : reviseCentring(builder, declaredGroups, chosen, seen),
          apply: (coordinates) => compileSampled(spec, rows, coordinates),
        };
  if (chosen !== undefined || spec.priorOnly || spec.coordinates !== "transported") {
    return partlyCentred === undefined ? posterior : { ...posterior, coordinates: partlyCentred };
  }
  const latent = latentModel(context, {
    predictors: { declared: declaredPredictors, populations, traced: predictors },
    groups: { declared: declaredGroups, traced: groups },
    terms: { declared: declaredTerms, traced: terms },
    values,
  });
  return { ...posterior, coordinates: transportedChoice(latent, posterior, partlyCentred) };
}

/** Of the columns of predictor `k`: what they are centred at. */
function populationMeans(design: Design, k: number): Float64Array {
  return columnMeans(design.predictors[k]!.population.columns, design.nobs);
}
