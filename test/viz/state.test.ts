/** What the viewer knows without a picture. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBox, createSystem, formatExtendedXyz } from '../../systems/index.js';
import {
  advance,
  apply,
  atomRadii,
  columnRange,
  conjugate,
  createRun,
  createSession,
  curve,
  extentOf,
  fittedCamera,
  frameOfSystem,
  goTo,
  interpolated,
  pan,
  type Run,
  readRun,
  rotate,
  scaleColor,
  scaleOf,
  shownFrame,
  spacing,
  step,
  togglePlay,
  typicalLength,
  usualCurves,
  wrappedPositions,
  zoom,
} from '../../viz/index.js';

/** Frames of two atoms in a square of side 4, the energy being the square of the frame. */
function runOf(frames: number): Run {
  const all = Array.from({ length: frames }, (_, k) =>
    createSystem({
      positions: [
        [1, 1],
        [5, -1 + k],
      ],
      species: ['B', 'A'],
      box: createBox([4, 4]),
      columns: {
        diameter: [1, 0.5],
        forces: {
          kind: 'real',
          width: 3,
          values: Float64Array.of(3, 4, 0, 0, 0, 0).map((value) => value / (k + 1)),
        },
        charge: [k, -1],
      },
      info: { energy: k * k },
    }),
  );
  return createRun('two', all.map(frameOfSystem));
}

describe('a run', () => {
  test('is read from a stream, and offers its species and columns', async () => {
    const system = createSystem({ positions: [[0, 0, 0]], columns: { mass: [2], velocities: [[1, 2, 3]] } });
    const run = await readRun([formatExtendedXyz(system), formatExtendedXyz(system)], 'one.extxyz');
    expect(run.length).toBe(2);
    expect(run.scalars).toEqual(['mass']);
    expect(run.vectors).toEqual(['velocities']);
    expect(run.species).toEqual(['A']);
  });

  test('that is malformed is refused with file, line and reason', async () => {
    const text = '2\nProperties=species:S:1:pos:R:3\nA 0 0 0\nA 0 zero 0\n';
    await expect(readRun([text], 'bad.extxyz')).rejects.toThrow(/^bad\.extxyz:4: .*zero/s);
    await expect(readRun([''], 'empty.extxyz')).rejects.toThrow(/empty\.extxyz/);
  });

  test('gives the energy as the file has it, and the largest force from the forces', () => {
    const [energy, force] = usualCurves(runOf(3)).map((name) => curve(runOf(3), name));
    expect(energy.values).toEqual([0, 1, 4]);
    expect(force.values[0]).toBe(5);
    expect(force.values[1]).toBe(2.5);
    expect(force.logarithmic).toBe(true);
  });

  test('measures arrows in the frame where they are longest', () => {
    expect(typicalLength(runOf(3), 'forces')).toBeCloseTo(Math.sqrt(25 / 2), 14);
  });
});

describe('a frame', () => {
  const frame = runOf(1).frame(0);

  test('has its atoms moved into the cell where it repeats', () => {
    expect([...wrappedPositions(frame)]).toEqual([1, 1, 0, 1, 3, 0]);
    expect([...frame.positions]).toEqual([1, 1, 0, 5, -1, 0]);
  });

  test('is wrapped to positions that differ by lattice vectors, in any cell', () => {
    const coordinate = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate, coordinate), (position) => {
        const vectors = [
          [4, 0, 0],
          [1.5, 3, 0],
          [-1, 0.5, 5],
        ];
        const box = createBox(vectors, [true, true, false]);
        const skew = frameOfSystem(createSystem({ positions: [position], box }));
        const [x, y, z] = wrappedPositions(skew);
        const fractions = (p: readonly number[]) => {
          const c = p[2] / 5;
          const b = (p[1] - 0.5 * c) / 3;
          return [(p[0] - 1.5 * b + c) / 4, b, c];
        };
        const before = fractions(position);
        fractions([x, y, z]).forEach((after, k) => {
          const moved = after - before[k];
          expect(Math.abs(moved - Math.round(moved))).toBeLessThan(1e-5);
          if (k < 2) expect(Math.abs(after - 0.5)).toBeLessThan(0.5 + 1e-5);
          else expect(Math.abs(moved)).toBeLessThan(1e-5);
        });
      }),
    );
  });

  test('is as large as its cell, and without one as its atoms reach', () => {
    expect(extentOf(frame)).toEqual({ center: [2, 2, 0], size: [4, 4, 0] });
    const free = frameOfSystem(
      createSystem({
        positions: [
          [0, 1, 2],
          [4, 1, 0],
        ],
      }),
    );
    expect(extentOf(free)).toEqual({ center: [2, 1, 1], size: [4, 0, 2] });
    expect(spacing(frame)).toBeCloseTo(Math.sqrt(8), 14);
  });

  test('takes radii from the diameters in the file', () => {
    expect([...atomRadii(frame, scaleOf(frame))]).toEqual([0.5, 0.25]);
  });
});

