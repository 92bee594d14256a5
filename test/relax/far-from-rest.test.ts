/** What is told of the curvature where the forces have not vanished: against Hessians by finite differences. */
import { describe, expect, test } from 'vitest';
import { lennardJones } from '../../potentials/index.js';
import { symmetricEigen } from '../../src/linear/index.js';
import { onWarning } from '../../src/message/index.js';
import { type Equilibrium, relax } from '../../src/relax/index.js';
import { coordinates, createBox, freeBox, randomGas, type System, withBox } from '../../systems/index.js';

const lj = () => lennardJones({}, { cutoff: 2.4, truncation: 'smooth' });
const gas = (): System => randomGas({ count: 20, box: createBox([5, 5, 5]), minimumDistance: 0.9, seed: 1 });

/** Eigenvalues, ascending; from central differences of the gradient. */
function spectrum({ model, system }: Equilibrium): number[] {
  const x = Float64Array.from(coordinates(system));
  const n = x.length;
  const h = 1e-5;
  const matrix = new Float64Array(n * n);
  const [up, down] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    const at = x[k];
    x[k] = at + h;
    model.gradient(x, up);
    x[k] = at - h;
    model.gradient(x, down);
    x[k] = at;
    for (let i = 0; i < n; i++) matrix[i * n + k] += (up[i] - down[i]) / (4 * h);
    for (let i = 0; i < n; i++) matrix[k * n + i] += (up[i] - down[i]) / (4 * h);
  }
  return [...symmetricEigen(matrix, n).values].sort((a, b) => a - b);
}

describe('a relaxation that was stopped', () => {
  test.each([20, 50, 200])(
    'after %i steps: a saddle is called one, and no mode is taken for zero',
    (maxSteps) => {
      const stopped = relax(gas(), lj(), { maxSteps });
      expect(stopped.converged).toBe(false);
      const values = spectrum(stopped);
      expect(values[0]).toBeLessThan(-0.05);
      const { stability, lowestEigenvalue, zeroModes } = stopped.curvature();
      expect(stability).toBe('saddle');
      expect(lowestEigenvalue).toBeLessThan(0);
      expect(lowestEigenvalue).toBeGreaterThanOrEqual(values[0] * (1 + 1e-4));
      expect(zeroModes).toMatchObject({ count: 3, translations: 3, rotations: 0, others: 0 });
    },
  );

  test('tells nothing of how far the equilibrium is where the curvature does not', () => {
    const warnings: string[] = [];
    const former = onWarning((message) => warnings.push(message));
    try {
      relax(gas(), lj(), { maxSteps: 30 }).jvp({ sigma: 1 });
    } finally {
      onWarning(former);
    }
    expect(warnings.join('\n')).toContain('at an unknown distance from the equilibrium');
    expect(warnings.join('\n')).toContain('what it was taken at is a saddle point');
  });

  test.each([
    [[0, 5], 1],
    [[0, 5, 7], 0],
  ])('with the atoms %j fixed nothing turns as a whole that should not', (fixed, most) => {
    for (const maxSteps of [30, 60, 100]) {
      const stopped = relax(withBox(gas(), freeBox(3)), lj(), { maxSteps, fixed });
      const { rotations, translations, others } = stopped.curvature().zeroModes;
      expect([rotations, translations]).toEqual([0, 0]);
      expect(others).toBeLessThanOrEqual(most);
    }
  });

  test('of a free cluster still knows its rotations, whose forces are turned', () => {
    const free = relax(withBox(gas(), freeBox(3)), lj(), { maxSteps: 60 });
    expect(free.maxForce).toBeGreaterThan(1e-2);
    expect(free.curvature().zeroModes).toMatchObject({ translations: 3, rotations: 3 });
  });
});
