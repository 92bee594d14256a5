/** Stillpoint: differentiable equilibria. */
export { pairPotential } from '../potentials/index.js';
export * from './linear/index.js';
export { InputError, onWarning } from './message/index.js';
export * from './optimize/index.js';
export * from './relax/index.js';
export * from './tensor/index.js';
