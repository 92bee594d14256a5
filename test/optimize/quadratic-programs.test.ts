import { describe, expect, test } from 'vitest';
import {
  admm,
  denseOperator,
  equalityQp,
  optimalityError,
  type QuadraticProgram,
  type QuadraticProgramData,
  quadraticProgram,
  run,
} from '../../src/optimize/index.js';
import { distance, reference } from './reference.js';

const bound = (value: number): number => (Math.abs(value) > 1e20 ? Math.sign(value) * Infinity : value);
const programs = reference.quadraticPrograms.map((data) => ({
  ...data,
  name: `${data.size} unknowns, ${data.rows} constraints`,
  program: quadraticProgram({ ...data, lower: data.lower.map(bound), upper: data.upper.map(bound) }),
}));
const zero = (program: QuadraticProgram): Float64Array => new Float64Array(program.size);

/** Cᵀ w = 0 and the support function of the bounds is negative. */
function provesInfeasible(program: QuadraticProgram, w: Float64Array): void {
  const image = new Float64Array(program.size);
  program.constraints.applyTranspose(w, image);
  expect(Math.max(...image.map(Math.abs))).toBeLessThan(1e-5);
  let support = 0;
  w.forEach((value, i) => {
    if (value !== 0) support += value * (value > 0 ? program.upper[i] : program.lower[i]);
  });
  expect(support).toBeLessThan(-1e-3);
}

/** Q d = 0, cᵀ d < 0, and C d stays within the bounds' recession cone. */
function provesUnbounded(program: QuadraticProgram, d: Float64Array): void {
  const image = new Float64Array(program.size);
  program.Q.apply(d, image);
  expect(Math.max(...image.map(Math.abs))).toBeLessThan(1e-5);
  expect(d.reduce((sum, value, j) => sum + value * program.c[j], 0)).toBeLessThan(-1e-3);
  const Cd = new Float64Array(program.constraints.rows);
  program.constraints.apply(d, Cd);
  Cd.forEach((value, i) => {
    if (program.upper[i] < Infinity) expect(value).toBeLessThan(1e-5);
    if (program.lower[i] > -Infinity) expect(value).toBeGreaterThan(-1e-5);
  });
}

