import { modularity } from './modularity-suite.js';

modularity({
  backend: 'float64',
  solvers: { tolerance: 1e-11, maxSteps: 20_000 },
  solution: 1e-8,
  derivative: 1e-6,
});
