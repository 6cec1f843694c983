/**
 * The algebra of R's terms(): a term is a set of variables, written as their increasing numbers; a right-hand side is a
 * list of distinct terms. `union` adds, `cross` is `:`, `nest` is `/`, `within` is `%in%`, `remove` is `-`.
 * Source of the rules: R documentation, `?formula` and `?terms.object`.
 */
export type VariableSet = readonly number[];
export type Terms = readonly VariableSet[];

export function union(a: Terms, b: Terms): Terms {
  return distinct([...a, ...b]);
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

export function remove(from: Terms, what: Terms): Terms {
  const removed = new Set(what.map(String));
  return from.filter((term) => !removed.has(String(term)));
}

/** By number of variables, then by appearance. */
export function byDegree(terms: Terms): Terms {
  return [...terms].sort((a, b) => a.length - b.length);
}

function join(a: VariableSet, b: VariableSet): VariableSet {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

function distinct(terms: Terms): Terms {
  return [...new Map(terms.map((term) => [String(term), term])).values()];
}
