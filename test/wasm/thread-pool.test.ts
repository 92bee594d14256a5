/** Calls on several threads: every part is run once, whoever takes it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  defineFunction,
  encodeModule,
  f64,
  type SharedInstance,
  type Threads,
  threads,
} from '../../src/wasm/index.js';

const pages = { initial: 1, maximum: 1, shared: true };

/** add(at, x): adds x to the number at an address and returns the new one; outside of memory it fails. */
const add = defineFunction('add', { at: 'i32', x: 'i32' } as const, 'f64', (f, p) => {
  const sum = f.let(f64.add(f64.load(p.at), f64.convertI32S(p.x)));
  f.store(p.at, sum);
  return sum;
});

/** wait(turns): takes a while. */
const wait = defineFunction('wait', { turns: 'i32' } as const, 'f64', (f, p) => {
  const turn = f.local('i32');
  const x = f.let(f64.const(2));
  f.for(turn, 0, p.turns, 1, () => f.set(x, f64.sqrt(f64.add(x, 2))));
  return f64.add(x, 1);
});

function open(pool: Threads): { shared: SharedInstance; numbers: Float64Array } {
  const memory = new WebAssembly.Memory(pages);
  const module = new WebAssembly.Module(encodeModule([add, wait], pages));
  return { shared: pool.instantiate(module, memory), numbers: new Float64Array(memory.buffer) };
}

function pool(count: number): Threads {
  const found = threads(count);
  if (found === null) throw new Error('this machine lets no threads start');
  return found;
}

test.each([2, 3])('with %i threads each list is run once, however many there are', (count) => {
  const { shared, numbers } = open(pool(count));
  const lists = Array.from({ length: 150 }, (_, k) => [8 * k, k + 1]);
  expect(shared.call('add', lists)).toEqual(lists.map(([, x]) => x));
  expect(shared.call('add', lists)).toEqual(lists.map(([, x]) => 2 * x));
  expect(Array.from(numbers.subarray(0, 151))).toEqual([...lists.map(([, x]) => 2 * x), 0]);
});

test('calls that follow each other closely, and calls to threads that sleep, give what they should', async () => {
  const { shared, numbers } = open(pool(3));
  for (let call = 1; call <= 3000; call++) {
    const parts = 2 + (call % 4);
    const lists = Array.from({ length: parts }, (_, k) => [64 * k, call % 7]);
    const before = lists.map(([at]) => numbers[at / 8]);
    expect(shared.call('add', lists)).toEqual(lists.map(([, x], k) => before[k] + x));
    if (call % 600 === 0) await sleep(10);
  }
});

test('parts of different length do not hold each other up, and results come in the order of the lists', () => {
  const { shared } = open(pool(2));
  const results = shared.call('wait', [[3_000_000], [1], [1], [0], [2]]);
  expect(results[0]).toBeCloseTo(3, 12);
  expect(results.slice(1)).toEqual([3, 3, 3, 3]);
});

test('a module that is made between two calls is known to all threads at the second', () => {
  const crew = pool(2);
  for (let k = 0; k < 50; k++) {
    const { shared } = open(crew);
    const lists = Array.from({ length: 8 }, (_, m) => [8 * m, m]);
    expect(shared.call('add', lists)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  }
});

test('a part that fails makes the call fail when all others are done, and the next call works', () => {
  const { shared, numbers } = open(pool(2));
  for (let k = 0; k < 20; k++) {
    numbers.fill(0);
    // The failing part is the first, which the caller takes, or the last, which a thread may take.
    const lists = Array.from({ length: 6 }, (_, m) => [8 * m, 1]);
    const failing = [65_536, 1];
    expect(() => shared.call('add', k % 2 === 0 ? [failing, ...lists] : [...lists, failing])).toThrow(
      /thread failed|out of bounds/,
    );
    expect(Array.from(numbers.subarray(0, 7))).toEqual([1, 1, 1, 1, 1, 1, 0]);
    expect(shared.call('add', lists)).toEqual([2, 2, 2, 2, 2, 2]);
  }
});
