/** What curves are of, and how their numbers are written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSystem, type Info } from '../../systems/index.js';
import {
  type Axis,
  type Curve,
  createRun,
  curve,
  curveNames,
  curveReader,
  curveTable,
  frameOfSystem,
  linearAxis,
  logarithmicAxis,
  nearestFrame,
  plotted,
  readingOf,
  readout,
  stepsOf,
} from '../../viz/index.js';

/** One atom at rest, with these entries in the comment lines of its frames. */
function runOf(infos: readonly Readonly<Record<string, Info>>[]) {
  const frames = infos.map((info) => frameOfSystem(createSystem({ positions: [[0, 0, 0]], info })));
  return createRun('one', frames);
}

/** What stands at each mark, the origin added. */
function readBack({ origin, labels }: Axis): number[] {
  return labels.map((label) => Number(origin) + Number(label));
}

describe('the names of curves', () => {
  const columns = (k: number) => ({
    id: [3, 4],
    charge: [0.5, 0.5],
    kind: { kind: 'integer' as const, width: 1, values: Float64Array.of(1, 2) },
    bonds: { kind: 'integer' as const, width: 1, values: Float64Array.of(k, 2) },
  });
  const positions = [
    [0, 0, 0],
    [1, 0, 0],
  ];
  const frame = (k: number) => frameOfSystem(createSystem({ positions, columns: columns(k) }));

  test('leave out what names atoms, and whole numbers that never change', () => {
    const run = createRun('two', [frame(0), frame(1)]);
    expect(curveNames(run)).toEqual(['max charge', 'mean charge', 'max bonds', 'mean bonds']);
  });

  test('have a whole number from the frame on in which it is another one', () => {
    const run = createRun('two', [frame(0), frame(0)]);
    expect(curveNames(run)).not.toContain('mean bonds');
    run.append(frame(1));
    expect(curveNames(run)).toContain('mean bonds');
  });
});

describe('the steps of a run', () => {
  test('are there where the comment lines count on', () => {
    expect(stepsOf(runOf([{ step: 0 }, { step: 1 }, { step: 4 }]))).toEqual([0, 1, 4]);
  });

  const uncounted: (readonly Readonly<Record<string, Info>>[])[] = [
    [{ step: 0 }, { step: 2 }, { step: 2 }],
    [{ step: 0 }, {}, { step: 2 }],
    [{}, {}],
  ];
  test.each(uncounted.map((infos) => [infos]))(
    'are none where one is missing, or comes twice: %j',
    (infos) => {
      expect(stepsOf(runOf(infos))).toBe(null);
    },
  );

  test('are known of frames that have come since', () => {
    const run = runOf([{ step: 0 }, { step: 5 }]);
    expect(stepsOf(run)).toEqual([0, 5]);
    run.append(runOf([{ step: 9 }]).first);
    expect(stepsOf(run)).toEqual([0, 5, 9]);
  });

  test('say which frame is nearest to a place', () => {
    const places = [-3, 0, 1.9, 2.1, 4, 6.9, 7.1, 99];
    expect(places.map((place) => nearestFrame([0, 4, 10], place))).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  });
});

describe('an axis', () => {
  const values = fc
    .tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -11, max: 6, noNaN: true }),
      fc.constantFrom(1e-8, 1, 1e8),
    )
    .map(([low, order, unit]) => ({
      low: low * unit,
      high: (low + 10 ** order * Math.max(1e-3, Math.abs(low))) * unit,
    }));

  test('has at least two marks, of which no two read the same', () => {
    fc.assert(
      fc.property(values, ({ low, high }) => {
        const { labels } = linearAxis(low, high);
        expect(labels.length).toBeGreaterThanOrEqual(2);
        expect(labels.length).toBeLessThanOrEqual(5);
        expect(new Set(labels).size).toBe(labels.length);
        for (const label of labels) expect(label.length).toBeLessThanOrEqual(9);
      }),
    );
  });

  test('says at each mark the value that lies there', () => {
    fc.assert(
      fc.property(values, ({ low, high }) => {
        const axis = linearAxis(low, high);
        readBack(axis).forEach((value, k) => {
          expect(axis.at(value)).toBeCloseTo(axis.at(axis.marks[k]), 2);
        });
        expect(axis.at(low)).toBeGreaterThan(0);
        expect(axis.at(high)).toBeLessThan(1);
      }),
    );
  });

  test('tells once what all marks have in common', () => {
    const { origin, labels } = linearAxis(-1688.4123, -1688.4119);
    expect([origin, labels]).toEqual(['-1688.413', ['7e-4', '8e-4', '9e-4', '1e-3', '1.1e-3']]);
    expect(linearAxis(-1688, 1300)).toMatchObject({ origin: '', labels: ['-1000', '0', '1000'] });
  });

  test('has one mark with all digits where all values are the same', () => {
    expect(linearAxis(4, 4)).toMatchObject({ origin: '', labels: ['4'] });
    expect(linearAxis(-1688.4123456, -1688.4123456)).toMatchObject({
      origin: '-1688.4123456',
      labels: ['0'],
    });
  });

  test('of powers has marks too where it spans less than one', () => {
    expect(logarithmicAxis(1e-10, 1).labels).toEqual(['1e-10', '1e-7', '1e-4', '0.1']);
    expect(logarithmicAxis(0.5, 30).labels).toEqual(['1', '10']);
    expect(logarithmicAxis(2, 5).labels).toEqual(['2', '5']);
    expect(logarithmicAxis(2, 2.1).labels).toEqual(['2.00', '2.05', '2.10']);
    expect(logarithmicAxis(3, 3).at(3)).toBe(0.5);
  });
});

