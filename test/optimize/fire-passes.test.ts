/** FIRE's passes in WebAssembly against the plain loops. */
import { describe, expect, test } from 'vitest';
import { type FirePasses, PlainPasses, VectorPasses } from '../../src/optimize/fire-passes.js';
import { random } from '../../src/random/index.js';

describe('FIRE’s passes over vectors', () => {
  test.each([1, 2, 3])('in WebAssembly do what plain loops do, for blocks of %i', (blockSize) => {
    const { normal } = random(blockSize);
    for (const blocks of [1, 5, 6, 7, 12, 40, 41, 100]) {
      const n = blocks * blockSize;
      const start = Float64Array.from({ length: n }, normal);
      const [fast, plain] = [VectorPasses, PlainPasses].map((Passes) => new Passes(start.slice(), blockSize));
      const both = <T>(run: (passes: FirePasses) => T): [T, T] => [run(fast), run(plain)];
      for (let step = 0; step < 4; step++) {
        const gradient = Float64Array.from({ length: n }, normal);
        both((passes) => passes.gradient.set(gradient));
        const [speed, plainSpeed] = both((passes) => passes.kick(0.9, 0.07));
        expect(speed).toBeCloseTo(plainSpeed, 12);
        both((passes) => passes.drift(0.3));
        both((passes) =>
          passes.gradient.forEach((_, k, g) => {
            g[k] += 0.1 * start[k];
          }),
        );
        const [sums, plainSums] = both((passes) => passes.measure(0.05));
        for (const key of ['change', 'power', 'speed', 'force', 'largest'] as const) {
          expect(sums[key], key).toBeCloseTo(plainSums[key], 11);
        }
        expect(fast.x).toEqual(plain.x);
        expect(fast.velocity).toEqual(plain.velocity);
        expect(fast.gradient).toEqual(plain.gradient);
      }
    }
  });

  test('tell a gradient that is not a number, wherever it stands', () => {
    for (const at of [0, 1, 31, 47]) {
      const passes = new VectorPasses(new Float64Array(48), 3);
      passes.gradient[at] = Number.NaN;
      expect(passes.measure(0.1).largest).toBeNaN();
    }
  });
});
