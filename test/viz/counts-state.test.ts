/** Neighbours and contacts as colours: against crystals, against the distances of all pairs, and as frames come in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBox, createSystem, lattice, randomGas, type System } from '../../systems/index.js';
import {
  coloringOf,
  colorNames,
  colorNumbers,
  columnRange,
  completeRanges,
  countsOf,
  createRun,
  createSession,
  frameOfSystem,
  frameRange,
  interpolated,
  neighboursWithin,
  type Run,
  seenFrames,
} from '../../viz/index.js';

const runOf = (...systems: System[]): Run =>
  createRun(
    'counted',
    systems.map((system, k) => frameOfSystem(system, k)),
  );
const within = (neighbourRadius: number) => ({ reference: 0, neighbourRadius });

describe('neighbours', () => {
  test.each([
    ['fcc', 0.75, 12],
    ['bcc', 0.9, 8],
    ['bcc', 1.05, 14],
    ['sc', 1.05, 6],
  ] as const)('in %s within %f of its constant are %i', (structure, radius, expected) => {
    const run = runOf(lattice({ structure, latticeConstant: 1, repeat: 3 }));
    expect(new Set(countsOf(run, run.first, 'neighbours', within(radius)))).toEqual(new Set([expected]));
  });

  test('are as many as the distances of all pairs tell, images and all, in skewed cells too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (positions, radius, skew) => {
          const box = createBox([
            [3, 0],
            [skew, 3],
          ]);
          const run = runOf(createSystem({ positions: positions.map(([x, y]) => [x / 100, y / 100]), box }));
          const reach = Math.min(radius, 10 * run.spacing);
          const counts = countsOf(run, run.first, 'neighbours', within(radius)) ?? [];
          positions.forEach((_, i) => {
            expect(counts[i]).toBe(neighboursWithin(run.first, i, reach).length);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('are counted once for a frame, and for frames drawn between two', () => {
    const [a, b] = [0, 0.4].map((x) =>
      createSystem({
        positions: [
          [x, 0],
          [1, 0],
        ],
      }),
    );
    const run = runOf(a, b);
    const counts = countsOf(run, run.first, 'neighbours', within(0.9));
    expect(counts).toEqual(Float32Array.of(0, 0));
    expect(countsOf(run, run.first, 'neighbours', within(0.9))).toBe(counts);
    // The columns between two frames are those of the first.
    expect(countsOf(run, interpolated(run.frame(0), run.frame(1), 0.9), 'neighbours', within(0.9))).toBe(
      counts,
    );
    expect(countsOf(run, run.first, 'neighbours', within(1.1))).toEqual(Float32Array.of(1, 1));
  });

  test('have a scale over all frames that have been seen, or over one', () => {
    const pair = (distance: number) =>
      createSystem({
        positions: [
          [0, 0],
          [distance, 0],
          [9, 9],
        ],
      });
    const run = runOf(pair(5), pair(1), pair(3));
    const look = within(2);
    expect(columnRange(run, 'neighbours', look)).toEqual({ low: 0, high: 1 });
    expect(seenFrames(run, 'neighbours', look)).toBe(3);
    expect(frameRange(run, run.first, 'neighbours', look)).toMatchObject({ low: 0, high: 0 });
    const session = { ...createSession(run), colorBy: 'neighbours', neighbourRadius: 2 };
    expect(coloringOf(run, run.first, session)).toMatchObject({ column: 'neighbours', low: 0, high: 1 });
    const part: Run = Object.create(run, { peek: { value: (k: number) => (k === 0 ? run.first : null) } });
    expect(columnRange(part, 'neighbours', look)).toMatchObject({ low: 0, high: 0 });
    expect(seenFrames(part, 'neighbours', look)).toBe(1);
  });

  test('are looked at in some frames at a time, until all are, for a picture at once', () => {
    const gas = (seed: number) => randomGas({ count: 20_000, box: createBox([200, 200]), seed });
    const run = runOf(...Array.from({ length: 5 }, (_, k) => gas(k)));
    const look = within(1);
    expect([1, 2].map(() => seenFrames(run, 'neighbours', look))).toEqual([1, 2]);
    completeRanges(run, { ...look, colorBy: 'neighbours', arrows: null });
    expect(seenFrames(run, 'neighbours', look)).toBe(5);
    const { high = 0 } = columnRange(run, 'neighbours', look) ?? {};
    const highest = [0, 1, 2, 3, 4].map((k) =>
      Math.max(...(countsOf(run, run.frame(k), 'neighbours', look) ?? [])),
    );
    expect(high).toBe(Math.max(...highest));
  });

  test('are no numbers where there are too many to be counted', () => {
    const crowd = randomGas({ count: 60_000, box: createBox([40, 40, 40]), seed: 1 });
    const run = runOf(crowd);
    expect(countsOf(run, run.first, 'neighbours', within(9 * run.spacing))?.every(Number.isNaN)).toBe(true);
    expect(columnRange(run, 'neighbours', within(9 * run.spacing))).toBeNull();
  });

  test('are those of the file where it has a column of that name', () => {
    const run = runOf(createSystem({ positions: [[0, 0]], columns: { neighbours: [7] } }));
    expect(colorNames(run)).toEqual(['neighbours']);
    expect(Array.from(colorNumbers(run, run.first, 'neighbours', within(2)) ?? [])).toEqual([7]);
  });
});

describe('contacts', () => {
  /** Three disks in a row: the first two overlap by a hair, less than single precision tells; the last does not touch. */
  const row = (columns: Record<string, number[]>) =>
    createSystem({
      positions: [
        [0, 0],
        [1 - 1e-9, 0],
        [2, 0],
      ],
      columns,
    });

  test('are overlaps, in double precision, of diameters or radii', () => {
    for (const [name, size] of [
      ['diameter', 1],
      ['radius', 0.5],
    ] as const) {
      const run = runOf(row({ [name]: [size, size, size] }));
      expect(colorNames(run)).toContain('contacts');
      expect(Array.from(colorNumbers(run, run.first, 'contacts', within(9)) ?? [])).toEqual([1, 1, 0]);
    }
  });

  test('of an atom whose size is no number are none, and those of others are what they are', () => {
    const run = runOf(row({ radius: [0.5, 0.5, Number.NaN] }));
    expect(Array.from(colorNumbers(run, run.first, 'contacts', within(9)) ?? [])).toEqual([1, 1, Number.NaN]);
  });

  test('are not offered where atoms have no sizes', () => {
    const run = runOf(row({}));
    expect(colorNames(run)).toEqual(['neighbours']);
    expect(colorNumbers(run, run.first, 'contacts', within(9))).toBeNull();
  });
});
