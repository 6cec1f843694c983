/**
 * The algebra of R's terms(): a term is a set of variables, written as their increasing numbers; a right-hand side is a
 * list of distinct terms. `cross` is `:`, `nest` is `/`, `within` is `%in%`; a `TermSet` adds and removes.
 * Source of the rules: R documentation, `?formula` and `?terms.object`.
 */
export type VariableSet = readonly number[];
export type Terms = readonly VariableSet[];

export function union(a: Terms, b: Terms): Terms {
  const terms = new TermSet(a);
  terms.add(b);
  return terms.list();
}

/** Every term of `a` with every term of `b`, those of `a` varying slowest. */
export function cross(a: Terms, b: Terms): Terms {
  return distinct(a.flatMap((left) => b.map((right) => join(left, right))));
}

/** a + b inside all of a: `a/b` = a + a:b, `(a + b)/c` = a + b + a:b:c. */
export function nest(a: Terms, b: Terms): Terms {
  const all = a.reduce(join, []);
  return union(
    a,
    b.map((term) => join(all, term)),
  );
}

/** Every term of `a` joined with all of `b`. */
export function within(a: Terms, b: Terms): Terms {
  const all = b.reduce(join, []);
  return distinct(a.map((term) => join(term, all)));
}

/** Distinct terms in the order of their first appearance, for the + and − of a sum. */
export class TermSet {
  readonly #terms = new Map<string, VariableSet>();

  constructor(terms: Terms) {
    this.add(terms);
  }

  add(terms: Terms): void {
    for (const term of terms) if (!this.#terms.has(String(term))) this.#terms.set(String(term), term);
  }

  remove(terms: Terms): void {
    for (const term of terms) this.#terms.delete(String(term));
  }

  list(): Terms {
    return [...this.#terms.values()];
  }
}

/** By number of variables, then by appearance. */
export function byDegree(terms: Terms): Terms {
  return [...terms].sort((a, b) => a.length - b.length);
}

function join(a: VariableSet, b: VariableSet): VariableSet {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

function distinct(terms: Terms): Terms {
  return new TermSet(terms).list();
}
