import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import {
  type Column,
  coordinates,
  createBox,
  createSystem,
  formatExtendedXyz,
  type Info,
  numberColumn,
  parseExtendedXyz,
  type System,
  streamExtendedXyz,
} from '../../systems/index.js';

const read = (path: string): System[] => parseExtendedXyz(readFileSync(path, 'utf8'), path);

const one = (text: string): System => {
  const frames = parseExtendedXyz(text, 'test.xyz');
  expect(frames).toHaveLength(1);
  return frames[0];
};

const infoOf = (entries: string): Record<string, Info> =>
  Object.fromEntries(one(`1\nProperties=species:S:1:pos:R:3 ${entries}\nA 0 0 0\n`).info);

async function streamed(chunks: Iterable<Uint8Array | string>): Promise<System[]> {
  const frames: System[] = [];
  for await (const frame of streamExtendedXyz(chunks, 'test.xyz')) frames.push(frame);
  return frames;
}

describe('extended XYZ', () => {
  test.each([
    'nist-lj/config1',
    'nist-lj/config4',
    'packings/bidisperse-3d-128',
    'packings/polydisperse-2d-64',
    'ase/every-kind',
    'ase/slab',
    'ase/trajectory',
    'ase/water',
  ])('%s reads back from what is written with the same values to the last bit', (name) => {
    const frames = read(`test/data/${name}.extxyz`);
    expect(parseExtendedXyz(frames.map((frame) => formatExtendedXyz(frame)).join(''))).toEqual(frames);
  });

  test('numbers of the reference files are those of the text', () => {
    const path = 'test/data/packings/bidisperse-3d-128.extxyz';
    const [system] = read(path);
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => line.split(' '));
    expect(system.species).toEqual(rows.map((row) => row[0]));
    expect(Array.from(coordinates(system))).toEqual(rows.flatMap((row) => row.slice(1, 4).map(Number)));
    expect(Array.from(numberColumn(system, 'diameter'))).toEqual(rows.map((row) => Number(row[4])));
    expect(system.box).toEqual(createBox([4.457975709380234, 4.457975709380234, 4.457975709380234]));
  });

  test('a two-dimensional file gives a system of the plane', () => {
    const [system] = read('test/data/packings/polydisperse-2d-64.extxyz');
    expect(system.dimension).toBe(2);
    expect(system.box).toEqual(createBox([7.750427137803395, 7.750427137803395]));
    expect(Array.from(coordinates(system).subarray(0, 4))).toEqual([
      3.5860229148291745, 0.8439857081324466, 6.313511200922935, 0.46210703921475343,
    ]);
    expect(system.info.size).toBe(0);
    const [count, comment, first] = formatExtendedXyz(system).split('\n');
    expect(count).toBe('64');
    expect(comment).toBe(
      'Lattice="7.750427137803395 0 0 0 7.750427137803395 0 0 0 1" Properties=species:S:1:pos:R:3:diameter:R:1 pbc="T T F" dimension=2',
    );
    expect(first).toBe('A 3.5860229148291745 0.8439857081324466 0 0.8333333333333338');
  });

  test('any system of random columns and comment entries reads back as it was', () => {
    const word = fc.stringMatching(/^[!-~]{1,16}$/);
    const real = fc.double({ noNaN: true, noDefaultInfinity: true });
    const scalar = fc.oneof(
      real,
      fc.boolean(),
      fc.string(),
      fc.string({ unit: 'binary' }),
      word,
      fc.constantFrom('T', '1 2 3', '', 'a\nb', '_JSON 1'),
    );
    const info: fc.Arbitrary<Info> = fc.oneof(
      scalar,
      fc.array(real),
      fc.array(fc.boolean()),
      fc.array(fc.string()),
      fc.array(scalar, { minLength: 1 }),
      fc
        .integer({ min: 1, max: 3 })
        .chain((width) =>
          fc.array(fc.array(scalar, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 3 }),
        ),
    );
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z_0-9]{0,8}$/);
    const columnName = fc.oneof(name, fc.string({ minLength: 1 })).filter((text) => !text.includes(':'));
    const usable = (key: string): boolean => !/^(lattice|pbc|properties|dimension|species|pos)$/i.test(key);
    const column = (count: number): fc.Arbitrary<Column> =>
      fc.integer({ min: 1, max: 4 }).chain((width) => {
        const size = { minLength: count * width, maxLength: count * width };
        return fc.oneof(
          fc.array(real, size).map((v): Column => ({ kind: 'real', width, values: Float64Array.from(v) })),
          fc
            .array(fc.maxSafeInteger(), size)
            .map((v): Column => ({ kind: 'integer', width, values: Float64Array.from(v) })),
          fc.array(word, size).map((values): Column => ({ kind: 'string', width, values })),
          fc.array(fc.boolean(), size).map((values): Column => ({ kind: 'logical', width, values })),
        );
      });
    const systems = fc
      .record({ count: fc.integer({ min: 0, max: 5 }), dimension: fc.constantFrom(2, 3) })
      .chain(({ count, dimension }) => {
        const size = { minLength: count * dimension, maxLength: count * dimension };
        return fc.record({
          count: fc.constant(count),
          dimension: fc.constant(dimension),
          positions: fc.array(real, size).map((x) => Float64Array.from(x)),
          species: fc.array(word, { minLength: count, maxLength: count }),
          edges: fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), {
            minLength: dimension,
            maxLength: dimension,
          }),
          periodic: fc.array(fc.boolean(), { minLength: dimension, maxLength: dimension }),
          free: fc.boolean(),
          columns: fc.dictionary(columnName.filter(usable), column(count), { maxKeys: 4 }),
          info: fc.array(fc.tuple(fc.oneof(name, word, fc.string({ minLength: 1 })).filter(usable), info)),
        });
      });
    fc.assert(
      fc.property(systems, ({ dimension, positions, species, edges, periodic, free, columns, info }) => {
        const system = createSystem({
          positions,
          dimension,
          species,
          columns,
          info: new Map(info),
          ...(free ? {} : { box: createBox(edges, periodic) }),
        });
        const back = one(formatExtendedXyz(system));
        // toEqual takes 0 for −0; Object.is does not.
        expect(Array.from(coordinates(back)).every((x, k) => Object.is(x, positions[k]))).toBe(true);
        expect(back).toEqual(system);
        expect([...back.info.keys()]).toEqual([...system.info.keys()]);
        expect([...back.columns.keys()]).toEqual([...system.columns.keys()]);
      }),
      { numRuns: 1000, seed: 11 },
    );
  });

  test('columns and comment entries given beside the system are written with it and replace its own', () => {
    const system = createSystem({ positions: [[0, 0, 0]], columns: { charge: [1] }, info: { step: 1 } });
    const text = formatExtendedXyz(system, {
      columns: { charge: [2], force: [[1, 2, 3]] },
      info: { step: 2, energy: -1 },
    });
    expect(text).toBe(
      '1\nProperties=species:S:1:pos:R:3:charge:R:1:force:R:3 pbc="F F F" step=2 energy=-1\nA 0 0 0 2 1 2 3\n',
    );
  });
});

