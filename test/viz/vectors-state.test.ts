/** What is made of vectors: how long arrows are, colours by size, and what the legend says of them. */
import { describe, expect, test } from 'vitest';
import { createBox, createSystem } from '../../systems/index.js';
import {
  arrowLength,
  arrowMapOf,
  arrowSizes,
  checkView,
  coloringOf,
  colorNames,
  colorValues,
  createDrawing,
  createLook,
  createPicking,
  createRun,
  createSession,
  displacementSizes,
  drawingFields,
  type Frame,
  frameOfSystem,
  frameRange,
  type Run,
  type Session,
  seenFrames,
  seesThrough,
  vectorsOf,
} from '../../viz/index.js';
import { legendEntries } from '../../viz/view/legend-entries.js';

/** Two atoms, of which the second goes right by 1 a frame, across the border of a cell of side 10; their forces fade. */
function at(k: number): Frame {
  const force = 10 ** -k;
  return frameOfSystem(
    createSystem({
      positions: [
        [1, 1, 1],
        [(8 + k) % 10, 5, 5],
      ],
      species: ['A', 'B'],
      box: createBox([10, 10, 10]),
      columns: {
        charge: [-1, 2],
        forces: [
          [3 * force, 4 * force, 0],
          [0, 0, -force],
        ],
      },
      info: { energy: -1e-3 },
    }),
    k,
  );
}

const run = createRun('fading', [0, 1, 2, 3].map(at));
const look = { ...createLook(run), ...createDrawing(), ...createPicking(run.spacing), arrows: 'forces' };
const sessionOf = (part: Partial<Session>): Session => ({ ...createSession(run), ...part });

/** The same run when only some of its frames have been read. */
function partlyRead(...read: readonly number[]): Run {
  const there = (k: number): boolean => read.includes(k);
  return Object.create(run, {
    version: { value: 100 + read.length },
    peek: { value: (k: number) => (there(k) ? run.peek(k) : null) },
    reference: { value: (k: number) => (there(k) ? run.peek(k) : null) },
    summaries: {
      value: (column: string) => run.summaries(column).map((one, k) => (there(k) ? one : undefined)),
    },
  });
}

describe('arrows', () => {
  test('are as long in one frame as in another, or as long as the frame has them', () => {
    const [first, last] = [run.frame(0), run.frame(3)];
    const inFrame = { ...look, arrowScope: 'frame' } as const;
    expect(arrowLength(run, last, look)).toBe(arrowLength(run, first, look));
    expect(arrowLength(run, last, inFrame)).toBeCloseTo(1000 * arrowLength(run, first, inFrame), 6);
    expect(arrowSizes(run, last, inFrame).largest).toBeCloseTo(0.005, 12);
    expect(arrowSizes(run, last, look).largest).toBe(5);
    // What is noise is that everywhere.
    expect(arrowSizes(run, last, inFrame).noise).toBe(arrowSizes(run, first, look).noise);
  });

  test('of displacements are as long as the frame has them, too', () => {
    const moved = { ...look, arrows: 'displacement', arrowScope: 'frame' } as const;
    expect([1, 3].map((k) => arrowSizes(run, run.frame(k), moved).largest)).toEqual([1, 3]);
    expect(arrowSizes(run, run.frame(0), moved)).toMatchObject({ largest: 0, usual: 0 });
    expect(arrowLength(run, run.frame(0), moved)).toBe(0);
  });

  test('that are much longer than the others stay in the picture', () => {
    const forces = Array.from({ length: 100 }, (_, k) => [k === 0 ? 1 : 1e-3, 0, 0]);
    const positions = forces.map((_, k) => [k, 0, 0]);
    const odd = createRun('odd', [frameOfSystem(createSystem({ positions, columns: { forces } }))]);
    const longest = arrowLength(odd, odd.first, { ...look, arrowScope: 'frame' });
    expect(longest / odd.spacing).toBeCloseTo(2.4, 12);
  });

  test('are seen through atoms where these are few, or as it is chosen', () => {
    expect([255, 4000].map((count) => seesThrough(look, count))).toEqual([true, false]);
    expect([255, 4000].map((count) => seesThrough({ arrowsThrough: true }, count))).toEqual([true, true]);
    expect(seesThrough({ arrowsThrough: false }, 1)).toBe(false);
    expect([null, true].map((value) => drawingFields.arrowsThrough(value, ''))).toEqual([null, true]);
  });

  test('have another scale of colours than the atoms, unless one is chosen', () => {
    const coloring = (colorBy: string | null) => coloringOf(run, run.first, { ...look, colorBy });
    expect(arrowMapOf(look, coloring(null))).toBe('viridis');
    expect(arrowMapOf(look, coloring('charge'))).toBe('viridis');
    expect(arrowMapOf(look, coloring('|forces|'))).toBe('inferno');
    expect(arrowMapOf({ arrowMap: 'viridis' }, coloring('|forces|'))).toBe('viridis');
    expect(drawingFields.arrowMap(null, 'arrowMap')).toBeNull();
    expect(() => drawingFields.arrowMap('jet', 'arrowMap')).toThrow(/viridis/);
    expect(() => drawingFields.arrowScope('all', 'arrowScope')).toThrow(/one of run, frame/);
  });
});

