/** Products with one Jacobian, against ones that evaluate the function each time, and their use in linear solves. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { rootJvp, rootVjp } from '../../src/implicit/index.js';
import { bicgstab, cg, lsmr } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';
import {
  float64,
  jacobianProducts,
  jvp,
  logSoftmax,
  toFloat64,
  useBackend,
  vjp,
} from '../../src/tensor/index.js';

const { normal } = random(7);
const draw = (...shape: number[]): tf.Tensor =>
  float64(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => normal()),
    shape,
  );
const matrix = draw(4, 3) as tf.Tensor2D;
const threes = draw(3);

const counts = (): number[] => {
  const { numTensors, numDataBuffers } = tf.memory();
  return [numTensors, numDataBuffers];
};

/** The product with a constant matrix that reads its operand on the host, as a function of tfjs. */
const onHost = (transposed: boolean): ((x: tf.Tensor) => tf.Tensor) =>
  tf.customGrad((given) => {
    const x = float64((given as tf.Tensor).dataSync(), [transposed ? 4 : 3, 1]);
    return {
      value: tf.reshape(tf.matMul(matrix, x, transposed), [-1]),
      gradFunc: (dy: tf.Tensor) => onHost(!transposed)(dy),
    };
  }) as (x: tf.Tensor) => tf.Tensor;

/** From 3 numbers; 'two ways' uses x in several places. */
const functions: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  softmax: (x) => tf.softmax(tf.reshape(tf.matMul(matrix, tf.reshape(x, [3, 1])), [4])),
  'the logarithm of softmax': (x) => logSoftmax(tf.mul(x, x)),
  'two ways': (x) => tf.concat([tf.exp(x), tf.mul(tf.sum(x), x), tf.slice(tf.sin(x), [1], [1])]),
  'a gradient': (x) => tf.grad((at: tf.Tensor) => tf.sum(tf.mul(tf.exp(at), tf.tanh(tf.mul(at, threes)))))(x),
  'a value read on the host': (x) => tf.tanh(onHost(false)(tf.tanh(x))),
  'a choice': (x) => tf.where(tf.greater(x, float64(0)), tf.square(x), tf.sin(x)),
  'two outputs': (x) =>
    tf.add(...(tf.split(tf.exp(tf.concat([x, tf.square(x)])), 2) as [tf.Tensor, tf.Tensor])),
  'a number': (x) => tf.sum(tf.exp(x)),
  'the point itself': (x) => x,
  'nothing that moves': () => tf.mul(threes, threes),
  'a captured point': (x) => tf.mul(threes, tf.sub(x, threes)),
};

function expectSame(found: tf.Tensor, expected: tf.Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const [values, wanted] = [toFloat64(found), toFloat64(expected)];
  const size = Math.max(...wanted.map(Math.abs), 0);
  values.forEach((value, i) => {
    expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(1e-14 * size);
  });
}