describe('the comment line', () => {
  test('gives numbers, truth values, strings and vectors their type, in their order', () => {
    const info = infoOf(
      'n=3 x=-1.5e-7 fortran=1.0D-3 yes=T no=false name=Cu quoted="hello world" escaped="say \\"hi\\" \\\\ there" ' +
        'vector="1 2.5 -3" flags="T F T" single="7" bracket=[1, 2, 3] words=["a b", c] matrix=[[1, 2], [3, 4]] ' +
        'braces={4 5} spaced = 6 path=/home/x,y:z lines="a\\nb" "odd key"=1 empty="" one=[1]',
    );
    expect(Object.entries(info)).toEqual([
      ['n', 3],
      ['x', -1.5e-7],
      ['fortran', 1e-3],
      ['yes', true],
      ['no', false],
      ['name', 'Cu'],
      ['quoted', 'hello world'],
      ['escaped', 'say "hi" \\ there'],
      ['vector', [1, 2.5, -3]],
      ['flags', [true, false, true]],
      ['single', 7],
      ['bracket', [1, 2, 3]],
      ['words', ['a b', 'c']],
      [
        'matrix',
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ['braces', [4, 5]],
      ['spaced', 6],
      ['path', '/home/x,y:z'],
      ['lines', 'a\nb'],
      ['odd key', 1],
      ['empty', ''],
      ['one', [1]],
    ]);
  });

  test('says which directions repeat in any of the usual ways', () => {
    const periodic = (pbc: string): readonly boolean[] =>
      one(`1\nLattice="1 0 0 0 1 0 0 0 1" Properties=species:S:1:pos:R:3 ${pbc}\nA 0 0 0\n`).box.periodic;
    expect(periodic('')).toEqual([true, true, true]);
    for (const pbc of [
      'pbc="T T F"',
      'pbc="1 1 0"',
      'pbc=[T, T, F]',
      'pbc="true True FALSE"',
      'PBC="T,T,F"',
      'pbc={T T F}',
    ]) {
      expect(periodic(pbc), pbc).toEqual([true, true, false]);
    }
    expect(periodic('pbc=F')).toEqual([false, false, false]);
  });

  test('without a Lattice means a free system, and its keywords may be in small letters', () => {
    const system = one('2\nproperties=species:S:1:pos:R:3 energy=-1\nA 0 0 0\nB 1 1 1\n');
    expect(system.box.volume).toBeNull();
    expect(system.box.periodic).toEqual([false, false, false]);
    const small = one('1\nlattice="2 0 0 0 2 0 0 0 2" properties=species:S:1:pos:R:3\nA 0 0 0\n');
    expect(small.box).toEqual(createBox([2, 2, 2]));
  });

  test('of plain XYZ may say anything: the columns are species and position', () => {
    const water = read('test/data/ase/water.xyz');
    expect(water[0].species).toEqual(['O', 'H', 'H']);
    expect(coordinates(water[0])).toEqual(coordinates(read('test/data/ase/water.extxyz')[0]));
    const remark = one('1\nLJ dimer, energy = -1 (relaxed)\nA 0 1 2 0.5 0.6\n');
    expect([...remark.info]).toEqual([['comment', 'LJ dimer, energy = -1 (relaxed)']]);
    expect(Array.from(coordinates(remark))).toEqual([0, 1, 2]);
    expect([...one('1\nenergy=-1.5 dimension=2\nA 3 4 0\n').info]).toEqual([['energy', -1.5]]);
    expect(one(formatExtendedXyz(remark))).toEqual(remark);
  });
});

describe('files as they are found', () => {
  const text = '2\nProperties=species:S:1:pos:R:3:forces:R:3:id:I:1\nA 0 0 0 1 2 3 1\nB 1 1 1 -1 -2 -3 2\n';

  test('may have CRLF, a byte order mark, tabs, blank lines at the end or no line feed there', () => {
    const [system] = parseExtendedXyz(text);
    const variants = [
      text.replaceAll('\n', '\r\n'),
      `\uFEFF${text}`,
      text.replaceAll(' 1', '\t 1').replace('2\n', ' 2 \n'),
      `${text}\n\n  \n`,
      text.trimEnd(),
    ];
    for (const variant of variants) expect(parseExtendedXyz(variant)).toEqual([system]);
    expect(Array.from(numberColumn(system, 'forces', 3))).toEqual([1, 2, 3, -1, -2, -3]);
    expect(system.columns.get('id')?.kind).toBe('integer');
  });

  test('may have numbers as Fortran writes them, and species by number', () => {
    const system = one('1\nProperties=species:I:1:pos:R:3\n29 1.0D-3 +.5d+01 -2.E0\n');
    expect(system.species).toEqual(['29']);
    expect(Array.from(coordinates(system))).toEqual([0.001, 5, -2]);
  });

  test('as ASE writes them give what was put in', () => {
    const [system] = read('test/data/ase/every-kind.extxyz');
    expect(Object.fromEntries(system.info)).toEqual({
      name: 'hello world',
      n: 3,
      x: 1.5e-7,
      flag: true,
      vector: [1, 2, 3],
      integers: [1, 2],
      matrix: [
        [0, 1, 2],
        [3, 4, 5],
      ],
      flags: [true, false],
      labels: ['a', 'b c'],
      quoted: 'say "hi"',
      negative: -1,
      empty: '',
      nested: '_JSON {"a": 1}',
    });
    expect(Array.from(system.box.vectors)).toEqual([0, 3.61, 3.61, 1.805, 0, 1.805, 1.805, 1.805, 0]);
    expect(Array.from(numberColumn(system, 'tag'))).toEqual([1, -2]);
    expect(system.columns.get('fixed')?.values).toEqual([true, false]);
    expect(system.columns.get('site')?.values).toEqual(['aa', 'b']);
    const [slab] = read('test/data/ase/slab.extxyz');
    expect(slab.box.periodic).toEqual([true, true, false]);
    expect(slab.box.volume).toBeNull();
    const frames = read('test/data/ase/trajectory.extxyz');
    expect(frames.map((frame) => frame.info.get('energy'))).toEqual([
      -28.91764705076533,
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(numberColumn(frames[2], 'forces', 3)).toHaveLength(12);
  });

  test('of 100,000 atoms take well under a second', () => {
    const positions = Float64Array.from({ length: 300_000 }, (_, k) => Math.sin(k) * 50);
    const large = formatExtendedXyz(
      createSystem({ positions, dimension: 3, columns: { charge: positions.slice(0, 100_000) } }),
    );
    parseExtendedXyz(large);
    const start = performance.now();
    const system = one(large);
    const seconds = (performance.now() - start) / 1000;
    expect(coordinates(system)).toEqual(positions);
    expect(seconds).toBeLessThan(1);
  });
});

describe('a stream', () => {
  const text = readFileSync('test/data/ase/trajectory.extxyz', 'utf8')
    .replaceAll('\n', '\r\n')
    .replaceAll('Ar', 'Är');
  const expected = parseExtendedXyz(text);

  test('cut anywhere gives the same frames as the whole text', async () => {
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 7, 1000, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) =>
        bytes.subarray(k * size, (k + 1) * size),
      );
      expect(await streamed(pieces)).toEqual(expected);
    }
    expect(await streamed(text.split(/(?=3)/))).toEqual(expected);
    expect(await streamed([text.trimEnd()])).toEqual(expected);
  });

  test('of the web is read too, and closed when the loop ends early', async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(text)),
      cancel: () => {
        cancelled = true;
      },
    });
    let seen = 0;
    for await (const frame of streamExtendedXyz(source)) {
      expect(frame).toEqual(expected[seen % 3]);
      if (++seen === 7) break;
    }
    expect(cancelled).toBe(true);
  });

  test('gives the frames before a fault and then the error', async () => {
    const frames: System[] = [];
    const read = async (): Promise<void> => {
      for await (const frame of streamExtendedXyz([text, '4\n'], 'long.xyz')) frames.push(frame);
    };
    await expect(read()).rejects.toThrow('long.xyz:20: the file ends before its comment line of frame 4');
    expect(frames).toEqual(expected);
  });
});

