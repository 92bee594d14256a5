/** What the picture shows, as numbers: bonds, images, measurements, neighbours, g(r), trails, arrows, colours. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random as seeded } from '../../src/random/index.js';
import { createBox, createSystem, type System } from '../../systems/index.js';
import {
  arrowLength,
  arrowOverhang,
  arrowSizes,
  atomName,
  atomNamed,
  atomRadii,
  bondsIn,
  type ColorRange,
  cellEdges,
  coloringOf,
  colorValues,
  columnRange,
  createDrawing,
  createLook,
  createPicking,
  createRun,
  createSession,
  cutAway,
  DISPLACEMENT,
  displacements,
  drawingFields,
  drawnRadii,
  extentOf,
  type Frame,
  farHalf,
  findBonds,
  fittedCamera,
  frameOfSystem,
  ghostCenters,
  ghostFrame,
  imageShift,
  imagesOf,
  interpolated,
  matchAtoms,
  measure,
  measureCurve,
  neighboursWithin,
  paletteColor,
  paletteOf,
  pick,
  type Run,
  radialDistribution,
  rotate,
  sameSlice,
  scaleColor,
  scaleOf,
  seenFrames,
  sharing,
  sliceOf,
  sliceRange,
  speciesColors,
  trailFrames,
  trailLines,
  vectorNames,
  vectorsOf,
  wrappedPositions,
} from '../../viz/index.js';

const SKEW = [
  [4, 0, 0],
  [1.5, 3, 0],
  [-1, 0.5, 5],
];

/** Atoms anywhere in a skew cell, some outside of it. */
function gas(
  count: number,
  seed: number,
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): Frame {
  const random = seeded(seed);
  const positions = Array.from({ length: count }, () => [0, 1, 2].map(() => 8 * random.uniform() - 2));
  return frameOfSystem(createSystem({ positions, box: createBox(SKEW, periodic) }));
}

/** Every distance from atom i to an image of atom j within a radius, looked for in all cells around. */
function imagesWithin(frame: Frame, i: number, j: number, radius: number, reach = 5): number[] {
  const found: number[] = [];
  const range = (k: number): number[] =>
    frame.cell?.periodic[k] ? Array.from({ length: 2 * reach + 1 }, (_, n) => n - reach) : [0];
  for (const a of range(0)) {
    for (const b of range(1)) {
      for (const c of range(2)) {
        if (i === j && a === 0 && b === 0 && c === 0) continue;
        const way = [0, 1, 2].map(
          (m) =>
            frame.positions[3 * j + m] -
            frame.positions[3 * i + m] +
            a * SKEW[0][m] +
            b * SKEW[1][m] +
            c * SKEW[2][m],
        );
        if (Math.hypot(...way) < radius) found.push(Math.hypot(...way));
      }
    }
  }
  return found;
}

describe('bonds', () => {
  test('are those that a search through all images finds, each once', () => {
    for (const periodic of [
      [true, true, true],
      [true, false, true],
      [false, false, false],
    ] as const) {
      const frame = gas(14, 3, periodic);
      const bonds = findBonds(frame, { kind: 'cutoff', cutoff: 2 }, atomRadii(frame, scaleOf(frame)));
      const found = Array.from({ length: bonds.count }, (_, k) =>
        Math.hypot(...bonds.vectors.subarray(3 * k, 3 * k + 3)),
      ).sort((a, b) => a - b);
      const expected: number[] = [];
      for (let i = 0; i < frame.count; i++) {
        for (let j = 0; j < frame.count; j++) expected.push(...imagesWithin(frame, i, j, 2));
      }
      // Both ways of each pair were looked for.
      const once = expected.sort((a, b) => a - b).filter((_, k) => k % 2 === 0);
      expect(found).toHaveLength(once.length);
      found.forEach((length, k) => {
        expect(length).toBeCloseTo(once[k], 5);
      });
    }
  });

  test('lead from one atom to an image of the other', () => {
    const frame = gas(14, 5);
    const { count, atoms, vectors } = findBonds(
      frame,
      { kind: 'cutoff', cutoff: 2.5 },
      atomRadii(frame, scaleOf(frame)),
    );
    expect(count).toBeGreaterThan(20);
    const { inverse } = frame.cell ?? { inverse: new Float64Array(9) };
    for (let k = 0; k < count; k++) {
      const over = [0, 1, 2].map(
        (m) =>
          frame.positions[3 * atoms[2 * k] + m] +
          vectors[3 * k + m] -
          frame.positions[3 * atoms[2 * k + 1] + m],
      );
      for (let v = 0; v < 3; v++) {
        const cells = [0, 1, 2].reduce((sum, m) => sum + inverse[3 * v + m] * over[m], 0);
        expect(Math.abs(cells - Math.round(cells))).toBeLessThan(1e-5);
      }
    }
  });

  test('of the rule of radii reach as far as the factor says', () => {
    const line = frameOfSystem(
      createSystem({
        positions: [
          [0, 0, 0],
          [1.5, 0, 0],
          [2.6, 0, 0],
        ],
        columns: { radius: [1, 0.5, 0.5] },
      }),
    );
    const bonded = (factor: number) => [
      ...findBonds(line, { kind: 'radii', factor }, atomRadii(line, scaleOf(line))).atoms,
    ];
    expect(bonded(0.99)).toEqual([]);
    expect(bonded(1.01).sort()).toEqual([0, 1]);
    expect(findBonds(line, { kind: 'radii', factor: 1.2 }, atomRadii(line, scaleOf(line))).count).toBe(2);
    expect(findBonds(line, { kind: 'radii', factor: 5 }, [0, 0, 0]).count).toBe(0);
  });

  test('are none where an atom is at no place', () => {
    const frame = gas(4, 1);
    const lost = { ...frame, positions: frame.positions.slice().fill(Number.NaN, 0, 1) };
    expect(findBonds(lost, { kind: 'cutoff', cutoff: 2 }, atomRadii(frame, scaleOf(frame))).count).toBe(0);
  });
});

