/** Where words stand in the picture: beside their atoms, on their lines, and not on each other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LabelBox, layOut, type Spot } from '../../viz/index.js';

const box = (x: number, y: number, aside: boolean, width = 30): LabelBox => ({
  spot: [x, y],
  width,
  height: 16,
  aside,
});
const overlap = (a: Spot, one: LabelBox, b: Spot, other: LabelBox): boolean =>
  a[0] < b[0] + other.width &&
  b[0] < a[0] + one.width &&
  a[1] < b[1] + other.height &&
  b[1] < a[1] + one.height;

test('names stand on the side of their atoms that faces away from the others', () => {
  const [left, right] = layOut([box(100, 100, true), box(300, 100, true)]);
  expect(left).toEqual([60, expect.closeTo(92, 9)]);
  expect(right).toEqual([310, expect.closeTo(92, 9)]);
  const [above, below] = layOut([box(100, 100, true), box(100, 300, true)]);
  expect(above?.[1]).toBeLessThan(100 - 16);
  expect(below?.[1]).toBeGreaterThan(300);
});

test('a length stands at the middle of its line, and nowhere where it would cover a name or an atom', () => {
  expect(layOut([box(0, 0, true), box(300, 0, true), box(150, 0, false)])[2]).toEqual([135, -8]);
  expect(layOut([box(0, 0, true), box(24, 0, true), box(12, 0, false)])[2]).toBeNull();
});

test('one atom alone has its name to its lower right', () => {
  const [[x, y] = [0, 0]] = layOut([box(50, 50, true)]) as Spot[];
  expect([x > 50, y > 50]).toEqual([true, true]);
});

test('lengths never cover anything, and up to four names have room wherever their atoms are', () => {
  const spot = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }));
  fc.assert(
    fc.property(fc.array(spot, { minLength: 1, maxLength: 4 }), (spots) => {
      const names = spots.map(([x, y]) => box(x, y, true));
      const lines = spots
        .slice(1)
        .map(([x, y], k) => box((x + spots[k][0]) / 2, (y + spots[k][1]) / 2, false, 50));
      const labels = [...names, ...lines];
      const places = layOut(labels);
      places.forEach((a, i) => {
        if (names[i] !== undefined) expect(a).not.toBeNull();
        places.forEach((b, j) => {
          if (i < j && a !== null && b !== null) expect(overlap(a, labels[i], b, labels[j])).toBe(false);
        });
      });
    }),
  );
});
