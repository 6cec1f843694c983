/**
 * A product of variables whose values depend on parameters, times columns of the data: `mo(x)`, `mo(x):z`, `mo(x):mo(w)`. It has
 * one coefficient (brms' `bsp_`), not centred; what it is multiplied by is entry by entry the product of the variables' values.
 */
import { multiply, reshape } from "../autodiff/expressions.ts";
import type { Node } from "../autodiff/graph.ts";
import { ops } from "../autodiff/ops/index.ts";
import { coefficientsQuantity } from "./quantities.ts";
import type { AdditiveTerm, Call, ParameterBlock, ParameterNodes, VariableTerm } from "./term.ts";

/** Under this name designs keep such terms; no function of formulas has it. */
export const PRODUCT = "product";

export interface ProductState {
  /** Coefficient name: `mox`, `mox:z`. */
  readonly name: string;
  readonly variables: readonly {
    readonly kind: string;
    readonly call: Call;
    readonly state: unknown;
    /** Number of values. */
    readonly count: number;
  }[];
}

/** A term whose coefficient may vary over groups. */
export interface VaryingTerm<S> {
  /** What the coefficient is multiplied by, level by level of the term's rows. */
  values(state: S, at: ParameterNodes): Node;
}

/** `find`: the registered kind of a variable. */
export function productTerm(
  find: (name: string) => VariableTerm<unknown>,
): Pick<AdditiveTerm<ProductState>, "parameters" | "vectors"> & VaryingTerm<ProductState> {
  const own = (k: number, id: string) => `${k}:${id}`;
  const values = ({ variables }: ProductState, at: ParameterNodes): Node =>
    variables.map(({ kind, state }, k) => find(kind).trace(state, (id) => at(own(k, id)))).reduce(outer);
  return {
    values,
    parameters({ name, variables }, key) {
      const coefficient: ParameterBlock = {
        id: "bsp",
        shape: [1],
        prior: { kind: "elements", targets: [{ class: "b", coef: name }] },
        quantity: coefficientsQuantity("bsp", key, [name]),
      };
      const blocks = variables.flatMap(({ kind, state }, k) =>
        find(kind)
          .parameters(state, { key, name, position: k + 1 })
          .map((block) => ({ ...block, id: own(k, block.id) })),
      );
      return [coefficient, ...blocks];
    },
    vectors: (state) => [
      {
        kind: "function",
        size: state.variables.reduce((total, { count }) => total * count, 1),
        trace: (at) => multiply(values(state, at), reshape(at("bsp"), [])),
      },
    ],
  };
}

/** Every value of `a` with every value of `b`, those of `b` varying fastest. */
function outer(a: Node, b: Node): Node {
  const product = a.graph.apply(ops.matmul, [reshape(a, [a.size, 1]), reshape(b, [1, b.size])], {
    inner: 1,
    columns: b.size,
  });
  return reshape(product, [a.size * b.size]);
}
