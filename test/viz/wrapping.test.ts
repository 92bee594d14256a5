/** Where atoms are drawn that lie at the border of the cell. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBox, createSystem } from '../../systems/index.js';
import { frameOfSystem, wrapBeside, wrappedPositions } from '../../viz/index.js';

const SKEW = createBox([
  [4, 0, 0],
  [1.5, 3, 0],
  [-0.5, 1, 5],
]);
const at = (...positions: number[][]) => frameOfSystem(createSystem({ positions, box: SKEW }));

describe('atoms in the cell', () => {
  test('that tremble at its border stay on one side of it', () => {
    // Just within the faces that the other two vectors span, and just beyond them.
    const first = at([0.66, 1.7, 1], [2, 1, 1]);
    const next = at([0.64, 1.7, 1], [2, 1, 1.1]);
    expect(wrappedPositions(next)[0]).toBeCloseTo(4.64, 5);
    const out = new Float32Array(6);
    wrapBeside(next, first, 1, out);
    expect([...out.subarray(0, 3)]).toEqual([0.64, 1.7, 1].map((x) => expect.closeTo(x, 5)));
    expect([...out.subarray(3)]).toEqual([2, 1, expect.closeTo(1.1, 5)]);
    // What has gone farther than that is where any atom would be.
    wrapBeside(at([0.1, 1.7, 1], [2, 1, 1.1]), first, 0.5, out);
    expect(out[0]).toBeCloseTo(4.1, 5);
  });

  test('are images of where they were, and near their first place whenever they can be', () => {
    const number = fc.double({ min: -9, max: 9, noNaN: true });
    const point = fc.tuple(number, number, number);
    fc.assert(
      fc.property(
        point,
        fc.tuple(...[0, 0, 0].map(() => fc.double({ min: -0.3, max: 0.3, noNaN: true }))),
        (x, by) => {
          const first = at([...x]);
          const next = at(x.map((value, m) => value + by[m]));
          const out = new Float32Array(3);
          wrapBeside(next, first, 1, out);
          const home = wrappedPositions(first);
          for (let m = 0; m < 3; m++) expect(out[m] - home[m]).toBeCloseTo(by[m], 4);
        },
      ),
    );
  });

  test('go with a cell that changes', () => {
    const box = (side: number) => createBox([side, side, side]);
    const frame = (x: number, side: number) =>
      frameOfSystem(createSystem({ positions: [[x, 1, 1]], box: box(side) }));
    const out = new Float32Array(3);
    wrapBeside(frame(0.1, 12), frame(9.95, 10), 1, out);
    expect(out[0]).toBeCloseTo(12.1, 5);
  });
});
