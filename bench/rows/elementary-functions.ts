/** Elementary functions of arrays: vector code against JavaScript's Math, one value after the other. */
import { type FunctionName, functions } from '../../src/expression/index.js';
import { elementwise } from '../../src/kernel/webassembly/index.js';
import {
  agreement,
  type Check,
  type Measurement,
  type Ratio,
  type Row,
  ratio,
  type Setting,
} from '../row.js';
import { callsWithin, inTurns, secondsPerCall } from '../timing.js';

export const elementaryFunctions: Row = {
  name: 'elementary-functions',
  title: 'Elementary functions of 2,048 numbers, against Math (erf, erfc: the same formulas in JavaScript)',
  peers: [],
  run: measure,
};

/** Where the arguments lie; of both operands where there are two. */
const ranges: readonly (readonly [FunctionName, number, number])[] = [
  ['exp', -10, 2],
  ['expm1', -3, 2],
  ['log', 0.1, 10],
  ['log1p', -0.5, 3],
  ['pow', 0.5, 3],
  ['sin', -6, 6],
  ['cos', -6, 6],
  ['tan', -6, 6],
  ['asin', -1, 1],
  ['acos', -1, 1],
  ['atan', -3, 3],
  ['atan2', -1, 1],
  ['sinh', -3, 3],
  ['cosh', -3, 3],
  ['tanh', -3, 3],
  ['asinh', -3, 3],
  ['acosh', 1, 4],
  ['atanh', -0.9, 0.9],
  ['erf', -3, 3],
  ['erfc', -3, 6],
];
const count = 2048;

async function measure({ quick, rounds }: Setting): Promise<Measurement> {
  const checks: Check[] = [];
  const ratios: Ratio[] = [];
  const rows: (string | number)[][] = [];
  for (const [name, low, high] of ranges) {
    const { memory, run } = elementwise(name, functions[name].length as 1 | 2, count);
    for (let k = 0; k < 2 * count; k++) memory[k] = low + (high - low) * ((k * 0.6180339887) % 1);
    const values = memory.slice(0, 3 * count);
    const loop = scalarLoop(name);
    const ours = (): void => run(count);
    const peer = (): void => loop(values, count);
    // Short turns, many of them: they find the moments in which nobody else uses the core.
    const seconds = quick ? 5e-5 : 2e-4;
    const calls = [callsWithin(seconds, ours), callsWithin(seconds, peer)];
    const times = await inTurns(
      quick ? rounds : 20 * rounds,
      () => ({ vector: secondsPerCall(calls[0], ours) }),
      () => ({ scalar: secondsPerCall(calls[1], peer) }),
    );
    let furthest = 2 * count;
    for (let k = 2 * count; k < 3 * count; k++) {
      const [a, b] = [k, furthest].map((n) => Math.abs(memory[n] / values[n] - 1));
      if (a > b) furthest = k;
    }
    checks.push(agreement(name, memory[furthest], values[furthest], 1e-15));
    const one = ratio(name, times.ours.vector, times.peer.scalar);
    ratios.push(one);
    const nanoseconds = (samples: readonly number[]): string =>
      ((Math.min(...samples) / count) * 1e9).toFixed(1);
    rows.push([
      name,
      nanoseconds(times.ours.vector),
      nanoseconds(times.peer.scalar),
      one.summary.median.toFixed(2),
    ]);
  }
  return {
    checks,
    series: [],
    ratios,
    tables: [
      { title: 'Fastest, ns a value', header: ['function', 'vector code', 'Math', 'median ratio'], rows },
    ],
    contents: ['Both loops read their arguments from an array and write their results to one.'],
  };
}

type ScalarLoop = (values: Float64Array, n: number) => void;

/** A loop of its own for each function, spelled so that the compiler knows which one it calls. */
function scalarLoop(name: FunctionName): ScalarLoop {
  const operands = functions[name].length === 2 ? 'values[k], values[n + k]' : 'values[k]';
  const callee = name in Math ? `Math.${name}` : 'f';
  const body = `for (let k = 0; k < n; k++) values[2 * n + k] = ${callee}(${operands});`;
  return new Function('f', `return (values, n) => { ${body} };`)(functions[name]) as ScalarLoop;
}