describe('playback', () => {
  const run = runOf(10);
  const playing = { ...togglePlay(createSession(run), run), speed: 10 };

  test('shows so many frames a second', () => {
    expect(shownFrame(advance(playing, run, 0.35), run)).toBe(3);
  });

  test('stops at the end, and begins again when played from there', () => {
    const ended = advance({ ...playing, loop: 'once' }, run, 60);
    expect([ended.playing, shownFrame(ended, run)]).toEqual([false, 9]);
    const again = togglePlay(ended, run);
    expect([again.playing, shownFrame(again, run)]).toEqual([true, 0]);
  });

  test('begins anew at the end of a loop', () => {
    expect(shownFrame(advance({ ...playing, loop: 'loop' }, run, 1.25), run)).toBe(2);
  });

  test('turns at both ends of back-and-forth', () => {
    let session = { ...playing, loop: 'back-and-forth' as const, time: 0.5 } as ReturnType<
      typeof createSession
    >;
    const shown: number[] = [];
    for (let k = 0; k < 24; k++) {
      shown.push(shownFrame(session, run));
      session = advance(session, run, 0.1);
    }
    const there = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(shown).toEqual([...there, ...there.toReversed(), 0, 1, 2, 3]);
  });

  test('never leaves the frames, however long a step is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('loop' as const, 'once' as const, 'back-and-forth' as const),
        fc.constantFrom(1 as const, -1 as const),
        fc.array(fc.double({ min: 0, max: 7, noNaN: true }), { maxLength: 20 }),
        (loop, direction, steps) => {
          let session: ReturnType<typeof createSession> = { ...playing, loop, direction };
          for (const seconds of steps) {
            session = advance(session, run, seconds);
            expect(session.time).toBeGreaterThanOrEqual(0);
            expect(session.time).toBeLessThanOrEqual(10);
            expect(shownFrame(session, run)).toBeLessThanOrEqual(9);
          }
        },
      ),
    );
  });

  test('goes on to the end when its mode is changed on the way back', () => {
    const back = { ...playing, loop: 'back-and-forth', direction: -1, time: 5.5 } as const;
    expect(advance({ ...back, loop: 'loop' }, run, 0.2)).toMatchObject({ time: 7.5, direction: 1 });
    expect(advance({ ...back, loop: 'once' }, run, 100)).toMatchObject({ time: 9, playing: false });
  });

  test('stands still while paused, and with a single frame', () => {
    const paused = { ...playing, playing: false };
    expect(advance(paused, run, 1)).toBe(paused);
    expect(togglePlay(createSession(runOf(1)), runOf(1)).playing).toBe(false);
  });

  test('is stepped and moved within the frames', () => {
    const at = (frame: number) => goTo(playing, run, frame);
    expect(step(at(3), run, 1).time).toBe(4);
    expect(step(at(3), run, -5).time).toBe(0);
    expect(step(at(9), run, 1).time).toBe(9);
    expect(at(-1).time).toBe(9);
    expect(at(-1).playing).toBe(false);
  });
});

