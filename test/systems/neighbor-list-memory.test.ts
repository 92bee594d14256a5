/** The list in its memory: the same with any number of threads and without WebAssembly's vectors, and what it says when room ends. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import { type Random, random } from '../../src/random/index.js';
import { Arena, crewFor } from '../../src/wasm/index.js';
import {
  type Box,
  coordinates,
  createBox,
  freeBox,
  lattice,
  NeighborList,
  perturb,
} from '../../systems/index.js';
import type { ListState } from '../../systems/neighbor-list/list-state.js';
import { MemoryList } from '../../systems/neighbor-list/memory-list.js';
import { PlainList } from '../../systems/neighbor-list/plain-list.js';
import { foldVectors } from '../../systems/neighbor-list/site-values.js';
import { randomBox } from './random-box.js';

/** All that a list is made of. */
function contents(list: ListState) {
  const { order, owners, first, list: entries, positions } = list;
  return [order, owners, first, entries ?? [], positions].map((array) => Array.from(array));
}

function inMemory(box: Box, count: number, reach: number, threads = 1): MemoryList {
  const crew = crewFor(Infinity, threads);
  return new MemoryList({ box, count, reach, packed: false, arena: new Arena(crew !== null), crew });
}

function scattered(rng: Random, { dimension: d, vectors }: Box, count: number, spread = 1): Float64Array {
  const x = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    const f = Array.from({ length: d }, () => spread * (rng.uniform() - 0.3));
    for (let m = 0; m < d; m++)
      x[i * d + m] = f.reduce((sum, value, k) => sum + value * vectors[k * d + m], 0);
  }
  return x;
}

describe('a list in WebAssembly', () => {
  test('is the same to the last bit with 1, 2 and 4 threads and in plain JavaScript, in boxes of every kind', () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = random(seed);
      const dimension = seed % 2 === 0 ? 2 : 3;
      const box = randomBox(rng, dimension);
      const count = rng.integer(40);
      const reach = 0.1 + 1.5 * rng.uniform();
      const x = scattered(rng, box, count, 1 + rng.integer(3));
      const plain = new PlainList(box, count, reach);
      plain.build(x);
      for (const threads of [1, 2, 4]) {
        const list = inMemory(box, count, reach, threads);
        // Twice: the second time in a memory that holds what the first has left.
        for (let build = 0; build < 2; build++) {
          list.build(x);
          expect(contents(list)).toEqual(contents(plain));
        }
      }
    }
  });

  test('places atoms, tells how far they have moved, and folds as plain JavaScript does, with any number of threads', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rng = random(seed);
      const box = seed % 3 === 0 ? freeBox(3) : randomBox(rng, seed % 2 === 0 ? 2 : 3);
      const count = 1 + rng.integer(30);
      const reach = 1;
      const x = scattered(rng, box, count);
      const y = x.map((value) => value + 0.1 * rng.normal());
      const z = y.map((value) => value + 0.1 * rng.normal());
      const plain = new PlainList(box, count, reach);
      plain.build(x);
      for (const threads of [1, 2, 4]) {
        const list = inMemory(box, count, reach, threads);
        list.build(x);
        const states: ListState[] = [plain, list];
        const moved = states.map((state) => {
          const before = state.place(y);
          state.mark();
          return [before, state.place(z)];
        });
        expect(moved[1]).toEqual(moved[0]);
        expect(contents(list)).toEqual(contents(plain));
        plain.build(x);
      }
    }
  });

  test('folds as plain JavaScript does and leaves zeros, with any number of threads', () => {
    for (let seed = 0; seed < 12; seed++) {
      const rng = random(seed);
      const d = seed % 2 === 0 ? 2 : 3;
      const box = randomBox(rng, d);
      const count = 1 + rng.integer(30);
      const x = scattered(rng, box, count);
      const plain = new PlainList(box, count, 1);
      plain.build(x);
      const sites = { ...plain, count, dimension: d, stride: d === 2 ? 2 : 4 } as const;
      const w = plain.positions.map((_, k) => (k % 4 === 3 && d === 3 ? 0 : rng.normal()));
      const expected = new Float64Array(count * d);
      foldVectors(sites, Float64Array.from(w), expected);
      for (const threads of [1, 2, 4]) {
        const crew = crewFor(Infinity, threads);
        const arena = new Arena(crew !== null);
        const list = new MemoryList({ box, count, reach: 1, packed: false, arena, crew });
        list.build(x);
        arena.reserve(8 * w.length + 16);
        const sums = arena.float64(w.length);
        sums.set(w);
        const found = new Float64Array(count * d);
        expect(list.fold(sums, found)).toBe(true);
        expect(found).toEqual(expected);
        expect(sums.every((value) => value === 0)).toBe(true);
      }
    }
  });

  test('grows from one build to the next as atoms come closer together', () => {
    const rng = random(3);
    const box = createBox([4, 4, 4]);
    for (const threads of [1, 3]) {
      const list = inMemory(box, 300, 1.1, threads);
      for (const spread of [1, 0.3, 0.05, 1]) {
        const x = scattered(rng, box, 300, spread);
        const plain = new PlainList(box, 300, 1.1);
        plain.build(x);
        list.build(x);
        expect(contents(list)).toEqual(contents(plain));
      }
    }
  });

  test('is kept on threads from 4,000 atoms on, with the same bits', () => {
    const crystal = perturb(lattice({ structure: 'fcc', latticeConstant: 1.6, repeat: 11 }), 0.05, 1);
    const x = coordinates(crystal);
    const lists = [1, 2, 4].map((threads) => {
      const list = new NeighborList(crystal.box, crystal.count, { cutoff: 2.5, threads });
      list.update(x);
      return list;
    });
    for (const list of lists) {
      expect(list.list).toEqual(lists[0].list);
      expect(list.first).toEqual(lists[0].first);
      expect(list.positions).toEqual(lists[0].positions);
      expect(list.order).toEqual(lists[0].order);
    }
  });
});