describe('a measurement', () => {
  /** Atoms around a right angle in a cell whose border lies between them. */
  const corner = frameOfSystem(
    createSystem({
      positions: [
        [9.5, 1, 1],
        [0.5, 1, 1],
        [0.5, 3, 1],
        [0.5, 3, 9],
      ],
      box: createBox([10, 10, 10]),
    }),
  );

  test('takes the shortest way through the borders', () => {
    expect(measure(corner, [0, 1])).toEqual({ kind: 'distance', atoms: [0, 1], value: 1 });
    expect(measure(corner, [0, 1, 2])?.value).toBeCloseTo(90, 12);
    expect(measure(corner, [2, 3])?.value).toBe(2);
  });

  test('gives a dihedral the sign that chemists give it', () => {
    // Looking along the bond in the middle, the far atom is a quarter clockwise of the near one: +90 (IUPAC).
    const turned = (z: number) =>
      frameOfSystem(
        createSystem({
          positions: [
            [0, 1, 0],
            [0, 0, 0],
            [1, 0, 0],
            [1, 0, z],
          ],
        }),
      );
    expect(measure(turned(1), [0, 1, 2, 3])?.value).toBeCloseTo(90, 12);
    expect(measure(turned(-1), [0, 1, 2, 3])?.value).toBeCloseTo(-90, 12);
    expect(measure(turned(1), [3, 2, 1, 0])?.value).toBeCloseTo(90, 12);
  });

  test('keeps its digits where atoms are nearly in a line', () => {
    const tiny = 1e-7;
    const frame = frameOfSystem(
      createSystem({
        positions: [
          [1, 0, 0],
          [0, 0, 0],
          [Math.cos(tiny), Math.sin(tiny), 0],
        ],
      }),
    );
    expect(measure(frame, [0, 1, 2])?.value).toBeCloseTo((tiny * 180) / Math.PI, 15);
  });

  test('is the same after every atom has been moved by lattice vectors', () => {
    const frame = gas(4, 11);
    const cells = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(cells, (n) => {
        const positions = [0, 1, 2, 3].map((i) =>
          [0, 1, 2].map(
            (m) =>
              frame.system.positions.get(i, m) +
              [0, 1, 2].reduce((sum, v) => sum + n[3 * i + v] * SKEW[v][m], 0),
          ),
        );
        const moved = frameOfSystem(createSystem({ positions, box: frame.system.box }));
        for (const atoms of [
          [0, 1],
          [0, 1, 2],
          [0, 1, 2, 3],
        ]) {
          expect(measure(moved, atoms)?.value).toBeCloseTo(measure(frame, atoms)?.value ?? Number.NaN, 9);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('is none of one atom, of five, or of one that is not there', () => {
    expect(measure(corner, [0])).toBeNull();
    expect(measure(corner, [0, 1, 2, 3, 0])).toBeNull();
    expect(measure(corner, [0, 4])).toBeNull();
  });

  test('against the frame follows atoms by their id', () => {
    const at = (ids: readonly number[], xs: readonly number[]) =>
      frameOfSystem(createSystem({ positions: xs.map((x) => [x, 0, 0]), columns: { id: ids } }));
    const run = createRun('ids', [at([7, 8, 9], [0, 1, 5]), at([9, 7, 8], [5, 0, 2]), at([7, 9], [0, 1])]);
    const { label, values } = measureCurve(run, [7, 8]);
    expect(label).toBe('distance 7 8');
    expect(values).toEqual([1, 2, Number.NaN]);
    // Panel and curve measure the same atoms, in whichever frame they were picked.
    expect(measure(run.frame(1), [7, 8])?.value).toBe(2);
    expect(atomName(run.frame(1), 2)).toBe(8);
    expect([9, 8, 5].map((name) => atomNamed(run.frame(2), name))).toEqual([1, -1, -1]);
  });

  test('is of indices where ids do not name the atoms', () => {
    const twice = frameOfSystem(
      createSystem({
        positions: [
          [0, 0, 0],
          [3, 0, 0],
        ],
        columns: { id: [4, 4] },
      }),
    );
    expect([atomName(twice, 1), atomNamed(twice, 1), atomNamed(twice, 4)]).toEqual([1, 1, -1]);
    expect(measure(twice, [0, 1])?.value).toBe(3);
  });
});

describe('neighbours', () => {
  test('are those that a search through all images finds, the nearest first', () => {
    const frame = gas(9, 17);
    for (const radius of [1, 3.5, 6]) {
      const found = neighboursWithin(frame, 2, radius);
      const expected = Array.from({ length: frame.count }, (_, j) =>
        imagesWithin(frame, 2, j, radius),
      ).flat();
      expected.sort((a, b) => a - b);
      expect(found).toHaveLength(expected.length);
      found.forEach(({ distance }, k) => {
        expect(distance).toBeCloseTo(expected[k], 5);
      });
    }
  });

  test('of a simple cubic lattice are 6, 12 and 8', () => {
    const frame = frameOfSystem(createSystem({ positions: [[0.3, 0.2, 0.1]], box: createBox([1, 1, 1]) }));
    expect(neighboursWithin(frame, 0, 1.01)).toHaveLength(6);
    expect(neighboursWithin(frame, 0, 1.5)).toHaveLength(18);
    expect(neighboursWithin(frame, 0, 1.8)).toHaveLength(26);
  });
});

describe('g(r)', () => {
  const cubic = frameOfSystem(createSystem({ positions: [[0, 0, 0]], box: createBox([1, 1, 1]) }));
  const square = frameOfSystem(createSystem({ positions: [[0, 0]], box: createBox([1, 1]) }));

  /** ρ ∫ g dV up to a distance. */
  function neighbours(frame: Frame, cutoff: number): number {
    const { r, values } = radialDistribution(frame, { cutoff, bins: 100 });
    const width = cutoff / 100;
    const density = frame.count / (frame.system.box.volume ?? 0);
    return values.reduce((sum, g, k) => {
      const [a, b] = [r[k] - width / 2, r[k] + width / 2];
      const shell =
        frame.dimension === 2 ? Math.PI * (b ** 2 - a ** 2) : (4 / 3) * Math.PI * (b ** 3 - a ** 3);
      return sum + density * g * shell;
    }, 0);
  }

  test('integrates to the number of neighbours, in two and three dimensions', () => {
    expect(neighbours(cubic, 1.05)).toBeCloseTo(6, 10);
    expect(neighbours(cubic, 1.45)).toBeCloseTo(18, 10);
    expect(neighbours(cubic, 1.76)).toBeCloseTo(26, 10);
    expect(neighbours(square, 1.05)).toBeCloseTo(4, 10);
    expect(neighbours(square, 1.45)).toBeCloseTo(8, 10);
  });

  test('of an ideal gas is one at all distances', () => {
    const random = seeded(4);
    for (const dimension of [2, 3] as const) {
      const side = dimension === 2 ? 40 : 12;
      const positions = Array.from({ length: 3000 }, () =>
        Array.from({ length: dimension }, () => side * random.uniform()),
      );
      const frame = frameOfSystem(
        createSystem({ positions, box: createBox(new Array<number>(dimension).fill(side)) }),
      );
      const { values, normalized } = radialDistribution(frame, { cutoff: 4, bins: 8 });
      expect(normalized).toBe(true);
      // Some 900 pairs in the smallest shell but one: five standard deviations.
      for (const g of values.slice(2)) expect(Math.abs(g - 1)).toBeLessThan(0.1);
    }
  });

  test('between species of the cesium chloride lattice has eight neighbours of the other kind', () => {
    const frame = frameOfSystem(
      createSystem({
        positions: [
          [0, 0, 0],
          [0.5, 0.5, 0.5],
        ],
        species: ['A', 'B'],
        box: createBox([1, 1, 1]),
      }),
    );
    const cutoff = 0.9;
    const of = (between: readonly [string, string]) =>
      radialDistribution(frame, { cutoff, bins: 9, between }).values;
    const shell = (4 / 3) * Math.PI * (0.9 ** 3 - 0.8 ** 3);
    // √3/2 = 0.866 lies in the last bin; one atom of B in the unit volume.
    expect(of(['A', 'B'])[8] * shell).toBeCloseTo(8, 10);
    expect([...of(['A', 'A'])].every((g) => g === 0)).toBe(true);
  });

  test('between species is the sum over all pairs, of a mixture that is not half and half', () => {
    const random = seeded(21);
    const positions = Array.from({ length: 9 }, () => [0, 1, 2].map(() => 6 * random.uniform()));
    const species = positions.map((_, k) => (k < 3 ? 'A' : 'B'));
    const frame = frameOfSystem(createSystem({ positions, species, box: createBox(SKEW) }));
    // No lattice vector is as long as an edge of a bin.
    const [cutoff, bins] = [3.9, 10];
    const of = (between?: readonly [string, string]) =>
      radialDistribution(frame, { cutoff, bins, ...(between && { between }) }).values;
    const volume = frame.system.box.volume ?? 0;
    for (const [a, b] of [
      ['A', 'A'],
      ['A', 'B'],
      ['B', 'B'],
    ] as const) {
      const [origins, targets] = [a, b].map((label) =>
        species.flatMap((one, k) => (one === label ? [k] : [])),
      );
      const counts = new Float64Array(bins);
      for (const i of origins) {
        for (const j of targets) {
          for (const r of imagesWithin(frame, i, j, cutoff)) counts[Math.floor((r / cutoff) * bins)]++;
        }
      }
      const expected = counts.map((count, k) => {
        const [inner, outer] = [k, k + 1].map((edge) => (edge * cutoff) / bins);
        const shell = (4 / 3) * Math.PI * (outer ** 3 - inner ** 3);
        // How many targets lie in the shell of an origin, over how many would at their density.
        return count / origins.length / (shell * (targets.length / volume));
      });
      const found = of([a, b]);
      found.forEach((g, k) => {
        expect(g).toBeCloseTo(expected[k], 10);
      });
      expect(of([b, a])).toEqual(found);
    }
    // Weighed by how many pairs there are, they make up that of all atoms.
    const [aa, ab, bb, all] = [of(['A', 'A']), of(['A', 'B']), of(['B', 'B']), of()];
    all.forEach((g, k) => {
      expect((9 * aa[k] + 36 * ab[k] + 36 * bb[k]) / 81).toBeCloseTo(g, 10);
    });
  });

  test('is not given of a free system: neighbours for a unit of length are', () => {
    const pair = frameOfSystem(
      createSystem({
        positions: [
          [0, 0, 0],
          [1, 0, 0],
        ],
      }),
    );
    const { values, normalized, r } = radialDistribution(pair, { cutoff: 2, bins: 4 });
    expect(normalized).toBe(false);
    // One neighbour an atom in a bin of half a unit.
    expect([...values]).toEqual([0, 0, 2, 0]);
    expect([...r]).toEqual([0.25, 0.75, 1.25, 1.75]);
  });
});

describe('periodic images', () => {
  const frame = gas(3, 8, [true, true, false]);

  test('are made only where the frame repeats', () => {
    expect(imagesOf(frame, [2, 3, 4])).toEqual([2, 3, 1]);
    const flat = frameOfSystem(createSystem({ positions: [[0, 0]], box: createBox([1, 1]) }));
    expect(imagesOf(flat, [2, 2, 2])).toEqual([2, 2, 1]);
    expect(imagesOf(frameOfSystem(createSystem({ positions: [[0, 0, 0]] })), [2, 2, 2])).toEqual([1, 1, 1]);
  });

  test('lie at whole multiples of the lattice vectors', () => {
    expect(imageShift(frame, [2, 3, 1], 0)).toEqual([0, 0, 0]);
    expect(imageShift(frame, [2, 3, 1], 1)).toEqual(SKEW[0]);
    expect(imageShift(frame, [2, 3, 1], 5)).toEqual([0, 1, 2].map((m) => SKEW[0][m] + 2 * SKEW[1][m]));
  });

  test('have the edges of their cells drawn, and are all seen by the fitted camera', () => {
    expect(cellEdges(frame, [2, 3, 1])).toHaveLength(6 * 12 * 6);
    const wide = fittedCamera(frame, 1, [2, 3, 1]);
    expect(wide.height).toBeGreaterThan(fittedCamera(frame, 1).height);
    expect(wide.target).toEqual(extentOf(frame, [2, 3, 1]).center);
  });
});

function walk(): Run {
  // One atom goes right by 1 a frame through a cell of side 4, as a file with wrapped positions has it.
  const frames = Array.from({ length: 7 }, (_, k) =>
    frameOfSystem(
      createSystem({
        positions: [
          [k % 4, 1],
          [2, 3],
        ],
        box: createBox([4, 4]),
      }),
      k,
    ),
  );
  return createRun('walk', frames);
}

describe('trails', () => {
  const run = walk();
  const shown = run.frame(5);

  test('reach back over the last frames, and not before the first', () => {
    expect(trailFrames(run, shown, 3).map(({ index }) => index)).toEqual([5, 4, 3, 2]);
    expect(trailFrames(run, shown, 100)).toHaveLength(6);
  });

  test('step by the shortest way: no line crosses the cell', () => {
    const lines = new Float32Array(2 * 4 * 8);
    trailLines(trailFrames(run, shown, 4), wrappedPositions(shown), lines);
    const ends = Array.from({ length: 4 }, (_, k) => [lines[8 * k], lines[8 * k + 4]]);
    expect(ends).toEqual([
      [1, 0],
      [0, -1],
      [-1, -2],
      [-2, -3],
    ]);
    // The other atom rests.
    expect([...lines.subarray(32, 36)]).toEqual([...lines.subarray(36, 40)]);
  });

  test('step across the border of the cell that each step begins in', () => {
    const at = (x: number, side: number, k: number) =>
      frameOfSystem(createSystem({ positions: [[x, 0, 0]], box: createBox([side, side, side]) }), k);
    // Down across the border by 0.2 while the cell has 15, after which it shrinks.
    const changing = createRun('changing', [at(0.1, 15, 0), at(14.9, 15, 1), at(9.9, 10, 2)]);
    const shown = changing.frame(1);
    const lines = new Float32Array(8);
    trailLines(trailFrames(changing, shown, 1), shown.positions, lines);
    expect(lines[4]).toBeCloseTo(15.1, 5);
    const last = changing.frame(2);
    const back = new Float32Array(16);
    trailLines(trailFrames(changing, last, 2), last.positions, back);
    expect(back[12] - back[8]).toBeCloseTo(0.2, 5);
  });

  test('come from the frame before where atoms are drawn between two frames', () => {
    const between = interpolated(run.frame(2), run.frame(3), 0.9);
    expect(trailFrames(run, between, 2).map(({ positions }) => positions[0])).toEqual([
      expect.closeTo(2.9, 5),
      2,
      1,
      0,
    ]);
  });

  test('have the colours of their atoms, also where all values are one or none', () => {
    const palette = Uint8Array.from({ length: 3 * 256 }, (_, k) => Math.floor(k / 3));
    expect(paletteColor(palette, 3, 3, 3)).toEqual([128, 128, 128]);
    expect(paletteColor(palette, 5, 0, 10)).toEqual([128, 128, 128]);
    expect(paletteColor(palette, 0, 0, 10)).toEqual([0, 0, 0]);
    expect(paletteColor(palette, Number.NaN, 0, 10)).toEqual([128, 128, 128]);
    expect(paletteColor(palette, 99, 0, 10)).toEqual([255, 255, 255]);
  });
});

describe('arrows', () => {
  test('of displacements are the shortest way from the reference frame, by id', () => {
    const run = walk();
    expect(vectorNames(run)).toEqual([DISPLACEMENT]);
    const look = { arrows: DISPLACEMENT, reference: 3 };
    // From 3 to 5, which is 1 in the cell: two to the right, not two to the left.
    expect(Array.from(vectorsOf(run, run.frame(4), look) ?? [])).toEqual([1, 0, 0, 0, 0, 0]);
    const before = frameOfSystem(
      createSystem({
        positions: [
          [0, 0, 0],
          [5, 0, 0],
        ],
        columns: { id: [1, 2] },
      }),
    );
    const after = frameOfSystem(
      createSystem({
        positions: [
          [6, 0, 0],
          [0, 3, 0],
          [9, 9, 9],
        ],
        columns: { id: [2, 1, 3] },
      }),
    );
    expect([...(displacements(before, after) ?? [])]).toEqual([
      1,
      0,
      0,
      0,
      3,
      0,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  function minimum(force: number, energy: number | null): Run {
    const system: System = createSystem({
      positions: [
        [0, 0, 0],
        [1, 0, 0],
      ],
      box: createBox([4, 4, 4]),
      columns: {
        forces: [
          [force, 0, 0],
          [-force, 0, 0],
        ],
        sensitivity: [
          [force, 0, 0],
          [0, 0, 0],
        ],
      },
      ...(energy === null ? {} : { info: { energy } }),
    });
    return createRun('minimum', [frameOfSystem(system)]);
  }

  test('of forces that are what rounding leaves are told from forces', () => {
    const noise = (run: Run, arrows: string) =>
      arrowSizes(run, run.first, { arrows, reference: 0, arrowScope: 'run' }).noise;
    expect(noise(minimum(1e-13, -2), 'forces')).toBeGreaterThan(1e-12);
    expect(noise(minimum(1e-3, -2), 'forces')).toBeLessThan(1e-5);
    expect(noise(minimum(1e-13, null), 'forces')).toBeGreaterThan(1e-12);
    expect(noise(minimum(1e-3, 1e6), 'sensitivity')).toBeLessThan(1e-6);
  });

  test('of displacements have a measure where atoms come and go', () => {
    const at = (ids: readonly number[], xs: readonly number[]) =>
      frameOfSystem(createSystem({ positions: xs.map((x) => [x, 0, 0]), columns: { id: ids } }));
    const run = createRun('grows', [at([1], [0]), at([2, 1], [9, 4])]);
    expect(
      arrowSizes(run, run.first, { arrows: DISPLACEMENT, reference: 0, arrowScope: 'run' }).largest,
    ).toBe(4);
  });

  test('of displacements are measured from their reference, in all frames', () => {
    const at = (x: number, k: number) => frameOfSystem(createSystem({ positions: [[x, 0, 0]] }), k);
    // There and back again: from first to last nothing has moved.
    const run = createRun('back', [0, 1, 2, 1, 0].map(at));
    expect(
      arrowSizes(run, run.first, { arrows: DISPLACEMENT, reference: 0, arrowScope: 'run' }),
    ).toMatchObject({ largest: 2, usual: 1 });
    expect(
      arrowSizes(run, run.first, { arrows: DISPLACEMENT, reference: 1, arrowScope: 'run' }).largest,
    ).toBe(1);
  });

  test('that stick out of the cell are in the fitted view', () => {
    const system = createSystem({
      positions: [
        [0, 2, 0],
        [2, 2, 0],
      ],
      box: createBox([4, 4, 4]),
      columns: {
        push: [
          [-9, 0, 0],
          [1, 0, 0],
        ],
      },
    });
    const run = createRun('push', [frameOfSystem(system)]);
    const look = { ...createLook(run), ...createDrawing(), arrows: 'push' };
    const by = arrowLength(run, run.first, look);
    expect(arrowOverhang(run, run.first, look)).toBeCloseTo(9 * by, 5);
    expect(arrowOverhang(run, run.first, { ...look, arrows: null })).toBe(0);
    const [tight, wide] = [0, 9 * by].map((out) => fittedCamera(run.first, 1, [1, 1, 1], out).height);
    expect(wide).toBeGreaterThan(tight);
  });

  test('have one measure in all frames', () => {
    const run = minimum(3, 1);
    const { largest, usual } = arrowSizes(run, run.first, {
      arrows: 'forces',
      reference: 0,
      arrowScope: 'run',
    });
    expect(largest).toBe(3);
    expect(usual).toBeCloseTo(3, 12);
  });
});

describe('atoms of two frames', () => {
  const frame = (ids: readonly number[] | null, count = ids?.length ?? 2) =>
    frameOfSystem(
      createSystem({
        positions: Array.from({ length: count }, (_, k) => [k, 0, 0]),
        ...(ids === null ? {} : { columns: { id: ids } }),
      }),
    );

  test('are matched by id where both have one, else by order where nothing speaks against it', () => {
    expect(matchAtoms(frame([3, 4]), frame([3, 4]))).toBe('same');
    expect([...matchAtoms(frame([3, 4]), frame([4, 5, 3]))]).toEqual([2, 0]);
    expect([...matchAtoms(frame([3, 4]), frame([4]))]).toEqual([-1, 0]);
    expect(matchAtoms(frame(null, 2), frame(null, 2))).toBe('same');
    expect(matchAtoms(frame(null, 3), frame(null, 2))).toBe('unknown');
    expect(matchAtoms(frame([3, 3]), frame([3, 3]))).toBe('same');
    expect(matchAtoms(frame([3, 3]), frame([3, 3, 4]))).toBe('unknown');
  });

  test('are not drawn between frames, displaced or bound by their order when one of them has gone', () => {
    const all = frameOfSystem(createSystem({ positions: [0, 10, 20].map((x) => [x, 0, 0]) }));
    const left = frameOfSystem(createSystem({ positions: [10, 20].map((x) => [x, 0, 0]) }), 1);
    expect(interpolated(all, left, 0.5)).toBe(all);
    expect(displacements(all, left)).toBeNull();
    const bonds = findBonds(all, { kind: 'cutoff', cutoff: 11 }, [1, 1, 1]);
    expect(bonds.count).toBe(2);
    expect(bondsIn(left, all, bonds).count).toBe(0);
  });

  test('stay bound to each other when their order changes', () => {
    const at = (ids: readonly number[], xs: readonly number[], k: number) =>
      frameOfSystem(createSystem({ positions: xs.map((x) => [x, 0, 0]), columns: { id: ids } }), k);
    const first = at([1, 2, 3], [0, 1, 9], 0);
    const bonds = findBonds(first, { kind: 'cutoff', cutoff: 2 }, [1, 1, 1]);
    expect([...bonds.atoms]).toEqual([0, 1]);
    expect([...bondsIn(at([1, 3, 2], [0, 9, 1], 1), first, bonds).atoms]).toEqual([0, 2]);
  });

  test('share what has not changed', () => {
    const system = (x: number) =>
      createSystem({ positions: [[x, 0, 0]], species: ['B'], columns: { radius: [2], charge: [x] } });
    const [first, second] = [frameOfSystem(system(0)), frameOfSystem(system(1))];
    const shared = sharing(second, first);
    expect(shared.species).toBe(first.species);
    expect(shared.columns.get('radius')).toBe(first.columns.get('radius'));
    expect(shared.columns.get('charge')).toBe(second.columns.get('charge'));
    expect(sharing(second, undefined)).toBe(second);
  });
});

describe('outlines', () => {
  const at = (places: readonly (readonly number[])[], id: readonly number[], index: number) =>
    frameOfSystem(
      createSystem({ positions: places.map((x) => [...x]), box: createBox([10, 10]), columns: { id } }),
      index,
    );
  const before = at(
    [
      [9.5, 5],
      [2, 2],
      [-1, 3],
    ],
    [1, 2, 9],
    0,
  );
  const after = at(
    [
      [3, 2],
      [10.5, 5],
    ],
    [2, 1],
    1,
  );

  test('are beside the atoms that they belong to, and else in the cell', () => {
    const [out, owners] = [new Float32Array(9), new Float32Array(9)];
    ghostCenters(before, after, wrappedPositions(after), out, owners);
    // Drawn at (0.5, 5) and (3, 2).
    expect([...out]).toEqual([-0.5, 5, 0, 2, 2, 0, 9, 3, 0]);
    expect([...owners]).toEqual([0.5, 5, 0, 3, 2, 0, 9, 3, 0]);
  });

  test('are none of what is shown itself, and of frames that are not there', () => {
    const run = createRun('two', [before, after]);
    const [first, second] = [run.frame(0), run.frame(1)];
    expect(ghostFrame(run, second, { ghost: 0 })).toBe(first);
    expect(ghostFrame(run, first, { ghost: 0 })).toBeNull();
    expect(ghostFrame(run, first, { ghost: 2 })).toBeNull();
    expect(ghostFrame(run, first, { ghost: null })).toBeNull();
    // Of a moved frame they are where it was.
    expect(ghostFrame(run, { ...first }, { ghost: 0 })).toBe(first);
  });
});

describe('the look', () => {
  const frame = frameOfSystem(
    createSystem({
      positions: [
        [0, 0, 0],
        [1, 0, 0],
        [2, 0, 0],
      ],
      species: ['A', 'B', 'A'],
      columns: { radius: [1, 2, 3], charge: [-1, 0, 3], mass: [1, 2, 4] },
    }),
  );
  const run = createRun('three', [frame]);
  const look = { ...createLook(run), ...createDrawing(), ...createPicking(run.spacing) };

  test('hides species, and scales the radii of others', () => {
    expect([
      ...drawnRadii(frame, run, { hidden: ['A'], speciesRadii: [{ species: 'B', factor: 0.5 }] }),
    ]).toEqual([0, 1, 0]);
    expect([...drawnRadii(frame, run, look)]).toEqual([1, 2, 3]);
  });

  test('leaves out what is not between the planes of a slice', () => {
    const slice = { axis: 'y', low: 0, high: 2 } as const;
    expect(cutAway(null, 0, 9, 0)).toBe(false);
    expect([-0.1, 0, 2, 2.1].map((y) => cutAway(slice, 5, y, 5))).toEqual([true, false, false, true]);
    // As it is drawn, in single precision: what lies on the plane is there.
    expect(cutAway({ axis: 'x', low: 0.7, high: 0.9 }, Math.fround(0.7), 0, 0)).toBe(false);
    expect(cutAway({ ...slice, low: null }, 5, -9, 5)).toBe(false);
    expect(cutAway({ ...slice, high: null }, 5, 9, 5)).toBe(false);
    const box = createBox([6, 4, 4]);
    const positions = [
      [1, 2, 2],
      [3, 2, 2],
      [5, 2, 2],
    ];
    const row = createRun('row', [frameOfSystem(createSystem({ positions, box }))]);
    expect(sliceRange(row.first, [3, 1, 1], 'x')).toEqual({ low: 0, high: 18 });
    // Of the half that is left one looks into the other.
    const camera = fittedCamera(row.first, 1);
    expect(farHalf(row.first, [3, 1, 1], 'y', camera)).toEqual({ axis: 'y', low: 2, high: null });
    const behind = rotate(camera, Math.PI, 0);
    expect(farHalf(row.first, [3, 1, 1], 'y', behind)).toEqual({ axis: 'y', low: null, high: 2 });
    // Where nothing is there to be cut, nothing is.
    const flat = frameOfSystem(createSystem({ positions: [[1, 1]] }));
    expect(sliceOf(flat, { axis: 'z', low: 0, high: 1 })).toBeNull();
    expect(sliceOf(row.first, slice)).toBe(slice);
  });

  test('cuts two systems at the same place of each, and leaves open what is open', () => {
    const sized = (a: number, at: number) =>
      frameOfSystem(createSystem({ positions: [[at, at, at]], box: createBox([a, a, a]) }));
    const [small, large] = [sized(2, 1), sized(10, 1)];
    expect(sameSlice({ axis: 'x', low: 0.5, high: null }, large, small)).toEqual({
      axis: 'x',
      low: 2.5,
      high: null,
    });
  });

  test('gives a species the same colour in whatever order atoms come, and A, B, 1, 2 the same in every file', () => {
    const of = (...species: string[]) =>
      speciesColors(
        createRun('labels', [
          frameOfSystem(createSystem({ positions: species.map((_, k) => [k, 0, 0]), species })),
        ]),
      );
    expect(of('B', 'A').get('A')).toEqual(of('A', 'B').get('A'));
    expect(of('B', 'A').get('B')).toEqual(of('A', 'B').get('B'));
    expect(of('2').get('2')).toEqual(of('1', '2').get('2'));
    expect(of('large', 'small').get('small')).toEqual(of('small', 'large').get('small'));
    // What comes in with a later frame changes no colour.
    const frames = [['small'], ['small', 'large']].map((species) =>
      frameOfSystem(createSystem({ positions: species.map((_, k) => [k, 0, 0]), species })),
    );
    expect(speciesColors(createRun('growing', frames)).get('small')).toEqual(of('small').get('small'));
    // Those without a place of their own take none from others.
    const mixed = of('1', 'A', 'wall');
    expect(new Set([...mixed.values()].map(String)).size).toBe(3);
    expect(mixed.get('A')).not.toEqual(mixed.get('wall'));
  });

  test('gives a species a colour that was chosen, and leaves the others their own', () => {
    const own = speciesColors(run);
    const chosen = speciesColors(run, [{ species: 'B', color: [1, 2, 3] }]);
    expect([...chosen]).toEqual([...own].map(([label, color]) => [label, label === 'B' ? [1, 2, 3] : color]));
    // One that is taken away from the row of colours moves no other.
    expect(speciesColors(run, [{ species: 'A', color: [1, 2, 3] }]).get('B')).toEqual(own.get('B'));
  });

  test('has a diverging scale with zero in its middle for values of both signs', () => {
    expect(coloringOf(run, frame, { ...look, colorBy: 'charge' })).toEqual({
      column: 'charge',
      map: 'cool-warm',
      low: -3,
      high: 3,
    });
    expect(coloringOf(run, frame, { ...look, colorBy: 'mass' })).toMatchObject({
      map: 'viridis',
      low: 1,
      high: 4,
    });
    const own = { ...look, colorBy: 'mass', colorRange: { low: 0, high: 10 }, colorMap: 'grey' } as const;
    expect(coloringOf(run, frame, own)).toMatchObject({ map: 'grey', low: 0, high: 10 });
    expect(coloringOf(run, frame, look).column).toBeNull();
    expect(coloringOf(run, frame, { ...look, colorBy: 'nothing' }).column).toBeNull();
  });

  test('has the ends of the shown frame where that is asked for, and what was typed where it was', () => {
    const other = frameOfSystem(
      createSystem({ positions: [[0, 0, 0]], columns: { charge: [-5], mass: [2] } }),
      1,
    );
    const both = createRun('both', [frame, other]);
    const ends = (of: Frame, colorBy: string, colorRange: ColorRange) => {
      const { low, high } = coloringOf(both, of, { ...look, colorBy, colorRange });
      return [low, high];
    };
    expect(ends(other, 'mass', null)).toEqual([1, 4]);
    expect(ends(other, 'mass', 'frame')).toEqual([2, 2]);
    expect(ends(both.frame(0), 'mass', 'frame')).toEqual([1, 4]);
    // The middle stays zero: the scale diverges, as the values of all frames do.
    expect(ends(both.frame(0), 'charge', null)).toEqual([-5, 5]);
    expect(ends(both.frame(0), 'charge', 'frame')).toEqual([-3, 3]);
    expect(ends(other, 'charge', { low: -1, high: 3 })).toEqual([-1, 3]);
    const taken = (value: unknown) => drawingFields.colorRange(value, 'session.colorRange');
    expect([null, 'frame', { low: 1, high: 2 }].map(taken)).toEqual([null, 'frame', { low: 1, high: 2 }]);
    expect(() => taken({ low: 2, high: 2 })).toThrow(
      'session.colorRange: found 2 to 2, expected the smaller number first',
    );
    expect(() => taken('all')).toThrow(/expected an object/);
    expect(() => taken({ low: 1, high: Number.POSITIVE_INFINITY })).toThrow(/a finite number/);
  });

  test('tells of how many frames the scale is known', () => {
    const half: Run = Object.create(run, {
      version: { value: -1 },
      summaries: { value: () => [run.summaries('mass')[0], undefined, null] },
    });
    expect(seenFrames(half, 'mass')).toBe(2);
    expect(columnRange(half, 'mass')).toEqual({ low: 1, high: 4 });
    // A frame that lacks the column has been seen, too, before and after the first that has it.
    const bare = frameOfSystem(createSystem({ positions: [[0, 0, 0]] }));
    for (const mixed of [
      [bare, frame],
      [frame, bare],
    ]) {
      expect(seenFrames(createRun('bare', mixed), 'mass')).toBe(2);
    }
  });

  test('gives each atom the number whose colour in the palette is its own', () => {
    const bySpecies = coloringOf(run, frame, look);
    const palette = paletteOf(run, bySpecies, look);
    const colors = speciesColors(run);
    Array.from(colorValues(run, frame, bySpecies, look)).forEach((value, i) => {
      expect([...palette.subarray(3 * value, 3 * value + 3)]).toEqual(colors.get(frame.species[i]));
    });
    const byMass = coloringOf(run, frame, { ...look, colorBy: 'mass' });
    expect([...paletteOf(run, byMass, look).subarray(0, 3)]).toEqual(scaleColor(0));
    expect([...paletteOf(run, byMass, look).subarray(-3)]).toEqual(scaleColor(1));
    expect(Array.from(colorValues(run, frame, byMass, look))).toEqual([1, 2, 4]);
  });

  test('has another colour for each of many species', () => {
    const species = Array.from({ length: 20 }, (_, k) => `kind${k}`);
    const many = createRun('many', [
      frameOfSystem(createSystem({ positions: species.map((_, k) => [k, 0, 0]), species })),
    ]);
    const colors = [...speciesColors(many).values()];
    expect(new Set(colors.map(String)).size).toBe(20);
    for (const color of colors) for (const channel of color) expect(channel).toBeGreaterThanOrEqual(0);
  });

  test('is refused from outside where it is no look', () => {
    expect(drawingFields.bonds({ kind: 'cutoff', cutoff: 2 }, 'bonds')).toEqual({
      kind: 'cutoff',
      cutoff: 2,
    });
    expect(() => drawingFields.bonds({ kind: 'cutoff', cutoff: -1 }, 'bonds')).toThrow(/bonds\.cutoff/);
    expect(() => drawingFields.images([1, 1, 1e9], 'images')).toThrow(/images\[2\]/);
    expect(() => drawingFields.colorMap('rainbow', 'colorMap')).toThrow(/viridis/);
    const slice = { axis: 'z', low: 1, high: 2 };
    expect(drawingFields.slice(slice, 'slice')).toEqual(slice);
    expect(drawingFields.slice({ ...slice, high: null }, 'slice')).toEqual({ ...slice, high: null });
    expect(() => drawingFields.slice({ ...slice, low: 3 }, 'slice')).toThrow(/slice: found 3 to 2/);
    expect(() => drawingFields.slice({ ...slice, axis: 'w' }, 'slice')).toThrow(/slice\.axis.*x, y, z/);
    const chosen = (color: unknown) => drawingFields.speciesColors([{ species: 'A', color }], 'colours');
    expect(chosen([1, 2, 3])).toEqual([{ species: 'A', color: [1, 2, 3] }]);
    expect(() => chosen([1, 2, 256])).toThrow(/colours\[0\]\.color\[2\]/);
    expect(() => chosen('red')).toThrow(/colours\[0\]\.color/);
  });

  test('picks an atom alone, more with shift, four at most, and none beside them', () => {
    const session = createSession(run);
    const one = pick(session, 2, false);
    expect(one.picked).toEqual([2]);
    expect(pick(one, 1, true).picked).toEqual([2, 1]);
    expect(pick(one, 2, true).picked).toEqual([]);
    expect(pick({ ...session, picked: [0, 1, 2, 3] }, 4, true).picked).toEqual([1, 2, 3, 4]);
    expect(pick(one, null, false).picked).toEqual([]);
    expect(pick(one, null, true).picked).toEqual([2]);
  });
});
