import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type FunctionName, functions } from '../../src/expression/index.js';
import { elementwise } from '../../src/kernel/webassembly/elementwise.js';
import { vectorFunctions } from '../../src/kernel/webassembly/vector-functions.js';

const smooth = [
  ...['exp', 'expm1', 'log', 'log1p', 'pow', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2'],
  ...['sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'erf', 'erfc'],
] as FunctionName[];
const exact = (Object.keys(vectorFunctions) as FunctionName[]).filter((name) => !smooth.includes(name));

interface Table {
  readonly operands: readonly Float64Array[];
  readonly values: Float64Array;
  readonly hundredths: Int8Array;
}

function readTable(name: string): Table {
  const file = new URL(`../data/math/${name}.json`, import.meta.url);
  const data = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string | undefined>;
  const bytes = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text, 'base64')).buffer;
  const { arguments: first = '', seconds, values = '', hundredths = '' } = data;
  return {
    operands: [first, ...(seconds ? [seconds] : [])].map((text) => new Float64Array(bytes(text))),
    values: new Float64Array(bytes(values)),
    hundredths: new Int8Array(bytes(hundredths)),
  };
}

/** The largest errors as docs/kernels.md lists them. */
function documentedErrors(): Map<string, number> {
  const page = readFileSync(new URL('../../docs/kernels.md', import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(
    rows
      .filter((cells) => cells.length === 8)
      .flatMap(([, names, , , errors]) =>
        names.split(', ').map((name, k) => [name, Number(errors.split(', ')[k])] as const),
      ),
  );
}

/** Doubles in their order as integers: neighbours differ by one, ±0 by nothing. */
function position(x: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(x).buffer)[0];
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

/** Difference in units of the last place of the value. */
function ulps(found: number, value: number, hundredths = 0): number {
  if (Number.isNaN(found) || Number.isNaN(value)) return Object.is(found, value) ? 0 : Infinity;
  return Math.abs(Number(position(found) - position(value)) - hundredths / 100);
}

function worst(table: Table, found: Float64Array): { error: number; at: number[] } {
  const errors = table.values.map((value, k) => ulps(found[k], value, table.hundredths[k]));
  const error = errors.reduce((a, b) => Math.max(a, b), 0);
  return { error, at: table.operands.map((operand) => operand[errors.indexOf(error)]) };
}

/** The vector function of arrays; the first argument may stand in either lane. */
function apply(name: FunctionName, operands: readonly Float64Array[], lane: 0 | 1 = 0): Float64Array {
  const count = operands[0].length;
  const padded = 2 * Math.ceil((count + lane) / 2);
  const { memory, run } = elementwise(name, operands.length as 1 | 2, padded);
  memory.fill(0.75);
  operands.forEach((operand, k) => {
    memory.set(operand, k * padded + lane);
  });
  run(padded);
  return memory.slice(2 * padded + lane, 2 * padded + lane + count);
}

describe('vector functions', () => {
  const documented = documentedErrors();

  test.each(smooth)('%s is as near to tabled values as docs/kernels.md says, in both lanes', (name) => {
    const table = readTable(name);
    const most = documented.get(name) ?? 0;
    expect(most).toBeLessThanOrEqual(2);
    expect(table.values.length).toBeGreaterThan(1500);
    for (const lane of [0, 1] as const) {
      const { error, at } = worst(table, apply(name, table.operands, lane));
      expect(error, `${name}(${at})`).toBeLessThanOrEqual(most);
    }
  });

  const ends = [0, 1, 2, 0.5, 1.5, 3, 2 ** 53, 2 ** 53 - 1, 5e-324, 2 ** -1022, Number.MAX_VALUE, Infinity];
  const special = [
    ...ends.flatMap((x) => [x, -x]),
    Number.NaN,
    1 - 2 ** -53,
    1 + 2 ** -52,
    709.8,
    -745.2,
    1e300,
  ];
  const pairs = special.flatMap((x) => special.map((y) => [x, y]));
  const specialOperands = (name: FunctionName): Float64Array[] =>
    functions[name].length === 2
      ? [Float64Array.from(pairs, ([x]) => x), Float64Array.from(pairs, ([, y]) => y)]
      : [Float64Array.from(special)];

  test.each(smooth)('%s treats zeros, infinities, NaN and subnormal numbers as JavaScript does', (name) => {
    const operands = specialOperands(name);
    apply(name, operands).forEach((found, k) => {
      const args = operands.map((operand) => operand[k]);
      const expected = functions[name](...args);
      const message = `${name}(${args}) = ${found}, expected ${expected}`;
      if (Number.isFinite(expected) && expected !== 0) {
        expect(ulps(found, expected), message).toBeLessThanOrEqual(3);
      } else expect(Object.is(found, expected), message).toBe(true);
    });
  });

  test.each(exact)('%s has the value that JavaScript gives', (name) => {
    const operands = specialOperands(name);
    const scattered = Float64Array.from({ length: 400 }, (_, k) => Math.sin(k) * 2 ** ((k % 60) - 5));
    const wide = operands.map((operand, n) =>
      Float64Array.from([...operand, ...(n === 0 ? scattered : scattered.toReversed())]),
    );
    apply(name, wide, 1).forEach((found, k) => {
      const args = wide.map((operand) => operand[k]);
      const expected = functions[name](...args);
      const same = Object.is(found, expected) || (name === 'roundHalfEven' && found === expected);
      expect(same, `${name}(${args}) = ${found}, expected ${expected}`).toBe(true);
    });
  });
});

describe('scalar functions', () => {
  test.each([
    ['erf', 2],
    ['erfc', 3],
  ] as const)('%s is within %i units in the last place of tabled values', (name, most) => {
    const table = readTable(name);
    const { error, at } = worst(
      table,
      table.operands[0].map((x) => functions[name](x)),
    );
    expect(error, `${name}(${at})`).toBeLessThanOrEqual(most);
  });
});
