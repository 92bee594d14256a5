/** Expressions drawn at random, with their values by plain arithmetic. */
import fc from 'fast-check';
import type { Graph, Node } from '../../src/expression/index.js';

export type Inputs = Readonly<Record<string, number>>;

/** A way to build an expression, and its value by plain arithmetic. */
export interface Recipe {
  readonly text: string;
  build(graph: Graph): Node;
  value(inputs: Inputs): number;
}

/** Where plain arithmetic meets an infinity on its way, there is no value to compare with. */
const finite = (x: number): number => {
  if (Number.isFinite(x)) return x;
  throw new RangeError('an infinity');
};

export function plainValue(recipe: Recipe, inputs: Inputs): number {
  try {
    return recipe.value(inputs);
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}

const input = (name: string, nonNegative: boolean): Recipe => ({
  text: name,
  build: (graph) => graph.input(name, { variable: name < 'p', nonNegative }),
  value: (inputs) => inputs[name],
});

const constant = (c: number): Recipe => ({
  text: `${c}`,
  build: (graph) => graph.constant(c),
  value: () => c,
});

const binary = (
  symbol: string,
  a: Recipe,
  b: Recipe,
  build: (graph: Graph, a: Node, b: Node) => Node,
  value: (a: number, b: number) => number,
): Recipe => ({
  text: `(${a.text} ${symbol} ${b.text})`,
  build: (graph) => build(graph, a.build(graph), b.build(graph)),
  value: (inputs) => finite(value(a.value(inputs), b.value(inputs))),
});

const unary = (
  name: string,
  a: Recipe,
  build: (graph: Graph, a: Node) => Node,
  value: (a: number) => number,
): Recipe => ({
  text: `${name}(${a.text})`,
  build: (graph) => build(graph, a.build(graph)),
  value: (inputs) => finite(value(a.value(inputs))),
});

export const { recipe } = fc.letrec<{ recipe: Recipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.constantFrom(input('a', false), input('b', true), input('p', false), input('q', true)),
    fc.constantFrom(-2, -1, -0.5, 0, 0.1, 1, 2, 3, 7).map(constant),
    fc.tuple(tie('recipe'), tie('recipe')).map(([a, b]) =>
      binary(
        '+',
        a,
        b,
        (g, x, y) => g.add(x, y),
        (x, y) => x + y,
      ),
    ),
    fc.tuple(tie('recipe'), tie('recipe')).map(([a, b]) =>
      binary(
        '−',
        a,
        b,
        (g, x, y) => g.subtract(x, y),
        (x, y) => x - y,
      ),
    ),
    fc.tuple(tie('recipe'), tie('recipe')).map(([a, b]) =>
      binary(
        '·',
        a,
        b,
        (g, x, y) => g.multiply(x, y),
        (x, y) => x * y,
      ),
    ),
    fc.tuple(tie('recipe'), tie('recipe')).map(([a, b]) =>
      binary(
        '/',
        a,
        b,
        (g, x, y) => g.divide(x, y),
        (x, y) => x / y,
      ),
    ),
    tie('recipe').map((a) =>
      unary(
        '−',
        a,
        (g, x) => g.negate(x),
        (x) => -x,
      ),
    ),
    fc.tuple(tie('recipe'), fc.constantFrom(-6, -2, -1, -0.5, 0.5, 1, 1.5, 2, 3, 2.5, 7, 12)).map(([a, n]) =>
      unary(
        `^${n}`,
        a,
        (g, x) => g.power(x, n),
        (x) => x ** n,
      ),
    ),
    tie('recipe').map((a) => unary('exp', a, (g, x) => g.call('exp', [x]), Math.exp)),
    tie('recipe').map((a) => unary('tanh', a, (g, x) => g.call('tanh', [x]), Math.tanh)),
    tie('recipe').map((a) => unary('abs', a, (g, x) => g.call('abs', [x]), Math.abs)),
    fc
      .tuple(tie('recipe'), tie('recipe'))
      .map(([a, b]) => binary('min', a, b, (g, x, y) => g.call('minimum', [x, y]), Math.min)),
    fc.tuple(tie('recipe'), tie('recipe'), tie('recipe'), tie('recipe')).map(
      ([a, b, c, d]): Recipe => ({
        text: `(${a.text} < ${b.text} ? ${c.text} : ${d.text})`,
        build: (graph) =>
          graph.select(graph.call('less', [a.build(graph), b.build(graph)]), c.build(graph), d.build(graph)),
        value: (inputs) => (a.value(inputs) < b.value(inputs) ? c.value(inputs) : d.value(inputs)),
      }),
    ),
  ),
})) as { recipe: fc.Arbitrary<Recipe> };

const number = fc.double({ min: -2, max: 2, noNaN: true }).filter((x) => Math.abs(x) > 0.05);
const positive = fc.double({ min: 0.05, max: 2, noNaN: true });
export const inputs = fc.record({ a: number, b: positive, p: number, q: positive });
