/** The table of links, and the composition of a link with the scale on which a kernel takes its parameter. */

import { didYouMean, FamilyError } from "../errors.ts";
import * as Elementary from "../numeric/elementary.ts";
import { invLogit } from "../numeric/special.ts";
import type { Scale } from "./family.ts";
import type { Link } from "./link.ts";
import { cauchit, cloglog, logitLink, probit, probitApprox, softit } from "./probability-links.ts";
import {
  identity,
  inverse,
  inverseSquare,
  log,
  log1p,
  logm1,
  softplus,
  sqrt,
  squareplus,
  tanHalf,
} from "./real-links.ts";

export type { Link, LinkCdf } from "./link.ts";

export const links = {
  identity,
  log,
  logit: logitLink,
  probit,
  probit_approx: probitApprox,
  cloglog,
  cauchit,
  softit,
  inverse,
  sqrt,
  softplus,
  squareplus,
  "1/mu^2": inverseSquare,
  logm1,
  log1p,
  tan_half: tanHalf,
} as const satisfies Record<string, Link>;

export type LinkName = keyof typeof links;

/** @throws FamilyError when there is no such link. */
export function findLink(name: string): Link {
  if (Object.hasOwn(links, name)) return links[name as LinkName];
  throw new FamilyError(
    `there is no link "${name}"${didYouMean(name, Object.keys(links))} (links: ${Object.keys(links).join(", ")})`,
  );
}

/** η ↦ parameter on the kernel's scale. `identity` is true when nothing needs to be computed. */
export interface ScaledLink {
  /** What it is made of: the same as an expression is in link-expressions.ts. */
  readonly link: string;
  readonly scale: Scale;
  readonly identity: boolean;
  value(eta: number): number;
  /** d value / dη. */
  derivative(eta: number): number;
}

/** Composes a link (or its name) with a kernel scale: probit + logit is η ↦ logit(Φ(η)). */
export function scaledLink(link: Link | string, scale: Scale): ScaledLink {
  const found = typeof link === "string" ? findLink(link) : link;
  const made = { link: found.name, scale, identity: found.name === scale };
  switch (scale) {
    case "identity":
      return { ...made, value: found.inverse, derivative: found.derivative };
    case "log":
      return { ...made, value: found.logInverse, derivative: found.logInverseDerivative };
    case "logit":
      return { ...made, value: found.logitInverse, derivative: found.logitInverseDerivative };
  }
}

/** The natural parameter from its value on a kernel scale. */
export function naturalFromScale(scale: Scale, x: number): number {
  switch (scale) {
    case "identity":
      return x;
    case "log":
      return Elementary.exp(x);
    case "logit":
      return invLogit(x);
  }
}

/** A natural parameter on a kernel scale: the inverse of `naturalFromScale`. */
export function scaleFromNatural(scale: Scale, x: number): number {
  switch (scale) {
    case "identity":
      return x;
    case "log":
      return Elementary.log(x);
    case "logit":
      return Elementary.log(x) - Elementary.log1p(-x);
  }
}
