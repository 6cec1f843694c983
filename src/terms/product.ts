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

/** `find`: the registered kind of a variable. */
export function productTerm(
  find: (name: string) => VariableTerm<unknown>,
): Pick<AdditiveTerm<ProductState>, "parameters" | "vectors"> {
  const own = (k: number, id: string) => `${k}:${id}`;
  return {
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
    vectors: ({ variables }) => [
      {
        kind: "function",
        size: variables.reduce((total, { count }) => total * count, 1),
        trace(at) {
          const values = variables.map(({ kind, state }, k) => {
            const nodes: ParameterNodes = (id) => at(own(k, id));
            return find(kind).trace(state, nodes);
          });
          const all = values.reduce(outer);
          return multiply(all, reshape(at("bsp"), []));
        },
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