describe('admm', () => {
  test.each(programs)('solves a program of $name as OSQP does', ({ program, solution, dual, value }) => {
    const found = run(admm(), program, zero(program), { tolerance: 1e-10 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-7);
    expect(distance(found.state.multipliers, dual)).toBeLessThan(1e-6);
    expect(found.stats.objective).toBeCloseTo(value, 8);
  });

  test.each(programs)('solves a program of $name without polishing', ({ program, solution }) => {
    const found = run(admm({ polish: false }), program, zero(program), { tolerance: 1e-9 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-6);
  });

  test('agrees with BoxOSQP of JAXopt', () => {
    const { program } = programs[1];
    const found = run(admm(), program, zero(program), { tolerance: 1e-10 });
    expect(distance(found.value, reference.jaxopt.quadraticProgram)).toBeLessThan(1e-8);
  });

  test('solves a program known by products only', () => {
    const { program, solution } = programs[1];
    const { Q, c, constraints, lower, upper } = program;
    const C = constraints.matrix as Float64Array;
    const { apply, applyTranspose } = denseOperator(C, constraints.rows, program.size);
    const matrixFree = quadraticProgram({
      Q: { size: Q.size, symmetric: true, apply: (v, out) => Q.apply(v, out) },
      c,
      A: { rows: constraints.rows, columns: program.size, apply, applyTranspose },
      lower,
      upper,
    });
    const found = run(admm(), matrixFree, zero(program), { tolerance: 1e-10 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-7);
  });
});

interface Published {
  readonly name: string;
  readonly data: QuadraticProgramData;
  /** What the quadratic form leaves out. */
  readonly constant: number;
  readonly value: number;
  readonly solution: readonly number[];
}

/** Σ (aᵏ·x − bₖ)² as ½ xᵀ Q x + cᵀ x + constant. */
function sumOfSquares(rows: readonly (readonly number[])[], b: readonly number[]) {
  const n = rows[0].length;
  const Q = new Float64Array(n * n);
  const c = new Float64Array(n);
  rows.forEach((row, k) => {
    for (let i = 0; i < n; i++) {
      c[i] -= 2 * row[i] * b[k];
      for (let j = 0; j < n; j++) Q[i * n + j] += 2 * row[i] * row[j];
    }
  });
  return { Q, c, constant: b.reduce((sum, value) => sum + value * value, 0) };
}

const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
const minus = (rows: number[][]): number[][] => rows.map((row) => row.map((value) => -value));
const threeLinks = [
  [1, 3, 0, 0, 0],
  [0, 0, 1, 1, -2],
  [0, 1, 0, 0, -1],
];
const hs51 = sumOfSquares(
  [
    [1, -1, 0, 0, 0],
    [0, 1, 1, 0, 0],
    [0, 0, 0, 1, 0],
    [0, 0, 0, 0, 1],
  ],
  [0, 2, 1, 1],
);
const hs52 = sumOfSquares(
  [
    [4, -1, 0, 0, 0],
    [0, 1, 1, 0, 0],
    [0, 0, 0, 1, 0],
    [0, 0, 0, 0, 1],
  ],
  [0, 2, 1, 1],
);
const hs28 = sumOfSquares(
  [
    [1, 1, 0],
    [0, 1, 1],
  ],
  [0, 0],
);

/**
 * Quadratic problems of Hock and Schittkowski, Test Examples for Nonlinear Programming Codes (1981), which are among Maros
 * and Mészáros's too, with the optima that are published there.
 */
const equalityPrograms: readonly Published[] = [
  {
    name: 'HS28',
    data: { ...hs28, A: [[1, 2, 3]], b: [1] },
    constant: 0,
    value: 0,
    solution: [0.5, -0.5, 0.5],
  },
  {
    name: 'HS51',
    data: { ...hs51, A: threeLinks, b: [4, 0, 0] },
    constant: 6,
    value: 0,
    solution: [1, 1, 1, 1, 1],
  },
  {
    name: 'HS52',
    data: { ...hs52, A: threeLinks, b: [0, 0, 0] },
    constant: 6,
    value: 1859 / 349,
    solution: [-33, 11, 180, -158, 11].map((value) => value / 349),
  },
];
const inequalityPrograms: readonly Published[] = [
  {
    name: 'HS21',
    data: {
      Q: [
        [0.02, 0],
        [0, 2],
      ],
      c: [0, 0],
      A: [[10, -1], ...identity(2)],
      lower: [10, 2, -50],
      upper: [Infinity, 50, 50],
    },
    constant: -100,
    value: -99.96,
    solution: [2, 0],
  },
  {
    name: 'HS35',
    data: {
      Q: [
        [4, 2, 2],
        [2, 4, 0],
        [2, 0, 2],
      ],
      c: [-8, -6, -4],
      G: [[1, 1, 2], ...minus(identity(3))],
      h: [3, 0, 0, 0],
    },
    constant: 9,
    value: 1 / 9,
    solution: [4 / 3, 7 / 9, 4 / 9],
  },
  {
    name: 'HS53',
    data: {
      ...hs51,
      A: threeLinks,
      b: [0, 0, 0],
      G: [...identity(5), ...minus(identity(5))],
      h: new Array<number>(10).fill(10),
    },
    constant: 6,
    value: 176 / 43,
    solution: [-33, 11, 27, -5, 11].map((value) => value / 43),
  },
  {
    name: 'HS76',
    data: {
      Q: [
        [2, 0, -1, 0],
        [0, 1, 0, 0],
        [-1, 0, 2, 1],
        [0, 0, 1, 1],
      ],
      c: [-1, -3, 1, -1],
      G: [[1, 2, 1, 1], [3, 1, 2, -1], [0, -1, -4, 0], ...minus(identity(4))],
      h: [5, 4, -1.5, 0, 0, 0, 0],
    },
    constant: 0,
    value: -103 / 22,
    solution: [3 / 11, 23 / 11, 0, 6 / 11],
  },
  {
    // max 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18 (Hillier and Lieberman's Wyndor Glass).
    name: 'a linear program',
    data: {
      c: [-3, -5],
      G: [
        [1, 0],
        [0, 2],
        [3, 2],
        [-1, 0],
        [0, -1],
      ],
      h: [4, 12, 18, 0, 0],
    },
    constant: 0,
    value: -36,
    solution: [2, 6],
  },
];

describe('published quadratic programs', () => {
  test.each([...equalityPrograms, ...inequalityPrograms])('admm solves $name', (published) => {
    const program = quadraticProgram(published.data);
    const found = run(admm(), program, zero(program), { tolerance: 1e-11 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, published.solution)).toBeLessThan(1e-9);
    expect(found.stats.objective + published.constant).toBeCloseTo(published.value, 10);
  });

  test.each(equalityPrograms)('equalityQp solves $name', (published) => {
    const program = quadraticProgram(published.data);
    const found = run(equalityQp(), program, zero(program), { tolerance: 1e-12 });
    expect(found.result).toBe('converged');
    expect(found.stats.steps).toBe(0);
    expect(distance(found.value, published.solution)).toBeLessThan(1e-12);
    expect(optimalityError(program, found.value, found.state.multipliers)).toBeLessThan(1e-12);
  });
});

const infeasible: readonly { name: string; data: QuadraticProgramData }[] = [
  { name: 'x ≥ 1 and x ≤ 0', data: { Q: [[1]], c: [0], G: [[-1], [1]], h: [-1, 0] } },
  {
    name: 'two parallel equations',
    data: {
      Q: identity(2),
      c: [1, 1],
      A: [
        [1, 2],
        [2, 4],
      ],
      b: [1, 3],
    },
  },
  {
    name: 'a simplex that a half-space misses',
    data: {
      c: [0, 0, 0],
      A: [[1, 1, 1]],
      b: [1],
      G: [...minus(identity(3)), [-1, -2, -3]],
      h: [0, 0, 0, -4],
    },
  },
];
const both = {
  c: [1, 1],
  G: [
    [1, 0],
    [-1, 0],
  ],
  h: [0, -1],
};
const unbounded: readonly { name: string; data: QuadraticProgramData }[] = [
  { name: 'a linear function', data: { c: [1, 0] } },
  { name: 'a linear function on a half-space', data: { c: [-1, 0], G: [[-1, 1]], h: [1] } },
  {
    name: 'a valley that slopes',
    data: {
      Q: [
        [1, 1],
        [1, 1],
      ],
      c: [1, -1],
    },
  },
  {
    name: 'a valley along an equation',
    data: {
      Q: [
        [0, 0],
        [0, 1],
      ],
      c: [1, 0],
      A: [[0, 1]],
      b: [2],
    },
  },
];

describe('programs without a solution', () => {
  test.each(infeasible)('admm proves that there is no point in $name', ({ data }) => {
    const program = quadraticProgram(data);
    const found = run(admm(), program, zero(program));
    expect(found.result).toBe('infeasible');
    expect(found.message).toContain('relax one of them');
    provesInfeasible(program, found.certificate as Float64Array);
  });

  test.each(unbounded)('admm proves that there is no minimum of $name', ({ data }) => {
    const program = quadraticProgram(data);
    const found = run(admm(), program, zero(program));
    expect(found.result).toBe('unbounded');
    expect(found.message).toContain('add constraints');
    provesUnbounded(program, found.certificate as Float64Array);
  });

  test('admm says that there is no point rather than no minimum where there is neither', () => {
    const program = quadraticProgram(both);
    const found = run(admm(), program, zero(program));
    expect(found.result).toBe('infeasible');
    provesInfeasible(program, found.certificate as Float64Array);
  });

  test('equalityQp proves both', () => {
    const impossible = quadraticProgram(infeasible[1].data);
    const found = run(equalityQp(), impossible, zero(impossible));
    expect(found.result).toBe('infeasible');
    provesInfeasible(impossible, found.certificate as Float64Array);
    for (const { data } of [unbounded[0], unbounded[2], unbounded[3]]) {
      const endless = quadraticProgram(data);
      const fall = run(equalityQp(), endless, zero(endless));
      expect(fall.result).toBe('unbounded');
      provesUnbounded(endless, fall.certificate as Float64Array);
    }
  });

  test('a program that is not convex is refused', () => {
    const saddle = quadraticProgram({
      Q: [
        [1, 0],
        [0, -1],
      ],
      c: [0, 0],
      G: identity(2),
      h: [1, 1],
    });
    // At the saddle itself the conditions of optimality hold.
    for (const start of [Float64Array.of(0.5, 0.5), Float64Array.of(0, 0)]) {
      const found = run(admm(), saddle, start);
      expect(found.result).toBe('stuck');
      expect(found.message).toContain('not positive semidefinite');
    }
  });
});

describe('quadraticProgram', () => {
  test.each([
    [
      'a Q that is not symmetric',
      {
        Q: [
          [1, 2],
          [0, 1],
        ],
        c: [0, 0],
      },
      'Q must be symmetric',
    ],
    ['a NaN', { c: [0, Number.NaN] }, 'c must be finite, found NaN at index 1'],
    ['G without h', { c: [0], G: [[1]] }, 'G and h go together'],
    ['bounds that cross', { c: [0], A: [[1]], lower: [1], upper: [0] }, 'the bounds 1 and 0'],
    ['rows of another length', { c: [0], A: [[1, 2]], b: [0] }, 'row 0 of A must have 1 values, found 2'],
    ['a NaN among the bounds', { c: [0], G: [[1]], h: [Number.NaN] }, 'h is NaN at index 0'],
  ] as const)('refuses %s', (_, data, message) => {
    expect(() => quadraticProgram(data)).toThrow(message);
  });

  test('solves programs without unknowns and without constraints', () => {
    const nothing = quadraticProgram({ c: [] });
    expect(run(admm(), nothing, new Float64Array(0)).result).toBe('converged');
    const free = quadraticProgram({ Q: [[2]], c: [-6] });
    for (const method of [admm(), equalityQp()]) {
      expect(run(method, free, new Float64Array(1), { tolerance: 1e-12 }).value[0]).toBeCloseTo(3, 11);
    }
  });
});
