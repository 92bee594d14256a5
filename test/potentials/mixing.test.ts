/** Mixing rules in numbers against the same rules as tfjs functions. */
import { describe, expect, test } from 'vitest';
import { mixingFunction, numericMixing } from '../../potentials/mixing.js';
import { computeDerivatives, type ScalarFunction } from '../../src/expression/index.js';

describe('mixing rules in numbers', () => {
  test.each(['arithmetic', 'geometric', 'harmonic', 'sixth-power'] as const)(
    '%s: value and derivatives are those of the tfjs function',
    (name) => {
      const rule = mixingFunction(name);
      const f: ScalarFunction = ({ a, b }) => rule(a, b);
      for (const [a, b] of [
        [1, 0.6],
        [0.3, 2.5],
        [1.7, 1.7],
      ]) {
        const { value, gradient } = computeDerivatives(f, { a, b }, 'a');
        const found = numericMixing(name)?.(a, b);
        expect(found?.value).toBeCloseTo(value, 14);
        expect(found?.first).toBeCloseTo(gradient.a, 14);
        expect(found?.second).toBeCloseTo(gradient.b, 14);
      }
    },
  );

  test('are not there for a rule of one’s own', () => {
    expect(numericMixing((a) => a)).toBeNull();
  });
});
