import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, Graph } from '../../src/expression/index.js';
import { type Inputs, inputs, plainValue, recipe } from './random-expression.js';

describe('a simplified expression', () => {
  test('has the value that it was written to have, wherever that is a number', () => {
    let compared = 0;
    fc.assert(
      fc.property(recipe, inputs, (expression, values) => {
        const expected = plainValue(expression, values);
        // Nor where digits cancel, which inputs a hair's breadth away show.
        if (!Number.isFinite(expected) || Math.abs(expected) > 1e12) return;
        const nearby = [1e-13, -1e-13].map((h) =>
          plainValue(
            expression,
            Object.fromEntries(Object.entries(values).map(([k, x]) => [k, x * (1 + h)])),
          ),
        );
        const spread = Math.max(...nearby.map((value) => Math.abs(value - expected)));
        if (!(spread < 1e-7 * (1 + Math.abs(expected)))) return;
        const graph = new Graph();
        const [found] = evaluate([expression.build(graph)], values);
        compared++;
        const tolerance = 1e-9 * (1 + Math.abs(expected)) + 100 * spread;
        if (!(Math.abs(found - expected) <= tolerance)) {
          throw new Error(`${expression.text} is ${expected}, found ${found} for ${JSON.stringify(values)}`);
        }
      }),
      { numRuns: 8000, seed: 1 },
    );
    expect(compared).toBeGreaterThan(2000);
  });

  test('keeps the digits of 1 − erf(x), whatever it is multiplied by', () => {
    // erfc(6) by mpmath
    const expected = 2.1519736712498913e-17;
    for (const factor of [1, -1, 2.5]) {
      const graph = new Graph();
      const x = graph.input('x', { variable: true });
      const erf = graph.call('erf', [x]);
      const one = graph.constant(1);
      const written = [
        graph.scale(factor, graph.subtract(one, erf)),
        graph.sum(factor, [{ coefficient: -factor, node: erf }]),
        graph.divide(graph.multiply(graph.constant(6 * factor), graph.subtract(one, erf)), x),
      ];
      for (const value of evaluate(written, { x: 6 })) {
        expect(Math.abs(value / (factor * expected) - 1)).toBeLessThan(1e-15);
      }
    }
  });

  test('is the same node when it is built again, and keeps its value when it is rebuilt in another graph', () => {
    fc.assert(
      fc.property(recipe, inputs, (expression, values) => {
        const graph = new Graph();
        const node = expression.build(graph);
        expect(expression.build(graph)).toBe(node);
        const other = new Graph();
        other.constant(5); // so that ids differ
        const [copy] = other.substitute([node], () => undefined);
        const [found, again] = [evaluate([node], values)[0], evaluate([copy], values)[0]];
        if (Number.isFinite(found) && Math.abs(found) < 1e9) {
          expect(Math.abs(again - found)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(found)));
        }
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  test('becomes a number when all of its inputs are numbers', () => {
    fc.assert(
      fc.property(recipe, inputs, (expression, values) => {
        const graph = new Graph();
        const node = expression.build(graph);
        const folded = new Graph();
        const [number] = folded.substitute([node], (name) => folded.constant((values as Inputs)[name]));
        expect(number.kind).toBe('constant');
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('simplification', () => {
  const graph = new Graph();
  const a = graph.input('a', { variable: true });
  const b = graph.input('b', { variable: true, nonNegative: true });

  test('joins like terms and like factors', () => {
    expect(graph.subtract(a, a)).toBe(graph.constant(0));
    expect(graph.divide(a, a)).toBe(graph.constant(1));
    expect(graph.add(a, a)).toBe(graph.scale(2, a));
    expect(graph.multiply(a, graph.multiply(a, a))).toBe(graph.power(a, 3));
    expect(graph.divide(graph.power(a, 2), graph.power(a, 5))).toBe(graph.power(a, -3));
    expect(graph.add(graph.multiply(a, b), graph.multiply(b, a))).toBe(graph.scale(2, graph.multiply(a, b)));
    expect(graph.multiply(graph.scale(2, a), graph.scale(0.5, b))).toBe(graph.multiply(a, b));
  });

  test('folds constants, and what is multiplied by nothing', () => {
    expect(graph.call('exp', [graph.constant(0)])).toBe(graph.constant(1));
    expect(graph.multiply(graph.constant(0), a)).toBe(graph.constant(0));
    expect(graph.constant(-0)).toBe(graph.constant(0));
    expect(graph.select(graph.constant(1), a, b)).toBe(a);
    expect(graph.select(graph.call('less', [a, b]), b, b)).toBe(b);
  });

  test('takes a root of a square only where the sign is known', () => {
    expect(graph.power(graph.power(b, 2), 0.5)).toBe(b);
    expect(graph.power(graph.power(b, 0.5), 2)).toBe(b);
    const magnitude = graph.power(graph.power(a, 2), 0.5);
    expect(evaluate([magnitude], { a: -3 })).toEqual([3]);
    const root = graph.power(graph.multiply(a, a), 1.5);
    expect(evaluate([root], { a: -2 })[0]).toBeCloseTo(8, 14);
    expect(evaluate([graph.power(graph.scale(-1, b), 0.5)], { b: 4 })[0]).toBeNaN();
    expect(evaluate([graph.power(graph.scale(-2, b), 3)], { b: 2 })).toEqual([-64]);
    expect(evaluate([graph.power(graph.scale(-2, b), -2)], { b: 2 })).toEqual([0.0625]);
  });

  test('keeps differences whole that would lose their digits', () => {
    const near = graph.subtract(graph.constant(1), b);
    const [square] = evaluate([graph.power(near, 2)], { b: 1 - 1e-9 });
    expect(Math.abs(square / (1 - (1 - 1e-9)) ** 2 - 1)).toBeLessThan(1e-14);
    const scaled = graph.multiply(graph.input('k'), graph.power(graph.subtract(graph.input('k'), b), 2));
    expect(evaluate([scaled], { k: 1, b: 1 - 1e-9 })[0]).toBeCloseTo((1 - (1 - 1e-9)) ** 2, 30);
  });

  test('lets no infinity out of the branch that is not taken', () => {
    const inside = graph.call('less', [b, graph.constant(1)]);
    const log = graph.call('log', [graph.subtract(graph.constant(1), b)]);
    const mask = graph.select(inside, graph.constant(1), graph.constant(0));
    const off = graph.select(inside, graph.constant(0), graph.constant(1));
    const infinite = graph.power(graph.subtract(graph.constant(1), b), -1);
    for (const product of [
      graph.multiply(mask, log),
      graph.multiply(log, mask),
      graph.multiply(graph.multiply(log, mask), mask),
    ]) {
      expect(evaluate([product], { b: 2 })).toEqual([0]);
      expect(evaluate([product], { b: 0.5 })[0]).not.toBe(0);
    }
    expect(evaluate([graph.multiply(off, infinite)], { b: 0.5 })).toEqual([0]);
    expect(evaluate([graph.multiply(mask, infinite)], { b: 1 })).toEqual([0]);
    expect(evaluate([graph.divide(mask, graph.subtract(graph.constant(1), b))], { b: 1 })).toEqual([0]);
  });

  test('says which input it lacks a value for', () => {
    expect(() => evaluate([graph.add(a, b)], { a: 1 })).toThrow('needs a value for "b"');
  });
});
