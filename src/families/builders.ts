/** Families as a user writes them: `poisson()`, `bernoulli({ link: "probit" })`, `negbinomial({ link_shape: "identity" })`. */
import type { FamilyChoice } from "../api/fit-types.ts";
import { type FamilyName, families, resolveLinks } from "./index.ts";

/** `link` is mu's; `link_<dpar>` that of another parameter, used when it is predicted. */
export type FamilyOptions<Dpar extends string = never> = { readonly link?: string } & {
  readonly [K in Dpar as `link_${K}`]?: string;
};

const PREFIX = "link_";

/** @throws FamilyError (from the returned function) for a link that the family does not permit. */
function builder<Dpar extends string = never>(
  name: FamilyName,
): (options?: FamilyOptions<Dpar>) => FamilyChoice {
  return (options = {}) => {
    const given: Record<string, string> = {};
    for (const [key, link] of Object.entries(options)) {
      if (link !== undefined)
        given[key === "link" ? "mu" : key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key] = link;
    }
    return { family: name, links: resolveLinks(families[name], given) };
  };
}

export const gaussian = builder<"sigma">("gaussian");
export const student = builder<"sigma" | "nu">("student");
export const skew_normal = builder<"sigma" | "alpha">("skew_normal");
export const lognormal = builder<"sigma">("lognormal");
export const exgaussian = builder<"sigma" | "beta">("exgaussian");
export const Gamma = builder<"shape">("Gamma");
export const weibull = builder<"shape">("weibull");
export const exponential = builder("exponential");
export const inverse_gaussian = builder<"shape">("inverse.gaussian");
export const Beta = builder<"phi">("beta");
export const bernoulli = builder("bernoulli");
export const binomial = builder("binomial");
export const beta_binomial = builder<"phi">("beta_binomial");
export const poisson = builder("poisson");
export const nbinom1 = builder<"phi">("nbinom1");
export const negbinomial = builder<"shape">("negbinomial");
export const geometric = builder("geometric");
export const zero_inflated_poisson = builder<"zi">("zero_inflated_poisson");
export const zero_inflated_nbinom1 = builder<"phi" | "zi">("zero_inflated_nbinom1");
export const zero_inflated_negbinomial = builder<"shape" | "zi">("zero_inflated_negbinomial");
export const zero_inflated_binomial = builder<"zi">("zero_inflated_binomial");
export const hurdle_poisson = builder<"hu">("hurdle_poisson");
export const hurdle_negbinomial = builder<"shape" | "hu">("hurdle_negbinomial");
export const hurdle_gamma = builder<"shape" | "hu">("hurdle_gamma");
export const hurdle_lognormal = builder<"sigma" | "hu">("hurdle_lognormal");
export const cumulative = builder<"disc">("cumulative");
export const sratio = builder<"disc">("sratio");
export const cratio = builder<"disc">("cratio");
export const acat = builder<"disc">("acat");
export const shifted_lognormal = builder<"sigma" | "ndt">("shifted_lognormal");
export const asym_laplace = builder<"sigma" | "quantile">("asym_laplace");
export const zero_inflated_asym_laplace = builder<"sigma" | "quantile" | "zi">("zero_inflated_asym_laplace");
export const von_mises = builder<"kappa">("von_mises");
export const frechet = builder<"nu">("frechet");
export const zero_inflated_beta = builder<"phi" | "zi">("zero_inflated_beta");
export const zero_one_inflated_beta = builder<"phi" | "zoi" | "coi">("zero_one_inflated_beta");
export const zero_inflated_beta_binomial = builder<"phi" | "zi">("zero_inflated_beta_binomial");
export const discrete_weibull = builder<"shape">("discrete_weibull");
export const truncated_poisson = builder("truncated_poisson");
export const truncated_negbinomial = builder<"shape">("truncated_negbinomial");
