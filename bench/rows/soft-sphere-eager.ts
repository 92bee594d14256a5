/** Forces of the 128-sphere packing: the compiled kernel against the same energy as a tfjs function, run op by op. */
import * as tf from '@tensorflow/tfjs';
import { softSphere } from '../../potentials/index.js';
import { float64, useBackend } from '../../src/tensor/index.js';
import { bidispersePacking, coordinates } from '../../systems/index.js';
import {
  agreement,
  type Measurement,
  type Row,
  ratio,
  type Setting,
  series,
  vectorAgreement,
} from '../row.js';
import { callsWithin, inTurns, secondsPerCall } from '../timing.js';
import { loadWasm } from '../wasm-backend.js';

export const softSphereEager: Row = {
  name: 'soft-sphere-eager',
  title: 'Soft-sphere force evaluation, 128 particles, against the same tfjs function on the wasm backend',
  peers: ['tfjs-wasm'],
  run: measure,
};

async function measure({ quick, rounds }: Setting): Promise<Measurement> {
  await loadWasm();
  const diameters = [1, 0.6] as const;
  const system = bidispersePacking({ count: 128, dimension: 2, diameters, packingFraction: 0.98, seed: 0 });
  const { count, box } = system;
  const x = coordinates(system);
  const gradient = new Float64Array(x.length);
  const model = softSphere({ diameter: [...diameters] }).bind(system);
  const evaluate = (): number => model.gradient(x, gradient);

  const radius = Float64Array.from(system.species, (species) => diameters[species === 'A' ? 0 : 1] / 2);
  const edge = box.vectors[0];
  type Make = (values: ArrayLike<number>, shape: number[]) => tf.Tensor;
  /** E(x) over all pairs with the minimum image; every pair stands twice, and an atom's with itself is masked. */
  const eagerEnergy = (make: Make): ((positions: tf.Tensor) => tf.Scalar) => {
    const self = make(
      Float64Array.from({ length: count ** 2 }, (_, k) => Number(k % (count + 1) === 0)),
      [count, count],
    );
    const radii = make(radius, [count, 1]);
    const period = make([edge], []);
    const quarter = make([0.25], []);
    const sigma = tf.add(radii, tf.transpose(radii));
    const others = tf.sub(1, self);
    return (positions) => {
      const apart = tf.sub(tf.expandDims(positions, 1), tf.expandDims(positions, 0));
      const nearest = tf.sub(apart, tf.mul(period, tf.round(tf.div(apart, period))));
      const r = tf.sqrt(tf.add(tf.sum(tf.square(nearest), 2), self));
      const overlap = tf.mul(tf.relu(tf.sub(1, tf.div(r, sigma))), others);
      return tf.mul(quarter, tf.sum(tf.square(overlap))) as tf.Scalar;
    };
  };
  const forcesOf = (
    energy: (positions: tf.Tensor) => tf.Scalar,
    positions: tf.Tensor,
  ): { energy: number; gradient: Float64Array } => {
    const { value, grad } = tf.valueAndGrad(energy)(positions);
    const read = { energy: value.dataSync()[0], gradient: Float64Array.from(grad.dataSync()) };
    tf.dispose([value, grad]);
    return read;
  };

  const energy = evaluate();
  const exact = useBackend('float64', () =>
    forcesOf(
      eagerEnergy((v, shape) => float64(Float64Array.from(v), shape)),
      float64(x, [count, 2]),
    ),
  );
  const single: Make = (values, shape) => tf.tensor(Float32Array.from(values), shape);
  const [onWasm, positions] = useBackend('wasm', () => [eagerEnergy(single), single(x, [count, 2])] as const);
  const eager = (): ReturnType<typeof forcesOf> => useBackend('wasm', () => forcesOf(onWasm, positions));
  const rounded = eager();
  const checks = [
    agreement('energy, the tfjs function in float64', energy, exact.energy, 1e-9),
    vectorAgreement('forces, the tfjs function in float64', gradient, exact.gradient, 1e-9),
    agreement('energy, the tfjs function on wasm (float32)', energy, rounded.energy, 1e-5),
    vectorAgreement('forces, the tfjs function on wasm (float32)', gradient, rounded.gradient, 1e-4),
  ];

  const span = quick ? 0.01 : 0.2;
  const calls = callsWithin(span, evaluate);
  const eagerCalls = callsWithin(span, eager);
  const { ours, peer } = await inTurns(
    rounds,
    () => ({ evaluation: secondsPerCall(calls, evaluate) }),
    () => ({ evaluation: secondsPerCall(eagerCalls, eager) }),
  );
  return {
    checks,
    series: [
      series('ours, model.gradient', ours.evaluation),
      series('tfjs wasm, energy and tf.grad', peer.evaluation),
    ],
    ratios: [ratio('tfjs wasm / ours', peer.evaluation, ours.evaluation, { goal: 100, atLeast: true })],
    contents: [
      'Ours is one call of model.gradient (energy and forces in float64, with a neighbour list that stays).',
      `The peer is the same energy over all ${count}² pairs with the minimum image, evaluated op by op on the wasm backend in float32 with its gradient, constants made beforehand, the result read back.`,
    ],
  };
}
