/**
 * Derivatives of expressions by the rules of calculus, for smooth functions.
 *
 * Where a function has kinks or steps (abs, minimum, floor …), tfjs's tape has conventions of its own; the answer is
 * then null, and the tape is asked.
 */
import { type FunctionName, predicates } from './functions.js';
import type { Graph, Node } from './graph.js';

type Partials = (graph: Graph, operands: readonly Node[], value: Node) => readonly Node[];

const square = (g: Graph, x: Node): Node => g.power(x, 2);
const onePlus = (g: Graph, x: Node): Node => g.add(g.constant(1), x);
const oneMinus = (g: Graph, x: Node): Node => g.subtract(g.constant(1), x);

/** The slope of erf. */
const gaussian = (g: Graph, x: Node): Node =>
  g.scale(2 / Math.sqrt(Math.PI), g.call('exp', [g.negate(square(g, x))]));

/** Of a call, by each of its operands. */
const partials: Partial<Record<FunctionName, Partials>> = {
  exp: (_, __, value) => [value],
  expm1: (g, [x]) => [g.call('exp', [x])],
  log: (g, [x]) => [g.power(x, -1)],
  log1p: (g, [x]) => [g.power(onePlus(g, x), -1)],
  sin: (g, [x]) => [g.call('cos', [x])],
  cos: (g, [x]) => [g.negate(g.call('sin', [x]))],
  tan: (g, [x]) => [g.power(g.call('cos', [x]), -2)],
  asin: (g, [x]) => [g.power(oneMinus(g, square(g, x)), -0.5)],
  acos: (g, [x]) => [g.negate(g.power(oneMinus(g, square(g, x)), -0.5))],
  atan: (g, [x]) => [g.power(onePlus(g, square(g, x)), -1)],
  sinh: (g, [x]) => [g.call('cosh', [x])],
  cosh: (g, [x]) => [g.call('sinh', [x])],
  tanh: (g, _, value) => [oneMinus(g, square(g, value))],
  asinh: (g, [x]) => [g.power(onePlus(g, square(g, x)), -0.5)],
  acosh: (g, [x]) => [g.power(g.subtract(square(g, x), g.constant(1)), -0.5)],
  atanh: (g, [x]) => [g.power(oneMinus(g, square(g, x)), -1)],
  erf: (g, [x]) => [gaussian(g, x)],
  erfc: (g, [x]) => [g.negate(gaussian(g, x))],
  pow: (g, [x, y], value) => {
    // As tfjs has it: the exponent of a base that is not positive gets no gradient.
    const zero = g.constant(0);
    const log = g.select(g.call('less', [zero, x]), g.call('log', [x]), zero);
    return [g.multiply(y, g.generalPower(x, g.subtract(y, g.constant(1)))), g.multiply(value, log)];
  },
};

class NotSmooth extends Error {}

/** ∂root/∂input, one an input of these names; null where a function with a kink depends on one of them. */
export function differentiate(graph: Graph, root: Node, names: readonly string[]): Node[] | null {
  try {
    return names.map((name) => new Derivative(graph, name).of(root));
  } catch (error) {
    if (error instanceof NotSmooth) return null;
    throw error;
  }
}

class Derivative {
  private readonly known = new Map<Node, Node>();
  private readonly zero: Node;

  constructor(
    private readonly graph: Graph,
    private readonly name: string,
  ) {
    this.zero = graph.constant(0);
  }

  of(node: Node): Node {
    const known = this.known.get(node);
    if (known) return known;
    const made = this.derive(node);
    this.known.set(node, made);
    return made;
  }

  private derive(node: Node): Node {
    const { graph, zero } = this;
    switch (node.kind) {
      case 'constant':
        return zero;
      case 'input':
        return node.name === this.name ? graph.constant(1) : zero;
      case 'sum':
        return graph.sum(
          0,
          node.terms.map((term) => ({ coefficient: term.coefficient, node: this.of(term.node) })),
        );
      case 'product':
        return this.sumOf(
          node.factors.map(({ base, exponent }, k) => {
            const slope = this.of(base);
            if (slope === zero) return zero;
            const others = node.factors.map((factor, m) =>
              graph.power(factor.base, m === k ? exponent - 1 : factor.exponent),
            );
            const rest = others.reduce((product, factor) => graph.multiply(product, factor));
            return graph.multiply(graph.scale(exponent, rest), slope);
          }),
        );
      case 'call':
        return this.ofCall(node.name, node.operands, node);
      case 'select':
        return graph.select(node.condition, this.of(node.then), this.of(node.otherwise));
    }
  }

  private ofCall(name: FunctionName, operands: readonly Node[], value: Node): Node {
    const { graph, zero } = this;
    const slopes = operands.map((operand) => this.of(operand));
    if (predicates.has(name) || slopes.every((slope) => slope === zero)) return zero;
    const rule = partials[name];
    if (!rule) throw new NotSmooth();
    const byOperand = rule(graph, operands, value);
    return this.sumOf(
      slopes.map((slope, k) => (slope === zero ? zero : graph.multiply(byOperand[k], slope))),
    );
  }

  private sumOf(nodes: readonly Node[]): Node {
    return this.graph.sum(
      0,
      nodes.map((node) => ({ coefficient: 1, node })),
    );
  }
}