describe('colours by the size of a vector', () => {
  const by = (colorBy: string, reference = 0) => ({ ...look, colorBy, reference });
  const numbersOf = (k: number, of: ReturnType<typeof by>) => {
    const frame = run.frame(k);
    return [...Array.from(colorValues(run, frame, coloringOf(run, frame, of), of))];
  };

  test('are offered after the columns of one number', () => {
    expect(colorNames(run)).toEqual(['charge', '|forces|', '|displacement|', 'neighbours']);
    const own = createSystem({
      positions: [[0, 0, 0]],
      columns: { push: [[1, 0, 0]], '|push|': [7] },
    });
    const taken = createRun('taken', [frameOfSystem(own)]);
    // A column of that name is what it says.
    expect(colorNames(taken)).toEqual(['|push|', 'neighbours']);
    expect(frameRange(taken, taken.first, '|push|')).toEqual({ low: 7, high: 7 });
  });

  test('are lengths, with the ends of all frames, of one, or typed ones', () => {
    expect(numbersOf(0, by('|forces|'))).toEqual([5, 1]);
    const ends = (part: Partial<Session>) => {
      const { low, high, map } = coloringOf(run, run.frame(1), { ...by('|forces|'), ...part });
      return [low, high, map];
    };
    expect(ends({})).toEqual([expect.closeTo(0.001, 12), 5, 'viridis']);
    expect(ends({ colorRange: 'frame' })).toEqual([expect.closeTo(0.1, 7), 0.5, 'viridis']);
    expect(ends({ colorRange: { low: 0, high: 2 }, colorMap: 'grey' })).toEqual([0, 2, 'grey']);
  });

  test('of displacements are the shortest ways from the frame that is chosen', () => {
    expect(numbersOf(3, by('|displacement|'))).toEqual([0, 3]);
    expect(numbersOf(0, by('|displacement|', 2))).toEqual([0, 2]);
    const { low, high } = coloringOf(run, run.first, by('|displacement|', 1));
    expect([low, high]).toEqual([0, 2]);
  });

  test('are the same numbers again while the frame is the same', () => {
    const frame = run.frame(2);
    const [of, arrows] = [by('|displacement|'), { arrows: 'displacement', reference: 0 }];
    const values = colorValues(run, frame, coloringOf(run, frame, of), of);
    expect(colorValues(run, frame, coloringOf(run, frame, of), of)).toBe(values);
    expect(vectorsOf(run, frame, arrows)).toBe(vectorsOf(run, frame, arrows));
  });

  test('tell in how many frames they are known', () => {
    const part = partlyRead(0, 2);
    expect(seenFrames(part, '|forces|')).toBe(2);
    expect(displacementSizes(part, { reference: 0 })).toEqual({ largest: 2, seen: 2 });
    expect(seenFrames(part, '|displacement|')).toBe(2);
    // While the reference is not there, nothing is known.
    expect(displacementSizes(part, { reference: 1 })).toEqual({ largest: 0, seen: 0 });
    expect(coloringOf(part, run.first, by('|displacement|', 1)).column).toBeNull();
  });

  test('keep what has been seen when frames leave memory', () => {
    let [version, there] = [1, [0, 3]];
    const streamed: Run = Object.create(run, {
      version: { get: () => version },
      peek: { value: (k: number) => (there.includes(k) ? run.peek(k) : null) },
    });
    expect(displacementSizes(streamed, { reference: 0 })).toEqual({ largest: 3, seen: 2 });
    [version, there] = [2, [0, 1]];
    expect(displacementSizes(streamed, { reference: 0 })).toEqual({ largest: 3, seen: 3 });
  });

  test('are opened again with a view, and refused of a vector that is not there', () => {
    const view = (colorBy: string) =>
      ({
        version: 1,
        file: 'fading',
        theme: 'light',
        session: sessionOf({ colorBy }),
        beside: null,
      }) as const;
    expect(() => checkView(view('|forces|'), run)).not.toThrow();
    expect(() => checkView(view('|wind|'), run)).toThrow(
      /"\|wind\|".*it has charge, \|forces\|, \|displacement\|/,
    );
  });
});

