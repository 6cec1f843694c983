/** Numbers with their derivatives with respect to some parameters: [value, ∂₁, ∂₂, …] (forward mode). */
export type Jet = Float64Array;

export function constant(value: number, parameters: number): Jet {
  const jet = new Float64Array(parameters + 1);
  jet[0] = value;
  return jet;
}

/** a + factor·b·c, c = 1 when absent. */
export function addProduct(a: Jet, b: Jet, c?: Jet, factor = 1): Jet {
  if (c === undefined) return a.map((value, k) => value + factor * b[k]!);
  return a.map((value, k) => value + factor * (k === 0 ? b[0]! * c[0]! : b[k]! * c[0]! + b[0]! * c[k]!));
}

export function quotient(a: Jet, b: Jet): Jet {
  const ratio = a[0]! / b[0]!;
  return a.map((value, k) => (k === 0 ? ratio : (value - ratio * b[k]!) / b[0]!));
}

/** Solves the square system by elimination with pivoting on values; A and b are overwritten. */
export function solveJets(a: Jet[][], b: Jet[]): Jet[] {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]![0]!) > Math.abs(a[pivot]![k]![0]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    [b[k], b[pivot]] = [b[pivot]!, b[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = quotient(a[i]![k]!, a[k]![k]!);
      for (let j = k; j < n; j++) a[i]![j] = addProduct(a[i]![j]!, factor, a[k]![j]!, -1);
      b[i] = addProduct(b[i]!, factor, b[k]!, -1);
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) b[k] = addProduct(b[k]!, a[k]![j]!, b[j]!, -1);
    b[k] = quotient(b[k]!, a[k]![k]!);
  }
  return b;
}
