import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import {
  flatten,
  float64,
  hvp,
  isRecording,
  jvp,
  logSoftmax,
  type Tree,
  toFloat64,
  unflatten,
  vjp,
} from '../../src/tensor/index.js';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const list = (tensor: tf.Tensor) => Array.from(toFloat64(tensor));
const close = (found: readonly number[], expected: readonly number[], tolerance = 1e-13) => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i] - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
};

describe('products with derivatives', () => {
  const A = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  const f = (x: tf.Tensor): tf.Tensor =>
    tf.exp(tf.reshape(tf.matMul(float64(A), tf.reshape(x, [2, 1])), [3]));
  const x = [0.1, -0.2];
  const y = A.map(([a, b]) => Math.exp(a * x[0] + b * x[1]));

  test('vjp is the transposed Jacobian times the cotangent', () => {
    const { value, vjp: found } = vjp(f, float64(x), float64([1, -1, 2]));
    close(list(value), y);
    const w = [y[0], -y[1], 2 * y[2]];
    close(list(found), [w[0] + 3 * w[1] + 5 * w[2], 2 * w[0] + 4 * w[1] + 6 * w[2]]);
  });

  test('jvp is the Jacobian times the tangent', () => {
    const { value, jvp: found } = jvp(f, float64(x), float64([0.5, -1]));
    close(list(value), y);
    close(
      list(found),
      A.map(([a, b], i) => y[i] * (0.5 * a - b)),
    );
  });

  test('hvp is the Hessian times the vector', () => {
    const found = hvp((at: tf.Tensor) => tf.sum(f(at)), float64(x), float64([0.5, -1]));
    const s = A.map(([a, b], i) => y[i] * (0.5 * a - b));
    close(list(found), [s[0] + 3 * s[1] + 5 * s[2], 2 * s[0] + 4 * s[1] + 6 * s[2]]);
  });

  test('the Morse bond has its second derivative right, which stock tfjs has wrong', () => {
    const energy = (r: tf.Tensor) => tf.square(tf.sub(1, tf.exp(tf.mul(-1.5, tf.sub(r, 2)))));
    const e = Math.exp(-1.5 * 0.3);
    close(list(hvp(energy, float64(2.3), float64(1))), [2 * 1.5 ** 2 * e * (2 * e - 1)]);
  });

  test('jvp and vjp are adjoint on random functions', () => {
    const { uniform } = random(11);
    const draw = (n: number) => float64(Array.from({ length: n }, () => uniform() - 0.5));
    for (let trial = 0; trial < 20; trial++) {
      const matrix = tf.reshape(draw(12), [4, 3]);
      const g = (at: tf.Tensor): tf.Tensor =>
        tf.tanh(tf.add(tf.reshape(tf.matMul(matrix, tf.reshape(at, [3, 1])), [4]), tf.max(at)));
      const [point, v, w] = [draw(3), draw(3), draw(4)];
      const left = list(tf.sum(tf.mul(w, jvp(g, point, v).jvp)))[0];
      const right = list(tf.sum(tf.mul(vjp(g, point, w).vjp, v)))[0];
      close([left], [right]);
    }
  });

  test('a function that does not depend on its argument has zero derivatives', () => {
    const constant = () => float64([1, 2]);
    close(list(vjp(constant, float64([3]), float64([1, 1])).vjp), [0]);
    close(list(jvp(constant, float64([3]), float64([1])).jvp), [0, 0]);
    close(list(hvp((at: tf.Tensor) => tf.sum(tf.neg(at)), float64([3]), float64([1]))), [0]);
  });

  test('the identity gives tensors of its own', () => {
    const point = float64([1, 2]);
    const cotangent = float64([3, 4]);
    const { value, vjp: found } = vjp((at: tf.Tensor) => at, point, cotangent);
    value.dispose();
    found.dispose();
    expect(list(point)).toEqual([1, 2]);
    expect(list(cotangent)).toEqual([3, 4]);
  });
});

describe('trees', () => {
  const tree = () => ({ b: [float64([1, 2]), float64(3)], a: { c: float64([[4], [5]]) } });

  test('come back from the vector of their values', () => {
    const { vector, structure } = flatten(tree());
    expect(Array.from(vector)).toEqual([1, 2, 3, 4, 5]);
    const again = unflatten(vector, structure) as ReturnType<typeof tree>;
    expect(again.a.c.arraySync()).toEqual([[4], [5]]);
    expect(again.b[1].shape).toEqual([]);
    expect(Array.from(flatten(again).vector)).toEqual(Array.from(vector));
  });

  test('refuse a vector of another length', () => {
    const { structure } = flatten(tree());
    expect(() => unflatten(new Float64Array(4), structure)).toThrow('holds 5 values, found a vector of 4');
  });

  test('refuse what is no tensor, and say what it is', () => {
    expect(() => flatten({ a: 3 } as unknown as Tree<tf.Tensor>)).toThrow('found 3');
  });

  test('may be the arguments and the results of differentiated functions', () => {
    const x = { a: float64([1, 2]), b: float64(3) };
    const f = ({ a, b }: typeof x) => [tf.mul(a, b), tf.square(b)] as const;
    const down = vjp(f, x, [float64([1, 1]), float64(1)] as const);
    close(list(down.value[0]), [3, 6]);
    close(list(down.vjp.a), [3, 3]);
    close(list(down.vjp.b), [1 + 2 + 6]);
    const up = jvp(f, x, { a: float64([1, 0]), b: float64(1) });
    close(list(up.jvp[0]), [3 + 1, 2]);
    close(list(up.jvp[1]), [6]);
    const curved = hvp(({ a, b }: typeof x) => tf.sum(tf.mul(tf.square(a), b)), x, {
      a: float64([1, 0]),
      b: float64(0),
    });
    close(list(curved.a), [6, 0]);
    close(list(curved.b), [2]);
  });

  test('a cotangent of another shape is refused', () => {
    expect(() => vjp((at: tf.Tensor) => at, float64([1, 2]), float64(1))).toThrow('[2], found []');
    expect(() => jvp((at: tf.Tensor) => at, float64([1, 2]), float64(1))).toThrow('[2], found []');
    expect(() => hvp((at: tf.Tensor) => at, float64([1, 2]), float64([1, 2]))).toThrow('result of shape [2]');
  });
});

