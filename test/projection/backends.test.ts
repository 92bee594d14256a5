import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import * as p from '../../src/projection/index.js';
import { proxElasticNet, proxGroupLasso, proxLasso } from '../../src/proximal/index.js';
import { float64, toFloat64, useBackend, vjp } from '../../src/tensor/index.js';
import { distance, normal, positive } from './harness.js';

type Operation = (inputs: readonly tf.Tensor[]) => tf.Tensor;

const rows = positive([4]);
const columns = tf.mul(positive([3]), 1);
const balanced = tf.mul(columns, tf.div(tf.sum(rows), tf.sum(columns)));

const operations: [name: string, f: Operation, inputs: tf.Tensor[]][] = [
  ['box', ([x, l]) => p.projectBox(x, { lower: l, upper: 0.5 }), [normal([3, 4]), tf.neg(positive([4]))]],
  ['simplex', ([x, s]) => p.projectSimplex(x, s), [normal([3, 6]), positive([])]],
  ['l1 ball', ([x, s]) => p.projectL1Ball(x, s), [normal([3, 6]), positive([])]],
  ['l2 ball', ([x, s]) => p.projectL2Ball(x, s), [normal([3, 6]), positive([])]],
  [
    'half-space',
    ([x, a]) => p.projectHalfSpace(x, { normal: a, offset: 0.1 }),
    [normal([3, 6]), normal([6])],
  ],
  [
    'affine set',
    ([x, A, b]) => p.projectAffineSet(x, { matrix: A, rightHandSide: b }),
    [normal([3, 6]), normal([2, 6]), normal([2])],
  ],
  [
    'box section',
    ([x, w, t]) => p.projectBoxSection(x, { lower: -1, upper: 1, weights: w, total: t }),
    [normal([3, 6]), normal([6]), normal([3], 0.3)],
  ],
  ['transport', ([x]) => p.projectTransport(x, { rows, columns: balanced }), [normal([4, 3])]],
  ['KL transport', ([x]) => p.projectKlTransport(x, { rows, columns: balanced }), [normal([4, 3])]],
  ['KL simplex', ([x]) => p.projectKlSimplex(x), [normal([4, 3])]],
  ['second-order cone', ([x]) => p.projectSecondOrderCone(x), [normal([5, 4])]],
  ['lasso', ([x, l]) => proxLasso(x, l, 0.7), [normal([5, 4]), positive([])]],
  [
    'elastic net',
    ([x, l1, l2]) => proxElasticNet(x, { l1, l2 }),
    [normal([5, 4]), positive([]), positive([4])],
  ],
  ['group lasso', ([x, l]) => proxGroupLasso(x, l), [normal([5, 4]), positive([])]],
];

describe.each(['cpu', 'wasm'])('on the %s backend, in single precision', (backend) => {
  beforeAll(async () => {
    setWasmPaths(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).pathname);
    const former = tf.getBackend();
    await tf.setBackend(backend);
    await tf.setBackend(former);
  });

  test.each(operations)('%s has the value and the gradients of double precision, to 1e-5', (_, f, inputs) => {
    const w = normal(f(inputs).shape);
    const exact = vjp(f, inputs, w);
    useBackend(backend, () => {
      const single = inputs.map((input) => tf.tensor(Float32Array.from(toFloat64(input)), input.shape));
      const found = vjp(f, single, tf.tensor(Float32Array.from(toFloat64(w)), w.shape));
      expect(distance(toFloat64(found.value), toFloat64(exact.value))).toBeLessThan(1e-5);
      found.vjp.forEach((gradient, k) => {
        expect(distance(toFloat64(gradient), toFloat64(exact.vjp[k]))).toBeLessThan(1e-5);
      });
      const [x, ...more] = single;
      expect(distance(toFloat64(f([x, ...more])), toFloat64(exact.value))).toBeLessThan(1e-5);
    });
  });
});

test('values of double precision stay so through tensors made in it', () => {
  const x = float64([1 / 3, 2 / 7]);
  expect(Array.from(toFloat64(p.projectBox(x, { lower: 0, upper: 1 / 3 - 1e-12 })))).toEqual([
    1 / 3 - 1e-12,
    2 / 7,
  ]);
});
