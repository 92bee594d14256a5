/**
 * Random quadratic and linear programs, degenerate ones among them. No oracle is needed: a solution, a contradiction and
 * a direction without end are all checked by their definitions.
 */
import { expect, test } from 'vitest';
import {
  admm,
  equalityQp,
  lbfgsb,
  optimalityError,
  projectedGradient,
  type QuadraticProgram,
  type QuadraticProgramState,
  quadraticProgram,
  run,
  type Solution,
} from '../../src/optimize/index.js';
import { type Random, random } from '../../src/random/index.js';
import { distance, quadratic } from './reference.js';

interface Kind {
  readonly name: string;
  /** Rank of Q: 0 is a linear program. */
  readonly rank: (n: number) => number;
  /** Whether the bounds come from a point that fulfils them. */
  readonly feasible: boolean;
  /** Small whole numbers make ties, dependent rows, degenerate vertices. */
  readonly whole: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'strictly convex', rank: (n) => n, feasible: true, whole: false },
  { name: 'strictly convex, of small whole numbers', rank: (n) => n, feasible: true, whole: true },
  { name: 'of half rank', rank: (n) => Math.floor(n / 2), feasible: true, whole: false },
  {
    name: 'of half rank, of small whole numbers',
    rank: (n) => Math.floor(n / 2),
    feasible: true,
    whole: true,
  },
  { name: 'linear', rank: () => 0, feasible: true, whole: false },
  { name: 'linear, of small whole numbers', rank: () => 0, feasible: true, whole: true },
  { name: 'of random bounds', rank: (n) => n, feasible: false, whole: false },
  { name: 'linear, of random whole bounds', rank: () => 0, feasible: false, whole: true },
];

function program(rng: Random, kind: Kind): QuadraticProgram {
  const n = 1 + rng.integer(8);
  const m = rng.integer(12);
  const entry = (): number => (kind.whole ? rng.integer(5) - 2 : rng.normal());
  const rank = kind.rank(n);
  const F = Array.from({ length: rank }, () => Array.from({ length: n }, entry));
  const Q = new Float64Array(n * n);
  for (const row of F)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) Q[i * n + j] += row[i] * row[j];
  if (rank === n) for (let i = 0; i < n; i++) Q[i * n + i] += 0.1;
  const A = Array.from({ length: m }, () => Array.from({ length: n }, entry));
  const x = Array.from({ length: n }, entry);
  const lower: number[] = [];
  const upper: number[] = [];
  for (const row of A) {
    const at = kind.feasible ? row.reduce((sum, value, j) => sum + value * x[j], 0) : 3 * entry();
    const width = kind.whole ? rng.integer(3) : Math.abs(rng.normal());
    const side = rng.integer(4);
    lower.push(side === 0 ? -Infinity : side === 1 ? at : at - width);
    upper.push(side === 3 ? Infinity : side === 1 ? at : at + width);
  }
  return quadraticProgram({ Q, c: Array.from({ length: n }, entry), A, lower, upper });
}

/** What is wrong with an answer, or ''. */
function complaint(problem: QuadraticProgram, found: Solution<QuadraticProgramState>): string {
  const { size, Q, c, constraints, lower, upper } = problem;
  const w = found.certificate ?? new Float64Array(0);
  const largest = (v: Float64Array): number => v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (found.result === 'converged') {
    const error = optimalityError(problem, found.value, found.state.multipliers);
    return error <= 1e-8 ? '' : `optimality ${error}`;
  }
  if (found.result === 'infeasible') {
    const image = new Float64Array(size);
    constraints.applyTranspose(w, image);
    let support = 0;
    w.forEach((value, i) => {
      if (value !== 0) support += value * (value > 0 ? upper[i] : lower[i]);
    });
    return largest(image) < 1e-4 && support < -1e-6
      ? ''
      : `no proof: Cᵀw ${largest(image)}, support ${support}`;
  }
  if (found.result === 'unbounded') {
    const image = new Float64Array(size);
    Q.apply(w, image);
    const Cd = new Float64Array(constraints.rows);
    constraints.apply(w, Cd);
    const slope = w.reduce((sum, value, j) => sum + value * c[j], 0);
    const leaves = Cd.some(
      (value, i) => (upper[i] < Infinity && value > 1e-4) || (lower[i] > -Infinity && value < -1e-4),
    );
    return largest(image) < 1e-4 && slope < -1e-6 && !leaves
      ? ''
      : `no ray: Qd ${largest(image)}, slope ${slope}`;
  }
  return found.message;
}

