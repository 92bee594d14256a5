import { readFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as projection from '../../src/projection/index.js';
import * as proximal from '../../src/proximal/index.js';
import { float64, type NestedNumbers, toFloat64, vjp } from '../../src/tensor/index.js';
import { distance } from './harness.js';

interface Case {
  name: string;
  arguments: { x: NestedNumbers } & Record<string, NestedNumbers>;
  value: NestedNumbers;
  jacobians?: Record<string, NestedNumbers>;
}

type Tensors = Record<string, tf.Tensor>;
type Operator = (x: tf.Tensor, parameters?: unknown, scaling?: tf.Tensor) => tf.Tensor;

const operators = { ...projection, ...proximal } as unknown as Record<string, Operator>;
/** Those that take one parameter take it as it is. */
const single = ['scale', 'radius', 'unit'];

function apply(name: string, { x, scaling, ...parameters }: Tensors): tf.Tensor {
  const names = Object.keys(parameters);
  const alone = names.length === 1 && (single.includes(names[0]) || name.startsWith('prox'));
  return operators[name](
    x,
    alone ? parameters[names[0]] : names.length > 0 ? parameters : undefined,
    scaling,
  );
}

function load(room: string): Case[] {
  return JSON.parse(readFileSync(new URL(`../data/${room}/jaxopt.json`, import.meta.url), 'utf8'));
}

describe.each(['projection', 'proximal'])('%s: values and Jacobians are those of JAXopt', (room) => {
  test.each(load(room).map((c, k) => [c.name, k, c] as const))('%s (%i)', (name, _, c) => {
    const inputs = Object.fromEntries(Object.entries(c.arguments).map(([key, v]) => [key, float64(v)]));
    const value = apply(name, inputs);
    expect(distance(toFloat64(value), toFloat64(float64(c.value)))).toBeLessThan(1e-12);
    const rows: Record<string, number[]> = {};
    for (let i = 0; i < value.size && c.jacobians; i++) {
      const unit = new Float64Array(value.size);
      unit[i] = 1;
      const pulled = vjp((at: Tensors) => apply(name, at), inputs, float64(unit, value.shape)).vjp;
      for (const [key, row] of Object.entries(pulled)) {
        rows[key] ??= [];
        rows[key].push(...toFloat64(row));
      }
    }
    for (const [key, expected] of Object.entries(c.jacobians ?? {})) {
      expect(distance(rows[key], toFloat64(float64(expected)))).toBeLessThan(1e-11);
    }
  });
});