describe('between two frames', () => {
  const at = (positions: number[][], ids: number[]) =>
    frameOfSystem(createSystem({ positions, box: createBox([10, 10]), columns: { id: ids } }));

  test('atoms are on the shortest way, across the border too', () => {
    const half = interpolated(at([[9.5, 5]], [1]), at([[0.5, 6]], [1]), 0.5);
    expect([...half.positions]).toEqual([10, 5.5, 0]);
  });

  test('atoms are matched by their id, and one that goes stays until it is gone', () => {
    const from = at(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      [7, 8, 9],
    );
    const to = at(
      [
        [4, 3],
        [2, 1],
      ],
      [9, 7],
    );
    expect([...interpolated(from, to, 0.5).positions]).toEqual([1.5, 1, 0, 2, 2, 0, 3.5, 3, 0]);
  });

  test('all that is not the position is that of the frame before', () => {
    const [from, to] = [runOf(2).frame(0), runOf(2).frame(1)];
    const half = interpolated(from, to, 0.5);
    expect([half.columns, half.species, half.cell]).toEqual([from.columns, from.species, from.cell]);
    expect(half.columns).toBe(from.columns);
  });
});

describe('a session', () => {
  test('shows the sensitivity where there is one, and else no arrows', () => {
    expect(createSession(runOf(1)).arrows).toBe(null);
    const system = createSystem({ positions: [[0, 0, 0]], columns: { sensitivity: [[1, 0, 0]] } });
    const run = createRun('one', [frameOfSystem(system)]);
    expect(createSession(run).arrows).toBe('sensitivity');
    expect(createSession(run).projection).toBe('perspective');
    expect(createSession(runOf(1)).projection).toBe('orthographic');
  });
});

describe('the camera', () => {
  const camera = rotate(fittedCamera(runOf(1).frame(0), 1.5), 0.4, -0.7);

  test('sees two dimensions from above, with all of the cell in the picture', () => {
    const { target, rotation, height } = fittedCamera(runOf(1).frame(0), 0.5);
    expect(target).toEqual([2, 2, 0]);
    expect(rotation).toEqual([0, 0, 0, 1]);
    expect(height * 0.5).toBeGreaterThan(4);
  });

  test('turns about the vertical by the angle asked for', () => {
    const turned = rotate({ ...camera, rotation: [0, 0, 0, 1] }, Math.PI / 2, 0);
    apply(turned.rotation, [1, 0, 0]).forEach((value, k) => {
      expect(value).toBeCloseTo([0, 0, -1][k], 14);
    });
  });

  test('turns back what its rotation turned, without changing lengths', () => {
    const there = apply(camera.rotation, [1, 2, 3]);
    expect(Math.hypot(...there)).toBeCloseTo(Math.sqrt(14), 13);
    apply(conjugate(camera.rotation), there).forEach((value, k) => {
      expect(value).toBeCloseTo(k + 1, 13);
    });
  });

  test('keeps the point under the pointer when it zooms', () => {
    const place = (view: typeof camera, point: readonly number[]) =>
      apply(
        view.rotation,
        point.map((value, k) => value - view.target[k]),
      ).map((value) => value / view.height);
    const point = [0.3, 1.1, 0.2];
    const [x, y] = place(camera, point);
    const [u, v] = place(zoom(camera, 1.7, x, y), point);
    expect([u, v]).toEqual([expect.closeTo(x, 12), expect.closeTo(y, 12)]);
    const [r, s] = place(pan(camera, 0.1, -0.2), point);
    expect([r, s]).toEqual([expect.closeTo(x + 0.1, 12), expect.closeTo(y - 0.2, 12)]);
  });
});

describe('colours', () => {
  const run = runOf(3);

  test('are those of viridis at its ends and in the middle', () => {
    // matplotlib: viridis(0), viridis(0.5), viridis(1.0).
    expect(scaleColor(0)).toEqual([68, 1, 84]);
    expect(scaleColor(0.5)).toEqual([33, 145, 140]);
    expect(scaleColor(1)).toEqual([253, 231, 37]);
    expect(scaleColor(7)).toEqual(scaleColor(1));
    expect(scaleColor(Number.NaN)).toEqual([128, 128, 128]);
  });

  test('become lighter all along the scale', () => {
    const lightness = Array.from({ length: 101 }, (_, k) => {
      const [r, g, b] = scaleColor(k / 100);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    for (let k = 1; k <= 100; k++) expect(lightness[k]).toBeGreaterThan(lightness[k - 1]);
  });

  test('of a column span its values in all frames', () => {
    const range = columnRange(run, 'charge');
    expect(range).toEqual({ low: -1, high: 2 });
  });
});