describe('a value that is read', () => {
  const read = (values: readonly number[], frame: number): string =>
    readout((k) => values[k], values.length, frame);

  test('has the digits that tell it from those around', () => {
    expect(read([-1688.41, -1688.41234, -1688.41235], 1)).toBe('-1688.41234');
    expect(read([3, -1688.4123456, -1688.4123456, -1688.4123457], 2)).toBe('-1688.4123456');
    expect(read([4, 1, 0.1], 0)).toBe('4');
    expect(read([1 / 3, 1 / 4], 0)).toBe('0.3333');
    expect(read([1.23456e-8, 1], 0)).toBe('1.235e-8');
  });

  test('reads another than the one before, if that is another', () => {
    const value = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    const order = fc.integer({ min: -9, max: 0 });
    fc.assert(
      fc.property(value, order, (low, order) => {
        const values = [low, low + 10 ** order];
        expect(read(values, 0)).not.toBe(read(values, 1));
      }),
    );
  });

  test('is a dash where there is none', () => {
    expect([read([Number.NaN, 1], 0), read([1], 5)]).toEqual(['–', '–']);
  });
});

describe('a logarithmic plot', () => {
  const of = (...values: number[]): Curve => ({ label: 'energy', values, logarithmic: false });
  const plot = (one: Curve) =>
    plotted([{ name: 'run', curve: one, along: one.values.map((_, k) => k) }], 'frame', true);

  test('of values that are all positive shows them as they are', () => {
    const { label, lines, axis } = plot(of(100, 1));
    expect([label, lines[0].values, axis?.origin]).toEqual(['energy', [100, 1], '']);
  });

  test('of others shows how far they are above the lowest, and says so', () => {
    const { label, lines, axis } = plot(of(-1, -9, -10, Number.NaN));
    expect([label, lines[0].values, axis?.origin]).toEqual(['energy − lowest', [9, 1, 0, Number.NaN], '-10']);
  });

  test('of two runs has one axis for both, above the lowest of both', () => {
    const along = [0, 1];
    const two = [of(-3, -1), of(-11, 5)].map((curve) => ({ name: 'run', curve, along }));
    const { lines, axis } = plotted(two, 'frame', true);
    expect(lines.map(({ values }) => values)).toEqual([
      [8, 10],
      [0, 16],
    ]);
    expect(axis?.origin).toBe('-11');
    for (const value of [8, 16]) expect(Math.abs((axis?.at(value) ?? 9) - 0.5)).toBeLessThan(0.5);
  });

  test('has what has come since as its lowest, where it is lower', () => {
    const content = plot(of(-1, -9, -10));
    const run = runOf([-1, -9, -10, -12].map((energy) => ({ energy })));
    const at = (frame: number) => readingOf(content, curveReader(run, 'energy'), run, frame);
    expect([0, 2, 3].map((frame) => at(frame).value)).toEqual(['9', '0', '0']);
    expect(at(3)).toMatchObject({ frame: 3, frames: 4, along: 3 });
  });

  test('has no axis where nothing is above zero', () => {
    expect(plot(of(0, 0)).axis).toBe(null);
    expect(plot(of(-3, -3)).axis).toBe(null);
  });
});

describe('the table of curves', () => {
  test('has a row a frame, with all digits, and nothing where nothing is known', () => {
    const run = runOf([
      { step: 0, energy: 0.1 + 0.2, 'a,"b"': 1 },
      { step: 8, energy: -1e-30 },
    ]);
    const curves = ['energy', 'a,"b"', 'step'].map((name) => curve(run, name));
    expect(curveTable(run, curves)).toBe(
      'frame,step,energy,"a,""b"""\n0,0,0.30000000000000004,1\n1,8,-1e-30,\n',
    );
    expect(curveTable(runOf([{ energy: 1 }]), [curve(runOf([{ energy: 1 }]), 'energy')])).toBe(
      'frame,energy\n0,1\n',
    );
  });
});
