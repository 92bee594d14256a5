/** Products of float64 matrices against NumPy on one thread, plain loops, and what the vector unit can do at all. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { random } from '../../src/random/index.js';
import { limitThreads, openLoops, plainProduct, rowMajor, transpose } from '../../src/tensor/dense/index.js';
import { float64, toFloat64, useBackend } from '../../src/tensor/index.js';
import { availableThreads } from '../../src/wasm/index.js';
import { packageRoot } from '../machine.js';
import { PythonPeer } from '../peers/python.js';
import { openPeak } from '../roofs.js';
import { type Measurement, type Row, ratio, type Setting, series, vectorAgreement } from '../row.js';
import { processorSeconds, secondsPerCall } from '../timing.js';

const script = join(packageRoot(), 'bench', 'peers', 'dense.py');

interface Case {
  readonly name: string;
  readonly title: string;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** That A lies in columns. */
  readonly transposed?: boolean;
  /** That B is Aᵀ. */
  readonly own?: boolean;
  /** The least share of the peak that meets the goal. */
  readonly goal?: number;
}

const cases: readonly Case[] = [
  { name: 'matmul', title: 'matMul, 700³', rows: 700, inner: 700, columns: 700, goal: 0.6 },
  {
    name: 'matmul-narrow',
    title: 'matMul, 60,000 × 784 × 10',
    rows: 60_000,
    inner: 784,
    columns: 10,
    goal: 0.6,
  },
  {
    name: 'gram',
    title: 'AᵀA, A of 10,000 × 200',
    rows: 200,
    inner: 10_000,
    columns: 200,
    transposed: true,
    own: true,
  },
  { name: 'matvec', title: 'A x, A of 10,000 × 200', rows: 10_000, inner: 200, columns: 1 },
  {
    name: 'matvec-transposed',
    title: 'Aᵀx, A of 10,000 × 200',
    rows: 200,
    inner: 10_000,
    columns: 1,
    transposed: true,
  },
];

export const denseRows: readonly Row[] = cases.map((each) => ({
  name: each.name,
  title: `Dense algebra: ${each.title}`,
  peers: ['numpy'],
  run: (setting) => measure(each, setting),
}));

async function measure(full: Case, { quick, rounds, directory }: Setting): Promise<Measurement> {
  const { transposed = false, own = false, goal, ...sizes } = full;
  const least = (n: number): number => (quick ? Math.min(n, 100) : n);
  const [rows, inner, columns] = [least(sizes.rows), least(sizes.inner), least(sizes.columns)];
  const { normal } = random(3);
  const a = Float64Array.from({ length: rows * inner }, normal);
  const b = own ? a : Float64Array.from({ length: inner * columns }, normal);
  const aTensor = float64(a, transposed ? [inner, rows] : [rows, inner]);
  const bTensor = own ? aTensor : float64(b, [inner, columns]);
  // The backend remembers the last products of a large matrix: no two calls are the same, nor near to each other.
  const others = own ? [aTensor] : Array.from({ length: 8 }, (_, k) => tf.mul(bTensor, k + 1));
  let calls = 0;
  const multiply = (): void =>
    useBackend('float64', () =>
      tf.tidy(() => void tf.matMul(aTensor, others[calls++ % others.length], transposed)),
    );
  const threads = availableThreads();
  /** Wall time: processor time would add up that of all threads. */
  const onAllThreads = (calls: number): number => {
    limitThreads(threads);
    const seconds = secondsPerCall(calls, multiply);
    limitThreads(1);
    return seconds;
  };
  limitThreads(threads);
  for (let k = 0; k < 500 && openLoops()?.parties(1e9) !== threads; k++) await sleep(10);
  limitThreads(1);
  const left = transposed ? transpose(rowMajor(a, inner, rows)) : rowMajor(a, rows, inner);
  const plain = new Float64Array(rows * columns);
  const loop = (): void => plainProduct(left, rowMajor(b, inner, columns), plain, 0, 0, rows);
  const peak = openPeak();

  const peer = new PythonPeer(script);
  try {
    const [aFile, bFile, outFile] = ['a', 'b', 'out'].map((name) => join(directory, name));
    writeFileSync(aFile, a);
    writeFileSync(bFile, b);
    const product = [rows, inner, columns];
    await peer.ask({ product, transposed, own, a: aFile, b: bFile, out: outFile });
    const bytes = readFileSync(outFile);
    const theirs = new Float64Array(bytes.buffer, bytes.byteOffset, rows * columns);
    const ours = useBackend('float64', () => {
      const tensor = tf.matMul(aTensor, bTensor, transposed);
      const values = toFloat64(tensor);
      tensor.dispose();
      return values;
    });
    loop();
    const checks = [
      vectorAgreement('product, NumPy', ours, theirs, 1e-13),
      vectorAgreement('product, plain loops', ours, plain, 1e-13),
    ];

    const flops = 2 * rows * inner * columns;
    const perSample = Math.max(1, Math.round((quick ? 1e7 : 5e8) / flops));
    const timed = {
      ours: () => processorSeconds(perSample, multiply),
      shared: () => onAllThreads(perSample),
      numpy: async () => (await peer.ask<{ seconds: number }>({ run: perSample })).seconds,
      loop: () => processorSeconds(Math.max(1, Math.round(perSample / 5)), loop),
      peak: () => flops * peak.secondsPerOperation(),
    };
    const names = Object.keys(timed) as (keyof typeof timed)[];
    const samples = Object.fromEntries(names.map((name) => [name, [] as number[]]));
    // Round −1 warms up and does not count.
    for (let round = -1; round < rounds; round++) {
      for (const name of names) {
        const seconds = await timed[name]();
        if (round >= 0) samples[name].push(seconds);
      }
    }
    const rate = (seconds: readonly number[]): string => (flops / Math.min(...seconds) / 1e9).toFixed(2);
    return {
      checks,
      series: [
        series('tf.matMul on the float64 backend, one thread', samples.ours),
        series(`the same on ${threads} threads, wall time`, samples.shared),
        series('NumPy, one thread', samples.numpy),
        series('plain loops in JavaScript', samples.loop),
      ],
      ratios: [
        ratio('ours / NumPy on one thread', samples.ours, samples.numpy),
        ratio('ours / plain loops', samples.ours, samples.loop),
        ratio(`ours, ${threads} threads / one thread`, samples.shared, samples.ours),
        ratio('share of the SIMD128 peak', samples.peak, samples.ours, { goal, atLeast: true }),
      ],
      tables: [
        {
          title: 'Billions of operations a second, fastest samples',
          header: ['ours', 'NumPy', 'plain loops', 'SIMD128 peak'],
          rows: [['ours', 'numpy', 'loop', 'peak'].map((name) => rate(samples[name]))],
        },
      ],
      contents: [
        'Processor time of one call, the result’s array made anew in ours as in NumPy’s; of all threads, wall time. A stays where it is, B is another at each call.',
        'The peak is the rate of a loop that adds and multiplies on registers alone, in WebAssembly’s vectors of two doubles, without the fused multiply-add that WebAssembly does not have. NumPy uses it, and vectors of four or eight doubles, where the processor does.',
        own ? 'Operations are those of a whole product, of which ours does about half.' : '',
      ].filter((sentence) => sentence !== ''),
      scripts: {
        'command line': '$STILLPOINT_PYTHON bench/peers/dense.py',
        'bench/peers/dense.py': readFileSync(script, 'utf8'),
      },
    };
  } finally {
    peer.close();
    tf.dispose([aTensor, bTensor, ...others]);
    limitThreads(availableThreads());
  }
}
