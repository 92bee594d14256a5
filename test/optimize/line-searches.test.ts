import { describe, expect, test } from 'vitest';
import {
  backtracking,
  hagerZhang,
  Line,
  type LineSearch,
  type Objective,
  zoom,
} from '../../src/optimize/index.js';

/**
 * The functions of Moré and Thuente, ACM Trans. Math. Softw. 20, 286 (1994), section 5, with derivatives: what line searches
 * are tested on. Numbers in brackets are theirs.
 */
type Along = (a: number) => readonly [value: number, slope: number];

const gamma = (beta: number): number => Math.sqrt(1 + beta * beta) - beta;
const yanai =
  (b1: number, b2: number): Along =>
  (a) => {
    const left = Math.sqrt((1 - a) ** 2 + b2 * b2);
    const right = Math.sqrt(a * a + b1 * b1);
    return [gamma(b1) * left + gamma(b2) * right, (gamma(b1) * (a - 1)) / left + (gamma(b2) * a) / right];
  };

const functions: readonly (readonly [string, Along])[] = [
  ['(5.1)', (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2]],
  [
    '(5.2)',
    (a) => {
      const t = a + 0.004;
      return [t ** 5 - 2 * t ** 4, 5 * t ** 4 - 8 * t ** 3];
    },
  ],
  [
    '(5.3)',
    (a) => {
      const [b, l] = [0.01, 39];
      const w = (l * Math.PI) / 2;
      const wave = ((2 * (1 - b)) / (l * Math.PI)) * Math.sin(w * a);
      const slope = (1 - b) * Math.cos(w * a);
      if (a <= 1 - b) return [1 - a + wave, -1 + slope];
      if (a >= 1 + b) return [a - 1 + wave, 1 + slope];
      return [(a - 1) ** 2 / (2 * b) + b / 2 + wave, (a - 1) / b + slope];
    },
  ],
  ['(5.4), 0.001, 0.001', yanai(0.001, 0.001)],
  ['(5.4), 0.01, 0.001', yanai(0.01, 0.001)],
  ['(5.4), 0.001, 0.01', yanai(0.001, 0.01)],
];
const firsts = [1e-3, 1e-1, 1, 1e1, 1e3];

function lineOf(along: Along): Line {
  const objective: Objective = {
    size: 1,
    gradient(x, g) {
      const [value, slope] = along(x[0]);
      g[0] = slope;
      return value;
    },
  };
  const line = new Line(objective);
  const [value, slope] = along(0);
  line.aim(Float64Array.of(0), value, Float64Array.of(slope), Float64Array.of(1));
  return line;
}

const armijo = (line: Line, share: number): boolean =>
  line.value <= line.startValue + share * line.length * line.startSlope + 1e-15;

interface Row {
  readonly name: string;
  readonly search: LineSearch;
  /** What it promises of the length that it accepts. */
  readonly holds: (line: Line) => boolean;
  readonly most: number;
}

const rows: readonly Row[] = [
  { name: 'backtracking, Armijo', search: backtracking(), holds: (line) => armijo(line, 1e-4), most: 40 },
  {
    name: 'backtracking, Wolfe',
    search: backtracking({ condition: 'wolfe', curvature: 0.5 }),
    holds: (line) => armijo(line, 1e-4) && line.slope >= 0.5 * line.startSlope,
    most: 60,
  },
  {
    name: 'zoom',
    search: zoom(),
    holds: (line) => armijo(line, 1e-4) && Math.abs(line.slope) <= 0.9 * Math.abs(line.startSlope),
    most: 30,
  },
  {
    name: 'zoom, exact',
    search: zoom({ sufficientDecrease: 1e-3, curvature: 1e-2 }),
    holds: (line) => armijo(line, 1e-3) && Math.abs(line.slope) <= 1e-2 * Math.abs(line.startSlope),
    most: 40,
  },
  {
    name: 'hagerZhang',
    search: hagerZhang(),
    holds: (line) =>
      line.slope >= 0.9 * line.startSlope &&
      (armijo(line, 0.1) ||
        (line.value <= line.startValue + 1e-6 * Math.abs(line.startValue) &&
          line.slope <= -0.8 * line.startSlope)),
    most: 40,
  },
];

describe.each(rows)('$name', ({ search, holds, most }) => {
  test.each(functions)('accepts what it promises on Moré and Thuente %s, from near and far', (_, along) => {
    for (const first of firsts) {
      const line = lineOf(along);
      expect(search(line, first)).toBeNull();
      expect(line.length).toBeGreaterThan(0);
      expect({ first, length: line.length, holds: holds(line) }).toMatchObject({ holds: true });
      expect(line.evaluations).toBeLessThanOrEqual(most);
    }
  });

  test('leaves the line evaluated at the length that it accepts', () => {
    const line = lineOf((a) => [(a - 2) ** 2, 2 * (a - 2)]);
    expect(search(line, 0.7)).toBeNull();
    expect(line.trial[0]).toBe(line.length);
    expect(line.value).toBe((line.length - 2) ** 2);
    expect(line.trialGradient[0]).toBe(2 * (line.length - 2));
  });

  test('comes back from where the objective is not defined', () => {
    const line = lineOf((a) => [-Math.log(1 - a) - 3 * a, 1 / (1 - a) - 3]);
    expect(search(line, 100)).toBeNull();
    expect(line.length).toBeLessThan(1);
    expect(holds(line)).toBe(true);
  });

  test('goes no farther than it may', () => {
    const line = lineOf((a) => [-a + 1e-3 * a * a, -1 + 2e-3 * a]);
    line.longest = 3;
    expect(search(line, 1)).toBeNull();
    expect(line.length).toBeLessThanOrEqual(3);
  });

  test('says that a slope does not belong to its function', () => {
    const failure = search(
      lineOf((a) => [1 + a, -1]),
      1,
    );
    expect(failure?.result).toBe('stuck');
    expect(failure?.reason).toContain('finite differences');
  });

  test('says that nothing but the start is finite', () => {
    const failure = search(
      lineOf((a) => (a === 0 ? [0, -1] : [Number.NaN, Number.NaN])),
      1,
    );
    expect(failure?.result).toBe('not-finite');
  });
});

test.each([
  ['backtracking, Wolfe', backtracking({ condition: 'wolfe' })],
  ['zoom', zoom()],
  ['hagerZhang', hagerZhang()],
] as const)('%s proves that a function falls without end', (_, search) => {
  const failure = search(
    lineOf((a) => [-a, -1]),
    1,
  );
  expect(failure).toMatchObject({ result: 'unbounded', certificate: Float64Array.of(1) });
});

test('searches refuse conditions that contradict each other', () => {
  expect(() => zoom({ sufficientDecrease: 0.9, curvature: 0.1 })).toThrow(
    '0 < sufficientDecrease < curvature < 1',
  );
  expect(() => backtracking({ shrink: 1 })).toThrow('shrink');
  expect(() => hagerZhang({ sufficientDecrease: 0.7 })).toThrow('1/2');
});