describe('where the room ends, a list', () => {
  const box = createBox([3, 3, 3]);
  const x = scattered(random(1), box, 600);
  const small = (pages: number, count = 600, reach = 1.4): MemoryList =>
    new MemoryList({ box, count, reach, packed: false, arena: new Arena(false, pages), crew: null });

  test('says so before anything is computed, when there is no room for the atoms alone', () => {
    expect(() => small(1, 5000)).toThrow(InputError);
    expect(() => small(1, 5000)).toThrow(
      /list of 5000 atoms, before it holds a single pair, takes 0\.00 GiB of one WebAssembly memory/,
    );
  });

  test('says how many pairs it wanted to hold when these are too many, and what to do', () => {
    const list = small(5);
    expect(() => list.build(x)).toThrow(InputError);
    expect(() => list.build(x)).toThrow(/600 atoms with about \d+ pairs closer than 1\.4 takes/);
    expect(() => list.build(x)).toThrow(/smaller cutoff or skin, or fewer atoms/);
    // It was the room and nothing else.
    const plain = new PlainList(box, 600, 1.4);
    plain.build(x);
    const enough = small(64);
    enough.build(x);
    expect(contents(enough)).toEqual(contents(plain));
  });

  test('refuses more atoms than it can number, and more than a memory can hold', () => {
    const many = (count: number) => () => new NeighborList(box, count, { cutoff: 1 });
    expect(many(2 ** 29)).toThrow('at most 536870911 atoms, found 536870912');
    expect(many(2 ** 28)).toThrow(InputError);
    expect(many(2 ** 28)).toThrow(/before it holds a single pair, takes \d+\.\d\d GiB.*4\.00 GiB at most/);
  });

  test('refuses a cutoff that spans an endless number of images', () => {
    const thin = createBox([1e-4, 1e-4, 1]);
    const list = new NeighborList(thin, 1, { cutoff: 5 });
    expect(() => list.update(Float64Array.of(0, 0, 0))).toThrow(
      /periodic images.*smaller cutoff, or a supercell/,
    );
  });
});

describe('threads', () => {
  test('end with the worker that owns them, and with its process', () => {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', owner],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect({ status, signal, stdout, stderr }).toEqual({
      status: 0,
      signal: null,
      stdout: 'listed in a worker\nthe worker has ended\n',
      stderr: '',
    });
  });
});

/** A process whose worker builds a list on two threads and has nothing else to do then. */
const owner = `
import { Worker } from 'node:worker_threads';
const text = \`
  (async () => {
    const { coordinates, lattice, NeighborList } = await import(process.cwd() + '/dist/systems/index.js');
    const crystal = lattice({ structure: 'fcc', latticeConstant: 1.6, repeat: 11 });
    const list = new NeighborList(crystal.box, crystal.count, { cutoff: 2.5, threads: 2 });
    list.update(coordinates(crystal));
    require('node:worker_threads').parentPort.postMessage('listed in a worker');
  })();
\`;
const worker = new Worker(text, { eval: true, execArgv: [] });
worker.on('message', (message) => console.log(message));
worker.on('exit', () => console.log('the worker has ended'));
`;