describe('bad input is refused with the line, what was found and what was expected', () => {
  const P = 'Properties=species:S:1:pos:R:3';
  const L = 'Lattice="1 0 0 0 1 0 0 0 1"';
  const cases: [string, string, string][] = [
    ['an empty file', '', 'bad.xyz:1: the file is empty; expected the number of atoms on the first line'],
    ['only blank lines', '\n \n', 'bad.xyz:1: the file is empty'],
    [
      'a count that is no number',
      `two\n${P}\nA 0 0 0\n`,
      'bad.xyz:1: found "two", expected the number of atoms',
    ],
    ['a negative count', `-1\n${P}\n`, 'bad.xyz:1: found "-1", expected the number of atoms'],
    [
      'fewer atoms than declared',
      `10\n${P}\n${'A 0 0 0\n'.repeat(8)}`,
      'bad.xyz:11: the file ends after 8 of the 10 atoms of frame 1, expected 10 atom lines as line 1 declares',
    ],
    [
      'a truncated last frame',
      `1\n${P}\nA 0 0 0\n2\n${P}\nA 0 0 0\n`,
      'bad.xyz:7: the file ends after 1 of the 2 atoms of frame 2, expected 2 atom lines as line 4 declares',
    ],
    [
      'a frame short of an atom',
      `2\n${P}\nA 0 0 0\n1\n${P}\nA 0 0 0\n`,
      'bad.xyz:4: atom 2 of 2 has 1 field, expected 4',
    ],
    [
      'more atoms than declared',
      `1\n${P}\nA 0 0 0\nA 1 1 1\n`,
      'bad.xyz:4: found "A 1 1 1", expected the number of atoms of frame 2 (does frame 1 have more atoms',
    ],
    ['a missing column', `1\n${P}:charge:R:1\nA 0 0 0\n`, 'bad.xyz:3: atom 1 of 1 has 4 fields, expected 5'],
    [
      'a column too many',
      `1\n${P}\nA 0 0 0 7\n`,
      'bad.xyz:3: atom 1 of 1 has more than the 4 fields that Properties declares: found "7"',
    ],
    [
      'a position that is NaN',
      `1\n${P}\nA 0 nan 0\n`,
      'bad.xyz:3: found "nan" in the column "pos" of atom 1, expected a finite number',
    ],
    ['an infinite one', `1\n${P}\nA 0 0 Infinity\n`, 'bad.xyz:3: found "Infinity" in the column "pos"'],
    ['one that overflows', `1\n${P}\nA 0 0 1e999\n`, 'bad.xyz:3: found "1e999" in the column "pos"'],
    ['a hexadecimal one', `1\n${P}\nA 0 0 0x10\n`, 'bad.xyz:3: found "0x10" in the column "pos"'],
    [
      'a word for a number',
      `2\n${P}:q:R:1\nA 0 0 0 1\nA 0 0 0 one\n`,
      'bad.xyz:4: found "one" in the column "q" of atom 2, expected a finite number',
    ],
    [
      'a fraction for an integer',
      `1\n${P}:id:I:1\nA 0 0 0 1.5\n`,
      'bad.xyz:3: found "1.5" in the column "id" of atom 1, expected a whole number',
    ],
    [
      'an integer that a double cannot hold',
      `1\n${P}:id:I:1\nA 0 0 0 9007199254740993\n`,
      'expected a whole number',
    ],
    [
      'a number for a truth value',
      `1\n${P}:fixed:L:1\nA 0 0 0 2\n`,
      'bad.xyz:3: found "2" in the column "fixed" of atom 1, expected T or F',
    ],
    [
      'a cell of zero volume',
      `1\nLattice="1 0 0 0 1 0 1 1 0" ${P}\nA 0 0 0\n`,
      'bad.xyz:2: the lattice vectors [1, 0, 0] [0, 1, 0] [1, 1, 0] span no volume',
    ],
    [
      'a periodic vector of zero',
      `1\nLattice="1 0 0 0 1 0 0 0 0" ${P} pbc="T T T"\nA 0 0 0\n`,
      'span no volume',
    ],
    [
      'a cell of eight numbers',
      `1\nLattice="1 0 0 0 1 0 0 0" ${P}\nA 0 0 0\n`,
      'bad.xyz:2: the Lattice is 8 numbers; expected 9 numbers',
    ],
    [
      'a cell with a word',
      `1\nLattice="1 0 0 0 1 0 0 0 x" ${P}\nA 0 0 0\n`,
      'bad.xyz:2: the Lattice is "1 0 0 0 1 0 0 0 x"; expected 9 numbers',
    ],
    [
      'a cell out of the plane',
      `1\nLattice="1 0 1 0 1 0 0 0 1" ${P} dimension=2\nA 0 0 0\n`,
      'must lie in the plane',
    ],
    [
      'an atom out of the plane',
      `1\n${P} dimension=2\nA 0 0 0.1\n`,
      'bad.xyz:3: found z = 0.1 for atom 1 of a two-dimensional system, expected 0',
    ],
    [
      'a dimension of four',
      `1\n${P} dimension=4\nA 0 0 0\n`,
      'bad.xyz:2: found dimension=4; expected 2 or 3',
    ],
    [
      'periodicity without a cell',
      `1\n${P} pbc="T T F"\nA 0 0 0\n`,
      'bad.xyz:2: found pbc="T T F" without a Lattice',
    ],
    [
      'two periodicities',
      `1\n${L} ${P} pbc="T T"\nA 0 0 0\n`,
      'bad.xyz:2: found pbc="true true"; expected three of T and F',
    ],
    [
      'a periodicity that is a word',
      `1\n${L} ${P} pbc="T T yes"\nA 0 0 0\n`,
      'found pbc="T T yes"; expected three of T and F',
    ],
    [
      'a quote that is never closed',
      `1\n${P} name="abc\nA 0 0 0\n`,
      'bad.xyz:2: the value of "name" opens a quote at character 37 that is never closed',
    ],
    ['a stray quote', `1\n${P} name=ab"c\nA 0 0 0\n`, 'bad.xyz:2: found a stray quote in name=ab"c'],
    [
      'text after a quote',
      `1\n${P} name="ab"c\nA 0 0 0\n`,
      'bad.xyz:2: found "c" right after the value of "name"',
    ],
    ['an open bracket', `1\n${P} v=[1, 2\nA 0 0 0\n`, 'the value of "v" opens a [ that is never closed'],
    ['a ragged matrix', `1\n${P} m=[[1, 2], [3]]\nA 0 0 0\n`, 'the rows of "m" are of unequal length'],
    [
      'a key without a value',
      `1\n${P} converged\nA 0 0 0\n`,
      'bad.xyz:2: found "converged" without a value in the comment line; expected key=value',
    ],
    ['a key given twice', `1\n${P} a=1 a=2\nA 0 0 0\n`, 'bad.xyz:2: the comment line gives "a" twice'],
    [
      'Properties that are no triplets',
      '1\nProperties=species:S:1:pos:R\nA 0 0 0\n',
      'bad.xyz:2: found Properties=species:S:1:pos:R of 5 parts; expected name:kind:width triplets',
    ],
    [
      'a kind that does not exist',
      '1\nProperties=species:S:1:pos:X:3\nA 0 0 0\n',
      'bad.xyz:2: found "pos:X:3" in Properties; the kind must be S',
    ],
    [
      'a width of zero',
      `1\n${P}:q:R:0\nA 0 0 0\n`,
      'bad.xyz:2: found "q:R:0" in Properties; the width must be a whole number from 1 on',
    ],
    [
      'a column named twice',
      `1\n${P}:pos:R:3\nA 0 0 0 0 0 0\n`,
      'bad.xyz:2: Properties names the column "pos" twice',
    ],
    [
      'no positions',
      '1\nProperties=species:S:1:x:R:3\nA 0 0 0\n',
      'bad.xyz:2: Properties has the columns species, x but no "pos"; expected pos:R:3',
    ],
    ['no species', '1\nProperties=pos:R:3\n0 0 0\n', 'no "species"; expected species:S:1 among them'],
    [
      'positions of four coordinates',
      '1\nProperties=species:S:1:pos:R:4\nA 0 0 0 0\n',
      'the column "pos" is of kind real and width 4; expected pos:R:3',
    ],
  ];

  test.each(cases)('%s', async (_, text, message) => {
    const parse = (): System[] => parseExtendedXyz(text, 'bad.xyz');
    expect(parse).toThrow(InputError);
    expect(parse).toThrow(message);
    const stream = async (): Promise<void> => {
      for await (const frame of streamExtendedXyz(text, 'bad.xyz')) expect(frame.count).toBeGreaterThan(0);
    };
    await expect(stream()).rejects.toThrow(message);
  });

  test('a count that only the file claims reserves no memory for it', () => {
    expect(() => parseExtendedXyz(`9007199254740991\n${P}\nA 0 0 0\n`)).toThrow(
      'the file ends after 1 of the 9007199254740991 atoms',
    );
  });

  test('what the format cannot hold is not written', () => {
    const positions = [[0, 0, 0]];
    const write = (options: object) => () => formatExtendedXyz(createSystem({ positions, ...options }));
    expect(write({ columns: { q: [Number.NaN] } })).toThrow(
      'column "q" of atom 1 is NaN; only finite numbers',
    );
    expect(write({ columns: { n: { kind: 'integer', width: 1, values: Float64Array.of(0.5) } } })).toThrow(
      'holds whole numbers',
    );
    expect(write({ columns: { pos: [1] } })).toThrow('a column cannot be named "pos"');
    expect(write({ columns: { 'a:b': [1] } })).toThrow('the column name "a:b" cannot be written');
    expect(write({ info: { Lattice: 1 } })).toThrow('a comment entry cannot be named "Lattice"');
    expect(write({ info: { energy: Number.NaN } })).toThrow('the comment entry "energy" is NaN');
    for (const value of [null, undefined, { a: 1 }]) {
      expect(write({ info: { energy: value as never } })).toThrow(
        'expected a number, a truth value, a string or a list',
      );
    }
    expect(write({ info: { '': 1 } })).toThrow('an empty name');
    expect(write({ species: 'two words' })).toThrow(
      'the label "two words" in the column "species" of atom 1',
    );
    expect(write({ species: [''] })).toThrow('labels have no spaces and are not empty');
  });
});
