/** What is wrong with the input is told in one message, with its place; nothing is computed and nothing written. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Folder, fluid, packing2d, type Result, stillpoint, temporaryFolder } from './command-line.js';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function expectRefusal({ code, out, err }: Result, message: RegExp | string): void {
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(message);
  expect(err).toMatch(/^stillpoint: [^\n]+\n$/);
  expect(err).not.toMatch(/\n\s+at /);
}

const box = 'Lattice="9 0 0 0 9 0 0 0 9"';
const columns = 'Properties=species:S:1:pos:R:3';

describe('a malformed structure', () => {
  test.each([
    [
      'fewer atoms than declared',
      `3\n${box} ${columns}\nA 0 0 0\nA 1 0 0\n`,
      /bad\.xyz:5: .*2 of the 3 atoms/,
    ],
    ['more atoms than declared', `1\n${box} ${columns}\nA 0 0 0\nA 1 0 0\n`, /bad\.xyz:4: /],
    ['a count that is none', `many\n${box} ${columns}\nA 0 0 0\n`, /bad\.xyz:1: .*many/],
    [
      'a missing column',
      `1\n${box} ${columns}:diameter:R:1\nA 0 0 0\n`,
      /bad\.xyz:3: .*4 fields, expected 5/,
    ],
    ['no species', `1\n${box} Properties=pos:R:3\n0 0 0\n`, /bad\.xyz:2: .*species/],
    ['NaN among the positions', `1\n${box} ${columns}\nA 0 nan 0\n`, /bad\.xyz:3: .*nan.*finite/],
    ['a cell of no volume', `1\nLattice="9 0 0 0 9 0 9 0 0" ${columns}\nA 0 0 0\n`, /bad\.xyz:2: .*volume/],
    ['no text', '', /bad\.xyz/],
  ])('with %s', async (_, text, message) => {
    const file = folder.write('bad.xyz', text);
    const output = ['-o', folder.path('out.xyz')];
    expectRefusal(await stillpoint('energy', file, '-p', 'lennard-jones', '--cutoff', '3'), message);
    const relax = [
      'relax',
      file,
      '-p',
      'lennard-jones',
      '--cutoff',
      '3',
      '--trajectory',
      folder.path('path.xyz'),
    ];
    expectRefusal(await stillpoint(...relax, ...output), message);
    expectRefusal(
      await stillpoint(
        'sensitivity',
        file,
        '-p',
        'lennard-jones',
        '--cutoff',
        '3',
        '--wrt',
        'sigma',
        ...output,
      ),
      message,
    );
    expect(folder.files()).toEqual(['bad.xyz']);
  });

  test('that does not exist, is a folder, or lacks the frame', async () => {
    expectRefusal(
      await stillpoint('energy', folder.path('none.xyz'), '-p', 'morse'),
      /cannot read .*none\.xyz/,
    );
    expectRefusal(await stillpoint('energy', 'test', '-p', 'morse'), /cannot read test: it is a directory/);
    expectRefusal(
      await stillpoint('energy', fluid, '-p', 'morse', '--frame', '1'),
      /config4\.extxyz has 1 frame, there is no frame 1/,
    );
  });
});

describe('a bad potential', () => {
  test.each([
    [
      'an unknown kind',
      '{ "kind": "lenard-jones" }',
      /bad\.json:1: there is no potential "lenard-jones"; expected "lennard-jones", "soft-sphere", "morse"/,
    ],
    ['no kind', '{\n "cutoff": 3 }', /bad\.json:1: the entry "kind" is missing/],
    ['an unknown entry', '{ "kind": "morse",\n "cuttoff": 3 }', /bad\.json:2: there is no entry "cuttoff"/],
    [
      'an unknown parameter',
      '{ "kind": "morse",\n "parameters": {\n "sigma": 1 } }',
      /bad\.json:3: morse has no parameter "sigma"; it has "D", "alpha", "r0"/,
    ],
    [
      'a negative cutoff',
      '{ "kind": "morse",\n\n "cutoff": -3 }',
      /bad\.json:3: the cutoff must be a positive length, or null for none; found -3/,
    ],
    [
      'a cutoff of the wrong type',
      '{ "kind": "morse", "cutoff": "3" }',
      /bad\.json:1: the cutoff .* found "3"/,
    ],
    [
      'an unknown truncation',
      '{ "kind": "morse", "cutoff": 3,\n"truncation": "cut" }',
      /bad\.json:2: there is no truncation "cut"; expected "none", "shift", "force-shift", "smooth"/,
    ],
    [
      'a truncation without a cutoff',
      '{ "kind": "morse",\n"truncation": "shift" }',
      /bad\.json:2: .*needs a cutoff/,
    ],
    [
      'an onset beyond the cutoff',
      '{ "kind": "morse", "cutoff": 3, "truncation": "smooth",\n"onset": 4 }',
      /bad\.json:2: the onset must lie between 0 and the cutoff 3; found 4/,
    ],
    [
      'an onset of nothing',
      '{ "kind": "morse", "cutoff": 3, "truncation": "shift",\n"onset": 2 }',
      /bad\.json:2: .*goes with the truncation "smooth"/,
    ],
    [
      'a parameter of the wrong type',
      '{ "kind": "morse", "parameters": {\n"D": "1" } }',
      /bad\.json:2: the parameter "D" is "1"; expected a number/,
    ],
    [
      'a list of values',
      '{ "kind": "morse", "parameters": {\n"D": [1, 2] } }',
      /bad\.json:2: the parameter "D" is \[1,2\]/,
    ],
    [
      'an entry of the wrong type',
      '{ "kind": "morse", "parameters": { "D": {\n"A": null } } }',
      /bad\.json:2: the parameter "D" has null for "A"; expected a number/,
    ],
    [
      'no entries',
      '{ "kind": "morse", "parameters": { "D": {} } }',
      /bad\.json:1: the parameter "D" has no entries/,
    ],
    [
      'a column and more',
      '{ "kind": "morse", "parameters": { "D": { "column": "c", "A": 1 } } }',
      /bad\.json:1: .*one or the other/,
    ],
    [
      'two names of one parameter',
      '{ "kind": "soft-sphere",\n"parameters": { "sigma": 1, "diameter": 1 } }',
      /bad\.json:2: .*"diameter"/,
    ],
    [
      'an unknown mixing rule',
      '{ "kind": "morse", "mixing": {\n"D": "golden" } }',
      /bad\.json:2: there is no mixing rule "golden"/,
    ],
    [
      'a mixing rule for no parameter',
      '{ "kind": "morse", "mixing": {\n"Q": "geometric" } }',
      /bad\.json:2: there is no parameter "Q" to mix/,
    ],
    [
      'an exponent that is none of a soft sphere',
      '{ "kind": "soft-sphere", "parameters": { "alpha": -1 } }',
      /bad\.json on .*: soft-sphere needs alpha to be 1 or more, found -1/,
    ],
    ['an entry that names no option', '{ "__proto__": {} }', /bad\.json:1: there is no entry "__proto__"/],
    ['a list instead of an object', '[1]', /bad\.json:1: a potential is an object/],
    [
      'a syntax error',
      '{ "kind": "morse",\n "cutoff": 3,\n}',
      /bad\.json:3: found "}", expected a key in double quotes/,
    ],
    ['an early end', '{ "kind": "morse",\n', /bad\.json:2: the file ends, expected a key/],
  ])('with %s', async (_, text, message) => {
    const file = folder.write('bad.json', text);
    const args = ['relax', packing2d, '--potential', file, '-o', folder.path('out.xyz')];
    expectRefusal(await stillpoint(...args), message);
    expect(folder.files()).toEqual(['bad.json']);
  });

  test.each([
    [
      'a species without a value',
      '{"A":1}',
      /p\.json on .*salt\.xyz: the parameter "epsilon" has no value for B/,
    ],
    ['a pair without a value', '{"A-A":1,"B-B":1}', /no value for A-B/],
    ['two values for one pair', '{"A-A":1,"B-B":1,"A-B":1,"B-A":2}', /symmetric: A-B is 1, B-A is 2/],
    ['a column that is not there', '{"column":"charge"}', /"charge".*no such column; its columns are "name"/],
    ['a column without numbers', '{"column":"name"}', /"name".*no single number an atom/],
  ])('for a structure: %s', async (_, value, message) => {
    const potential = folder.write('p.json', `{"kind":"lennard-jones","parameters":{"epsilon":${value}}}`);
    const salt = folder.write('salt.xyz', `2\n${columns}:name:S:1\nA 0 0 0 x\nB 2 0 0 y\n`);
    expectRefusal(await stillpoint('energy', salt, '-p', potential), message);
  });

  test('that is neither a name nor a file, or without an end in a periodic box', async () => {
    expectRefusal(
      await stillpoint('energy', fluid, '-p', 'leonard-jones'),
      /neither a potential nor a file "leonard-jones"; expected lennard-jones, soft-sphere, morse or a JSON file/,
    );
    expectRefusal(
      await stillpoint('energy', fluid, '-p', 'test'),
      /cannot read test: it is a directory; name a file/,
    );
    expectRefusal(await stillpoint('energy', fluid, '-p', 'lennard-jones'), /cutoff/);
  });

  test('told of by the option where the option is at fault', async () => {
    const args = ['energy', fluid, '-p', 'lennard-jones'];
    expectRefusal(
      await stillpoint(...args, '--cutoff', '3', '--truncation', 'cut'),
      /^stillpoint: --truncation: there is no truncation "cut"/,
    );
    expectRefusal(
      await stillpoint(...args, '--truncation', 'shift'),
      /^stillpoint: --truncation: .*needs a cutoff/,
    );
  });
});

describe('bad usage', () => {
  test.each([
    [[], 'name a command', 'stillpoint --help'],
    [['melt', fluid], 'there is no command, option or argument melt', 'stillpoint --help'],
    [['energy'], 'name a structure file', 'stillpoint energy --help'],
    [['energy', fluid], '--potential is missing: name one of lennard-jones', 'stillpoint energy --help'],
    [
      ['sensitivity', fluid, '-p', 'morse'],
      '--wrt is missing: name a parameter',
      'stillpoint sensitivity --help',
    ],
    [['energy', fluid, '-p'], '-p needs a value', 'stillpoint energy --help'],
    [
      ['energy', fluid, '-p', 'morse', '--force'],
      'there is no command, option or argument force',
      'stillpoint energy --help',
    ],
    [
      ['energy', fluid, packing2d, '-p', 'morse'],
      'there is no command, option or argument',
      'stillpoint energy --help',
    ],
    [
      ['energy', fluid, '-p', 'morse', '--cutoff', '-3'],
      '--cutoff must be a positive number',
      'stillpoint energy --help',
    ],
    [
      ['energy', fluid, '-p', 'morse', '--cutoff', 'far'],
      '--cutoff must be a positive number',
      'stillpoint energy --help',
    ],
    [
      ['relax', fluid, '-p', 'morse', '--max-force', '0'],
      '--max-force must be a positive number; found "0"',
      'stillpoint relax --help',
    ],
    [
      ['relax', fluid, '-p', 'morse', '--max-steps', '1.5'],
      '--max-steps must be a whole number of 0 or more',
      'stillpoint relax --help',
    ],
    [
      ['relax', fluid, '-p', 'morse', '--method', 'newton'],
      '--method cannot be "newton"; expected "fire"',
      'stillpoint relax --help',
    ],
    [['demo', '--diameters', '1'], '--diameters must be two numbers', 'stillpoint demo --help'],
    [['demo', '--seed', 'x'], '--seed must be a whole number', 'stillpoint demo --help'],
  ])('%j is refused with a pointer to the help', async (argv, message, help) => {
    const { code, out, err } = await stillpoint(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err.split('\n')).toEqual([expect.stringContaining(`stillpoint: ${message}`), `See ${help}.`, '']);
  });

  test('a hyphen in the place of a file points at /dev/stdin', async () => {
    expectRefusal(await stillpoint('energy', '-', '-p', 'morse'), 'for standard input give /dev/stdin');
  });

  test('with --json is one object on stdout too', async () => {
    const { code, json, err } = await stillpoint('energy', folder.path('none.xyz'), '-p', 'morse', '--json');
    expect(code).toBe(2);
    expect(json).toEqual({ result: 'bad-input', message: expect.stringMatching(/cannot read/) });
    expect(err).toMatch(/^stillpoint: cannot read/);
  });
});