describe('the legend', () => {
  const told = (part: Partial<Session>, of: Run = run) => legendEntries(sessionOf(part), of);

  test('says which frames lengths are measured by', () => {
    const late = { time: 2, arrows: 'forces' };
    expect(told(late).arrows).toBe('→ forces, longest 0.05; lengths as in all frames');
    expect(told({ ...late, arrowScope: 'frame' }).arrows).toBe(
      '→ forces, longest 0.05; lengths as in this frame',
    );
    expect(told(late, partlyRead(0, 2)).arrows).toBe(
      '→ forces, longest 0.05; lengths as in the 2 of 4 frames seen so far',
    );
    expect(told({ time: 3, arrows: 'displacement', reference: 1 }).arrows).toBe(
      '→ displacement from frame 1, longest 2; lengths as in all frames',
    );
    const single = createRun('single', [at(0)]);
    expect(legendEntries({ ...createSession(single), arrows: 'forces' }, single).arrows).toBe(
      '→ forces, longest 5',
    );
  });

  test('has a bar for colours, with zero or the middle on it', () => {
    const texts = (part: Partial<Session>) =>
      told(part).colors?.ticks.map(({ at, text }) => `${text} at ${at}`);
    expect(texts({ colorBy: 'charge' })).toEqual(['-2 at 0', '0 at 0.5', '2 at 1']);
    expect(texts({ colorBy: 'charge', colorRange: { low: -1, high: 3 } })).toEqual([
      '-1 at 0',
      '0 at 0.25',
      '3 at 1',
    ]);
    // Zero would stand in the way of an end.
    expect(texts({ colorBy: 'charge', colorRange: { low: -1, high: 9 } })).toEqual([
      '-1 at 0',
      '4 at 0.5',
      '9 at 1',
    ]);
    expect(texts({ colorBy: '|displacement|' })).toEqual(['0 at 0', '1.5 at 0.5', '3 at 1']);
    expect(told({ colorBy: '|displacement|', reference: 2 }).colors?.name).toBe(
      '|displacement from frame 2|',
    );
    expect(told({ colorBy: '|forces|', colorRange: 'frame' }).colors?.name).toBe('|forces| in this frame');
    expect(told({ colorBy: '|forces|' }, partlyRead(0, 1, 3)).colors?.name).toBe(
      '|forces| in the 3 of 4 frames seen so far',
    );
  });

  test('has the shown species or a bar, and one for arrows whose colours tell their size', () => {
    expect(told({ hidden: ['A'] }).species.map(([label]) => label)).toEqual(['B']);
    expect(told({ colorBy: 'charge' }).species).toEqual([]);
    const sized = { arrows: 'forces', arrowColors: true, time: 1 };
    expect(told(sized).sizes).toMatchObject({ map: 'viridis', ticks: [{}, {}, { text: '5' }] });
    expect(told({ ...sized, arrowScope: 'frame', arrowMap: 'grey' }).sizes).toMatchObject({
      map: 'grey',
      ticks: [{}, {}, { text: '0.5' }],
    });
    expect(told({ ...sized, arrowColors: false }).sizes).toBeNull();
    expect(told({ ghost: 2 }).outlines).toBe('frame 2');
    expect(told({ ghost: 0 }).outlines).toBe('');
  });
});
