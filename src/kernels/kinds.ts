/** The likelihoods of the WebAssembly module and their numbers there (assembly/index.ts). */
export const kinds = {
  bernoulliLogit: 0,
  poissonLog: 1,
  binomialLogit: 2,
  gaussianIdentity: 3,
  negbinomialLog: 4,
  studentIdentity: 5,
  cumulativeLogit: 6,
  gammaLog: 7,
  exponentialLog: 8,
} as const;

export type Kind = keyof typeof kinds;