describe('jacobianProducts', () => {
  for (const [name, f] of Object.entries(functions)) {
    it(`gives the products of ${name}, for vector after vector, and keeps nothing`, () => {
      const x = name === 'a captured point' ? threes : draw(3);
      const before = counts();
      tf.tidy(() => {
        const products = jacobianProducts(f, x);
        const shape = tf.tidy(() => f(x)).shape;
        for (let trial = 0; trial < 3; trial++) {
          const [tangent, cotangent] = [draw(3), draw(...shape)];
          expectSame(products.jvp(tangent), jvp(f, x, tangent).jvp);
          expectSame(products.vjp(cotangent), vjp(f, x, cotangent).vjp);
        }
        products.dispose();
      });
      expect(counts()).toEqual(before);
    });
  }

  it('evaluates the function once for the products with one of the two', () => {
    let evaluations = 0;
    const f = (x: tf.Tensor): tf.Tensor => {
      evaluations++;
      return tf.exp(x);
    };
    const counted = (use: (products: ReturnType<typeof jacobianProducts>) => void): number => {
      evaluations = 0;
      tf.tidy(() => {
        const products = jacobianProducts(f, threes);
        for (let k = 0; k < 5; k++) use(products);
        products.dispose();
      });
      return evaluations;
    };
    expect(counted(({ vjp }) => vjp(threes))).toBe(1);
    // Its shape must be known first.
    expect(counted(({ jvp }) => jvp(threes))).toBe(2);
  });

  it('works on other backends, to what precision they have', () => {
    useBackend('cpu', () => {
      const x = tf.tensor1d([0.3, -0.2, 0.5]);
      const products = jacobianProducts((at) => tf.softmax(at), x);
      const p = x.softmax().dataSync();
      const product = p.map((value, i) => value * (x.dataSync()[i] - tf.dot(x, tf.softmax(x)).dataSync()[0]));
      for (const found of [products.vjp(x), products.jvp(x)]) {
        found.dataSync().forEach((value, i) => {
          expect(value).toBeCloseTo(product[i], 6);
        });
      }
      products.dispose();
    });
  });

  it('leaves the tape of an outer gradient as it is', () => {
    const gradient = tf.grad((x: tf.Tensor) => {
      const square = tf.square(x);
      const products = jacobianProducts((at) => tf.exp(at), threes);
      products.vjp(threes);
      products.jvp(threes);
      products.dispose();
      return tf.sum(tf.mul(square, x));
    })(threes);
    expectSame(gradient, tf.mul(3, tf.square(threes)));
  });

  it('keeps nothing of a function that throws', () => {
    const before = tf.memory().numTensors;
    const f = (x: tf.Tensor): tf.Tensor => {
      tf.exp(tf.mul(x, x));
      throw new Error('no further');
    };
    const products = jacobianProducts(f, threes);
    expect(() => products.vjp(threes)).toThrow('no further');
    expect(() => products.jvp(threes)).toThrow('no further');
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.engine().state.gradientDepth).toBe(0);
  });

  it('says what shape a vector must have', () => {
    const products = jacobianProducts(functions.softmax, threes);
    expect(() => products.vjp(threes)).toThrow('must have the shape of what it belongs to, [4], found [3]');
    expect(() => products.jvp(draw(4))).toThrow('must have the shape of what it belongs to, [3], found [4]');
    products.dispose();
  });

  it('is of no use once it is disposed of', () => {
    const products = jacobianProducts(functions.softmax, threes);
    products.dispose();
    expect(() => products.jvp(threes)).toThrow('disposed of');
  });
});

describe('a linear solve', () => {
  const size = 30;
  const A = draw(size, size);
  const spread = tf.tidy(() =>
    tf.add(tf.matMul(A as tf.Tensor2D, A as tf.Tensor2D, true), tf.eye(size)),
  ) as tf.Tensor2D;
  let evaluations = 0;
  /** Aᵀ A x + x = θ */
  const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => {
    evaluations++;
    return tf.sub(tf.reshape(tf.matMul(spread, tf.reshape(x, [size, 1])), [size]), theta);
  };
  const theta = draw(size);
  const x = tf.zerosLike(theta);

  for (const [name, solve] of Object.entries({ cg, bicgstab, lsmr })) {
    it(`by ${name} evaluates F no more often for more products, and gives back its memory`, () => {
      const before = counts();
      evaluations = 0;
      let products = 0;
      const options = {
        solve,
        residualTolerance: Infinity,
        onSolve: ({ matvecs }: { matvecs: number }) => {
          products += matvecs;
        },
      };
      tf.tidy(() => {
        rootVjp(F, x, [theta], theta, options);
        rootJvp(F, x, [theta], [theta], options);
      });
      expect(products).toBeGreaterThan(30);
      expect(evaluations).toBeLessThan(20);
      expect(counts()).toEqual(before);
    });
  }

  it('that fails gives back its memory, too', () => {
    const before = tf.memory().numTensors;
    const solve: typeof cg = (operator) => {
      operator.apply(new Float64Array(size).fill(1), new Float64Array(size));
      throw new Error('not today');
    };
    expect(() => rootVjp(F, x, [theta], theta, { solve })).toThrow('not today');
    expect(tf.memory().numTensors).toBe(before);
  });
});
