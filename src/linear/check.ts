/** What the caller's input must fulfil before anything is solved: sizes that fit, tolerances that mean something. */
import { checkOptions, InputError } from '../message/index.js';
import type { GmresOptions } from './gmres.js';
import type { LinearOperator } from './operator.js';
import type { LinearOptions } from './solution.js';
import { dot } from './vector.js';

/** Of every solver; `restart` is GMRES's, and others that come before or after it pass it by. */
const optionNames = [
  'tolerance',
  'maxIterations',
  'start',
  'preconditioner',
  'nullSpace',
  'onIteration',
  'restart',
] satisfies (keyof GmresOptions)[];

export function checkInput(A: LinearOperator, b: Float64Array, options: LinearOptions): void {
  checkOptions<GmresOptions>('a linear solver', options, optionNames);
  const { size } = A;
  if (b.length !== size) {
    throw new InputError(`the operator is ${size} × ${size} but the right-hand side has ${b.length} values`);
  }
  if (options.start && options.start.length !== size) {
    throw new InputError(
      `the start has ${options.start.length} values for ${size} unknowns; give one an unknown`,
    );
  }
  const { tolerance, maxIterations } = options;
  if (tolerance !== undefined && !(tolerance >= 0)) {
    throw new InputError(
      `tolerance is a relative residual, 0 or more (1e-10 by default); found ${tolerance}`,
    );
  }
  if (maxIterations !== undefined && !(maxIterations >= 0)) {
    throw new InputError(`maxIterations is a count, 0 or more; found ${maxIterations}`);
  }
  checkOrthonormal(options.nullSpace ?? [], size);
}

/** @throws InputError when the vectors are not orthonormal to 1e-6: a projection with them would be no projection */
export function checkOrthonormal(basis: readonly Float64Array[], size: number): void {
  for (const [i, u] of basis.entries()) {
    if (u.length !== size) {
      throw new InputError(`nullSpace[${i}] has ${u.length} values for ${size} unknowns`);
    }
    for (let j = 0; j <= i; j++) {
      const product = dot(basis[j], u);
      if (!(Math.abs(product - (i === j ? 1 : 0)) < 1e-6)) {
        throw new InputError(
          `nullSpace must be orthonormal, but nullSpace[${j}] · nullSpace[${i}] = ${product}; ` +
            'orthonormalise it first',
        );
      }
    }
  }
}
