/** Several formulas as one model: `bf("y ~ x", "sigma ~ x + (1 | g)")`. */
export interface BrmsFormula {
  readonly kind: "bf";
  /** The response formula first, then one per distributional parameter. */
  readonly formulas: readonly string[];
}

export function bf(main: string, ...distributional: readonly string[]): BrmsFormula {
  return { kind: "bf", formulas: [main, ...distributional] };
}
