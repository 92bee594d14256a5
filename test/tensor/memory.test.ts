import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { createHeap, doubles, leastInHeap, openHeap } from '../../src/tensor/memory/index.js';

const { uniform } = random(2);
const between = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1));

describe('the heap', () => {
  test('gives arrays that overlap no other, keep what is written, and come again when released', () => {
    const heap = createHeap();
    if (heap === null) throw new Error('no heap');
    const held = new Map<Float64Array, number>();
    let stamp = 0;
    for (let round = 0; round < 4000; round++) {
      if (held.size > 40 || (held.size > 0 && uniform() < 0.45)) {
        const [array, mark] = [...held][between(0, held.size - 1)];
        expect(array.every((value) => value === mark)).toBe(true);
        held.delete(array);
        heap.release(array);
      } else {
        const array = heap.allocate(uniform() < 0.1 ? between(1000, 30_000) : between(0, 900));
        if (array === null) throw new Error('full');
        expect(array.byteOffset % 64).toBe(0);
        held.set(array, ++stamp);
        array.fill(stamp);
      }
    }
    for (const [array, mark] of held) {
      expect(array.every((value) => value === mark)).toBe(true);
      heap.release(array);
    }
    const size = heap.memory.buffer.byteLength;
    const all = heap.allocate((size - 1024) / 8);
    expect(all).not.toBeNull();
    expect(heap.memory.buffer.byteLength).toBe(size);
  });

  test('grows without voiding arrays, and says when there is no room', () => {
    const heap = createHeap();
    const small = heap?.allocate(1000)?.fill(7);
    expect(heap?.allocate(10_000_000)).not.toBeNull();
    expect(small?.every((value) => value === 7)).toBe(true);
    expect(heap?.holds(small as Float64Array)).toBe(true);
    expect(heap?.allocate(2 ** 29)).toBeNull();
  });

  test('takes an array back once, and nothing that is not its own', () => {
    const heap = createHeap();
    const a = heap?.allocate(100) as Float64Array;
    heap?.release(a);
    heap?.release(a);
    const b = heap?.allocate(100) as Float64Array;
    heap?.release(a);
    heap?.release(new Float64Array(100));
    heap?.release(b.subarray(0, 50));
    expect(heap?.allocate(100)?.byteOffset).not.toBe(b.byteOffset);
  });
});

describe('large tensors', () => {
  const size = 4 * leastInHeap;

  test('hold copies: what a caller holds is the caller’s', () => {
    const given = new Float64Array(size).fill(1);
    const tensor = float64(given);
    given.fill(2);
    expect(toFloat64(tensor)[5]).toBe(1);
    const read = tensor.dataSync();
    read.fill(3);
    expect(toFloat64(tensor)[5]).toBe(1);
    expect(tf.sum(tensor).dataSync()[0]).toBe(size);
    const made = tf.engine().makeTensor(given as unknown as Float32Array, [size], 'float32');
    given.fill(9);
    expect(toFloat64(made)[0]).toBe(2);
    tf.dispose([tensor, made]);
  });

  test('leave what was read from them as it was when they are gone', async () => {
    const tensor = float64(new Float64Array(size).fill(4));
    const early = tensor.dataSync();
    const later = await tensor.data();
    const buffer = tensor.bufferSync();
    tensor.dispose();
    const others = Array.from({ length: 20 }, () => float64(new Float64Array(size).fill(5)));
    for (const values of [early, later, buffer.values]) {
      expect((values as Float32Array).every((value) => value === 4)).toBe(true);
    }
    tf.dispose(others);
  });

  test('live as long as one of those that share their numbers', () => {
    const tensor = float64(new Float64Array(size).fill(6), [size]);
    const shaped = tf.reshape(tensor, [2, size / 2]);
    const copy = tf.clone(shaped);
    tensor.dispose();
    const other = float64(new Float64Array(size).fill(1));
    shaped.dispose();
    expect(toFloat64(copy).every((value) => value === 6)).toBe(true);
    tf.dispose([copy, other]);
  });

  test('give their memory back: a long computation takes no more than a short one', () => {
    const x = float64(new Float64Array(100_000).fill(0.5), [1000, 100]);
    const step = (): void =>
      tf.tidy(() => void tf.grad((y: tf.Tensor) => tf.sum(tf.exp(tf.matMul(y, y, true))))(x));
    step();
    const pages = openHeap()?.memory.buffer.byteLength;
    const { numTensors, numBytes } = tf.memory();
    for (let k = 0; k < 30; k++) step();
    expect(openHeap()?.memory.buffer.byteLength).toBe(pages);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    x.dispose();
  });

  test('move to another backend and back', () => {
    const tensor = float64(Float64Array.from({ length: size }, (_, i) => i / 4));
    const backend = tf.getBackend();
    tf.setBackend('cpu');
    const doubled = tf.mul(tensor, 2);
    tf.setBackend(backend);
    expect(toFloat64(tf.add(doubled, 0))[9]).toBe(4.5);
    tf.dispose([tensor, doubled]);
  });

  test('that nobody disposed of leave their memory to the collector', async () => {
    const heap = createHeap();
    if (heap === null) throw new Error('no heap');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const wasted = (): void => void heap.allocate(1_000_000);
    for (let k = 0; k < 50; k++) wasted();
    await expect
      .poll(() => {
        collect();
        // As long as the lost blocks are not back, this takes new memory.
        const before = heap.memory.buffer.byteLength;
        const array = heap.allocate(40_000_000);
        if (array !== null) heap.release(array);
        return array !== null && heap.memory.buffer.byteLength === before;
      })
      .toBe(true);
  });
});

test('a small array is JavaScript’s own', () => {
  expect(openHeap()?.holds(doubles(leastInHeap - 1))).toBe(false);
  expect(openHeap()?.holds(doubles(leastInHeap))).toBe(true);
});