describe('nesting', () => {
  test('third derivatives of exp and tanh are those of the closed form', () => {
    const third = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad(tf.grad(tf.grad(f)));
    const x = [-0.7, 0.4];
    close(list(third(tf.exp)(float64(x))), x.map(Math.exp));
    const s = (t: number) => 1 - Math.tanh(t) ** 2;
    close(
      list(third(tf.tanh)(float64(x))),
      x.map((t) => s(t) * (6 * Math.tanh(t) ** 2 - 2)),
    );
    close(
      list(third(tf.sigmoid)(float64(x))),
      x.map((t) => {
        const p = 1 / (1 + Math.exp(-t));
        return p * (1 - p) * (1 - 6 * p + 6 * p * p);
      }),
    );
  });

  test('a Hessian product can be differentiated', () => {
    const f = (x: tf.Tensor) => tf.sum(tf.exp(x));
    const along = tf.grad((x: tf.Tensor) => tf.sum(hvp(f, x, float64([2, 0]))));
    close(list(along(float64([0.3, 0.4]))), [2 * Math.exp(0.3), 0]);
  });

  test('a Jacobian product can be differentiated, and taken of a gradient', () => {
    const x = float64([0.3]);
    const one = float64([1]);
    close(list(tf.grad((at: tf.Tensor) => jvp(tf.sin, at, one).jvp)(x)), [-Math.sin(0.3)]);
    close(list(jvp((at: tf.Tensor) => tf.grad(tf.sin)(at), x, one).jvp), [-Math.sin(0.3)]);
  });

  test('derivatives are right in the forward pass of a custom gradient, where tfjs records nothing', () => {
    // The cube root by Newton's method on x³ = a, its slope by hvp and vjp; its derivative by the implicit function.
    const cubeRoot = tf.customGrad((...args) => {
      const [a, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      save([a]);
      let x = tf.scalar(1) as tf.Tensor;
      for (let step = 0; step < 30; step++) {
        const quarter = (at: tf.Tensor) => tf.sub(tf.div(tf.square(tf.square(at)), 4), tf.mul(a, at));
        const force = vjp(quarter, x, tf.scalar(1)).vjp;
        x = tf.sub(x, tf.div(force, hvp(quarter, x, tf.scalar(1))));
      }
      return { value: x, gradFunc: (dy, [saved]) => tf.div(dy, tf.mul(3, tf.pow(saved, float64(2 / 3)))) };
    });
    const outer = (a: tf.Tensor) => tf.mul(cubeRoot(a), a);
    const { value, vjp: slope } = vjp(outer, float64(8), tf.scalar(1));
    close(list(value), [16]);
    close(list(slope), [2 + 8 / 12]);
    close(list(jvp((a: tf.Tensor) => cubeRoot(a), float64(8), float64(12)).jvp), [1]);
  });

  test('isRecording tells of an outer derivative only', () => {
    const seen: boolean[] = [isRecording()];
    const look = tf.customGrad((...args) => {
      const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      seen.push(isRecording());
      save([x]);
      return {
        value: tf.square(x),
        gradFunc: (dy, saved) => {
          seen.push(isRecording());
          return tf.mul(dy, tf.mul(2, saved[0]));
        },
      };
    });
    tf.grad((x: tf.Tensor) => look(x))(float64(1));
    expect(seen).toEqual([false, true, false]);
    seen.length = 0;
    tf.grad(tf.grad((x: tf.Tensor) => look(x)))(float64(1));
    expect(seen).toEqual([true, true]);
  });
});

describe('nothing is left behind', () => {
  const f = (x: tf.Tensor) => tf.sum(logSoftmax(tf.mul(x, x)));
  const calls: Record<string, (x: tf.Tensor) => tf.Tensor[]> = {
    vjp: (x) => Object.values(vjp(f, x, tf.scalar(1))),
    jvp: (x) => Object.values(jvp(f, x, x)),
    hvp: (x) => [hvp(f, x, x)],
  };
  for (const [name, call] of Object.entries(calls)) {
    test(`by ${name} but its results`, () => {
      const x = float64([1, 2, 3]);
      const before = tf.memory();
      tf.tidy(() => {
        for (const tensor of call(x)) expect(tensor.isDisposed).toBe(false);
      });
      expect(tf.memory()).toEqual(before);
    });
  }

  test('when the function throws halfway', () => {
    const x = float64([1, 2, 3]);
    const failing = (at: tf.Tensor): tf.Tensor => {
      tf.exp(tf.mul(at, at));
      throw new Error('of its own');
    };
    const before = tf.memory();
    expect(() => vjp(failing, x, x)).toThrow('of its own');
    expect(() => hvp(failing, x, x)).toThrow('of its own');
    const wrong = float64(1);
    expect(() => jvp((at: tf.Tensor) => tf.exp(at), x, wrong)).toThrow();
    expect(() => hvp((at: tf.Tensor) => tf.sum(tf.logSoftmax(at)), x, x)).toThrow('again');
    wrong.dispose();
    expect(tf.memory()).toEqual(before);
    expect(isRecording()).toBe(false);
  });
});