const solve = (problem: QuadraticProgram) =>
  run(admm(), problem, new Float64Array(problem.size), { tolerance: 1e-8, maxSteps: 20_000 });

test.each(kinds)('admm answers 60 random programs that are $name, with proof', (kind) => {
  const rng = random(7);
  const complaints: string[] = [];
  const counts: Record<string, number> = {};
  for (let k = 0; k < 60; k++) {
    const problem = program(rng, kind);
    const found = solve(problem);
    counts[found.result] = (counts[found.result] ?? 0) + 1;
    const wrong = complaint(problem, found);
    if (wrong !== '') complaints.push(`${k}: ${wrong}`);
  }
  expect(complaints).toEqual([]);
  if (kind.feasible) expect(counts.infeasible ?? 0).toBe(0);
});

test('equalityQp answers 200 random programs, singular ones among them, with proof', () => {
  const rng = random(11);
  const complaints: string[] = [];
  const results = new Set<string>();
  for (let k = 0; k < 200; k++) {
    const n = 1 + rng.integer(6);
    const m = rng.integer(7);
    const entry = (): number => rng.integer(5) - 2;
    const F = Array.from({ length: rng.integer(n + 1) }, () => Array.from({ length: n }, entry));
    const Q = new Float64Array(n * n);
    for (const row of F)
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) Q[i * n + j] += row[i] * row[j];
    const A = Array.from({ length: m }, () => Array.from({ length: n }, entry));
    const problem = quadraticProgram({
      Q,
      c: Array.from({ length: n }, entry),
      A,
      b: Array.from({ length: m }, entry),
    });
    const found = run(equalityQp(), problem, new Float64Array(n), { tolerance: 1e-9 });
    results.add(found.result);
    const wrong = complaint(problem, found);
    if (wrong !== '') complaints.push(`${k}: ${wrong}`);
  }
  expect(complaints).toEqual([]);
  expect([...results].sort()).toEqual(['converged', 'infeasible', 'unbounded']);
});

test('lbfgsb, projectedGradient and admm agree on random quadratic programs in boxes', () => {
  const rng = random(13);
  for (let k = 0; k < 40; k++) {
    const n = 1 + rng.integer(12);
    const F = Array.from({ length: n }, () => Array.from({ length: n }, () => rng.normal()));
    const Q = new Float64Array(n * n);
    for (const row of F)
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) Q[i * n + j] += row[i] * row[j];
    for (let i = 0; i < n; i++) Q[i * n + i] += 0.1;
    const c = Float64Array.from({ length: n }, () => 3 * rng.normal());
    const lower = Float64Array.from({ length: n }, () => (rng.integer(3) === 0 ? -Infinity : -rng.uniform()));
    const upper = Float64Array.from({ length: n }, () => (rng.integer(3) === 0 ? Infinity : rng.uniform()));
    const box = {
      ...quadratic(Q, c),
      lower,
      upper,
      projection(v: Float64Array, out: Float64Array) {
        for (let i = 0; i < n; i++) out[i] = Math.min(upper[i], Math.max(lower[i], v[i]));
      },
    };
    const options = { tolerance: 1e-10, maxSteps: 50_000 };
    const start = new Float64Array(n);
    const eye = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
    const program = quadraticProgram({ Q, c, A: eye, lower, upper });
    const expected = run(admm(), program, start, options);
    for (const found of [
      expected,
      run(lbfgsb(), box, start, options),
      run(projectedGradient(), box, start, options),
    ]) {
      expect(found.result).toBe('converged');
      expect(distance(found.value, expected.value)).toBeLessThan(1e-8);
    }
  }
});
