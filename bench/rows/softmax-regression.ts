/** The gradient of a softmax regression on as much data as Fashion-MNIST has, against JAX. */
import * as tf from '@tensorflow/tfjs';
import { random } from '../../src/random/index.js';
import { float64, logSoftmax, toFloat64 } from '../../src/tensor/index.js';
import { filesOf, scriptTexts, withScript } from '../peers/script.js';
import {
  agreement,
  type Measurement,
  type Row,
  ratio,
  type Setting,
  series,
  vectorAgreement,
} from '../row.js';
import { inTurns, secondsPerCall } from '../timing.js';

const script = 'softmax.py';

export const softmaxRegression: Row = {
  name: 'softmax-regression',
  title: 'Softmax regression, 60,000 × 784, 10 classes: loss and gradient',
  peers: ['jax'],
  run: measure,
};

interface Answer {
  readonly seconds: number;
  readonly value: number;
  readonly gradient: number[];
}

async function measure({ quick, rounds, directory }: Setting): Promise<Measurement> {
  const [count, width, classes] = quick ? [500, 40, 10] : [60_000, 784, 10];
  const { uniform, normal } = random(4);
  const X = Float64Array.from({ length: count * width }, uniform);
  const Y = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) Y[i * classes + Math.floor(uniform() * classes)] = 1;
  const W = Float64Array.from({ length: width * classes }, () => 0.05 * normal());
  const [features, labels] = [float64(X, [count, width]), float64(Y, [count, classes])];
  const weights = float64(W, [width, classes]);
  const loss = (w: tf.Tensor): tf.Scalar =>
    tf.neg(tf.mean(tf.sum(tf.mul(labels, logSoftmax(tf.matMul(features, w))), 1)));
  const gradientAt = tf.valueAndGrad(loss);
  const work = (factor: number): { value: number; gradient: Float64Array } => {
    tf.engine().startScope();
    const { value, grad } = gradientAt(tf.mul(weights, factor));
    const result = { value: toFloat64(value)[0], gradient: toFloat64(grad) };
    tf.engine().endScope();
    return result;
  };

  return withScript(script, async (peer) => {
    const files = filesOf(directory, { X, Y, W });
    await peer.ask({ count, width, classes, ...files });
    const compile = await peer.ask<{ seconds: number }>({ prepare: true });
    const ask = (factor: number) => peer.ask<Answer>({ run: true, factor });
    const [ours, theirs] = [work(2), await ask(2)];
    // The backend remembers the last products of a large matrix: no two calls are at the same weights.
    let calls = 0;
    const factor = (): number => 1 + (calls++ % 9) / 8;
    const samples = await inTurns(
      rounds,
      () => ({ gradient: secondsPerCall(1, () => void work(factor())) }),
      async () => ({ gradient: (await ask(factor())).seconds }),
    );
    return {
      checks: [
        agreement('loss', ours.value, theirs.value, 1e-12),
        vectorAgreement('gradient', ours.gradient, theirs.gradient, 1e-10),
      ],
      series: [
        series('ours', samples.ours.gradient),
        series('JAX', samples.peer.gradient),
        series('JAX, compile time', [compile.seconds]),
      ],
      ratios: [
        ratio('ours / JAX without compiling', samples.ours.gradient, samples.peer.gradient, { goal: 1 }),
      ],
      contents: [
        'The mean cross entropy and its gradient by the weights, tf.valueAndGrad on the float64 backend against jax.value_and_grad, jitted; double precision, all cores of both, other weights at each call.',
      ],
      scripts: scriptTexts(script),
    };
  }).finally(() => tf.dispose([features, labels, weights]));
}
