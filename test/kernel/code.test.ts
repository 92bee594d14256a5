import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, functions, Graph, traceDerivatives } from '../../src/expression/index.js';
import { type Code, generateCode } from '../../src/kernel/instructions.js';
import { inputs, recipe } from '../expression/random-expression.js';

/** Runs straight-line code, instruction by instruction. */
function run(code: Code, values: Readonly<Record<string, number>>): number[] {
  const done: number[] = [];
  for (const instruction of code.instructions) {
    done.push(
      (() => {
        switch (instruction.op) {
          case 'constant':
            return instruction.value;
          case 'input':
            return values[instruction.name];
          case 'add':
            return done[instruction.a] + done[instruction.b];
          case 'subtract':
            return done[instruction.a] - done[instruction.b];
          case 'multiply':
            return done[instruction.a] * done[instruction.b];
          case 'negate':
            return -done[instruction.a];
          case 'reciprocal':
            return 1 / done[instruction.a];
          case 'sqrt':
            return Math.sqrt(done[instruction.a]);
          case 'call':
            return functions[instruction.name](...instruction.operands.map((operand) => done[operand]));
          case 'select':
            return done[instruction.condition] !== 0 ? done[instruction.then] : done[instruction.otherwise];
        }
      })(),
    );
  }
  return code.results.map((result) => done[result]);
}

describe('straight-line code', () => {
  test('computes the expressions that it was made from, several at once', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(recipe, { minLength: 1, maxLength: 3 }), inputs, (expressions, values) => {
        const graph = new Graph();
        const nodes = expressions.map((expression) => expression.build(graph));
        const code = generateCode(nodes);
        const expected = evaluate(nodes, values);
        const nearby = evaluate(
          nodes,
          Object.fromEntries(Object.entries(values).map(([name, x]) => [name, x * (1 + 1e-13)])),
        );
        run(code, values).forEach((found, k) => {
          const spread = Math.abs(nearby[k] - expected[k]);
          if (!(Math.abs(expected[k]) < 1e12 && spread < 1e-7 * (1 + Math.abs(expected[k])))) return;
          compared++;
          const tolerance = 1e-10 * (1 + Math.abs(expected[k])) + 100 * spread;
          if (!(Math.abs(found - expected[k]) <= tolerance)) {
            throw new Error(
              `${expressions[k].text} is ${expected[k]}, the code gives ${found} for ${JSON.stringify(values)}`,
            );
          }
        });
      }),
      { numRuns: 2000, seed: 5 },
    );
    expect(compared).toBeGreaterThan(1000);
  });

  test('has its operands before what uses them, and no instruction twice', () => {
    fc.assert(
      fc.property(recipe, (expression) => {
        const { instructions } = generateCode([expression.build(new Graph())]);
        const texts = instructions.map((instruction) => JSON.stringify(instruction));
        expect(new Set(texts).size).toBe(texts.length);
        instructions.forEach((instruction, k) => {
          for (const [name, value] of Object.entries(instruction)) {
            const refers = ['a', 'b', 'condition', 'then', 'otherwise'].includes(name);
            if (refers) expect(value as number).toBeLessThan(k);
            if (name === 'operands') for (const operand of value as number[]) expect(operand).toBeLessThan(k);
          }
        });
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});

/** Instructions of a function of s = r² that are run for every pair. */
function perPair(f: (r: tf.Tensor, epsilon: tf.Tensor, sigma: tf.Tensor) => tf.Tensor): string[] {
  const { value, gradient, mixed } = traceDerivatives(
    ({ s, epsilon, sigma }) => f(tf.sqrt(s), epsilon, sigma),
    { s: { variable: true, nonNegative: true }, epsilon: {}, sigma: {} },
    's',
  );
  const { instructions } = generateCode([value, gradient.s, mixed.s]);
  return instructions.filter(({ invariant }) => !invariant).map(({ op }) => op);
}

const count = (ops: readonly string[], op: string): number => ops.filter((name) => name === op).length;

describe('the work for one pair', () => {
  const spellings: Readonly<Record<string, (r: tf.Tensor, e: tf.Tensor, s: tf.Tensor) => tf.Tensor>> = {
    'pow(s / r, 12) − pow(s / r, 6)': (r, e, s) =>
      tf.mul(tf.mul(e, 4), tf.sub(tf.pow(tf.div(s, r), 12), tf.pow(tf.div(s, r), 6))),
    'x² − x with x = (s / r)⁶': (r, e, s) => {
      const x = tf.pow(tf.div(s, r), 6);
      return tf.mul(tf.mul(e, 4), tf.sub(tf.square(x), x));
    },
    'x (x − 1) with x = s⁶ · r⁻⁶': (r, e, s) => {
      const x = tf.mul(tf.pow(s, 6), tf.reciprocal(tf.pow(r, 6)));
      return tf.mul(tf.mul(e, 4), tf.mul(x, tf.sub(x, 1)));
    },
  };
  for (const [name, f] of Object.entries(spellings)) {
    test(`of Lennard-Jones written as ${name} has one division, no root and no call`, () => {
      const ops = perPair(f);
      expect(count(ops, 'reciprocal')).toBe(1);
      expect(count(ops, 'sqrt')).toBe(0);
      expect(count(ops, 'call')).toBe(0);
      expect(ops.length).toBeLessThanOrEqual(20);
    });
  }

  test('of a harmonic sphere has one root and one division', () => {
    const ops = perPair((r, e, s) => tf.mul(tf.div(e, 2), tf.square(tf.sub(1, tf.div(r, s)))));
    expect(count(ops, 'sqrt')).toBe(1);
    expect(count(ops, 'reciprocal')).toBe(1);
    expect(count(ops, 'call')).toBe(0);
  });

  test('of a Morse pair has one exponential', () => {
    const ops = perPair((r, e, s) => {
      const x = tf.exp(tf.sub(s, r));
      return tf.mul(e, tf.mul(x, tf.sub(x, 2)));
    });
    expect(count(ops, 'call')).toBe(1);
  });
});
