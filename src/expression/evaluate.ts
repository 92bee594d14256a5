/** The value of an expression, node by node: for tables and checks. Loops are emitted by src/kernel instead. */
import { applyFunction } from './functions.js';
import type { Node } from './graph.js';

/** Values of `roots` for given inputs. @throws Error when an input that they use is missing */
export function evaluate(roots: readonly Node[], inputs: Readonly<Record<string, number>>): number[] {
  const done = new Map<Node, number>();
  const visit = (node: Node): number => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const value = compute(node, visit, inputs);
    done.set(node, value);
    return value;
  };
  return roots.map(visit);
}

function compute(
  node: Node,
  visit: (node: Node) => number,
  inputs: Readonly<Record<string, number>>,
): number {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'input': {
      const value = inputs[node.name];
      if (value === undefined) throw new Error(`the expression needs a value for "${node.name}"`);
      return value;
    }
    case 'sum':
      return node.terms.reduce((sum, t) => sum + t.coefficient * visit(t.node), node.constant);
    case 'product':
      return node.factors.reduce((product, f) => product * visit(f.base) ** f.exponent, 1);
    case 'call':
      return applyFunction(node.name, node.operands.map(visit));
    case 'select':
      return visit(node.condition) !== 0 ? visit(node.then) : visit(node.otherwise);
  }
}
