/**
 * The remainder of x ≥ 0 by π/2 as a pair of doubles, and its quadrant.
 *
 * Up to 25,000 in three parts of π/2, two of them short enough for exact products (Cody and Waite). Beyond, lane by lane
 * in a function of its own, by multiplication with as many digits of 2/π as matter: M. Payne and R. Hanek, SIGNUM
 * Newsletter 18, 19 (1983). That path takes some hundred nanoseconds.
 */
import { defineFunction, type FunctionWriter, type Variable } from '../module.js';
import { type F64, f64, f64x2, type I32, i32, i32x4, i64x2, type V128, v128 } from '../values.js';
import { choose, constant, exactProduct, type Pair, quickSum, toInteger } from './arithmetic.js';

const { add, sub, mul, le } = f64x2;

const limit = 25_000;
const inverseHalfPi = 0.6366197723675814;
/** π/2: 39 bits, 39 more, 53 more. */
const halfPiParts = [1.5707963267959713, -1.074634655497831e-12, 6.36831716351095e-25] as const;
const halfPi = 1.5707963267948966;
const halfPiLow = 6.123233995736766e-17;

/** high + low = x − (quadrant) π/2; the quadrant's two bits are the lowest of the int64. */
export interface Remainder extends Pair {
  readonly quadrant: V128;
}

/** @param x a variable ≥ 0 */
export function remainderByHalfPi(f: FunctionWriter, x: V128): Remainder {
  const { value: n, bits } = toInteger(f, mul(x, constant(inverseHalfPi)));
  const first = f.let(sub(x, mul(n, constant(halfPiParts[0]))));
  const middle = f.let(mul(n, constant(halfPiParts[1])));
  const second = f.let(sub(first, middle));
  const lost = sub(sub(first, second), middle);
  const third = f.let(sub(mul(n, constant(halfPiParts[2])), lost));
  const high = f.let(sub(second, third));
  const low = f.let(sub(sub(second, high), third));
  const quadrant = f.let(bits);
  const moderate = f.let(le(x, constant(limit)));
  f.if(i32.eqz(i64x2.allTrue(moderate)), () => {
    const [a, b] = ([0, 1] as const).map((lane) => f.call(farRemainder, 'v128', f64x2.extractLane(x, lane)));
    const farLow = f.let(f64x2.shuffle(a, b, 1, 3));
    f.set(high, choose(moderate, high, f64x2.shuffle(a, b, 0, 2)));
    f.set(low, choose(moderate, low, farLow));
    f.set(quadrant, choose(moderate, quadrant, farLow));
  });
  return { high, low, quadrant };
}

/** Bits of a digit. */
const width = 24;
const base = 2 ** width;
/** 2/π · 2^1344 */
const twoOverPi = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e00649' +
    '2eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8b' +
    'bdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5' +
    'f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361da9e391615ee61b08',
);
const digitCount = 56;

/** The k-th digit of 2/π after the point, 0 before and behind those that there are. */
const digitOfTwoOverPi = defineFunction('digitOfTwoOverPi', { k: 'i32' }, 'f64', (f, { k }) => {
  const find = (from: number, to: number): void => {
    if (to - from === 1) {
      const digit = (twoOverPi >> BigInt(width * (digitCount - 1 - from))) & BigInt(base - 1);
      f.return(f64.const(Number(digit)));
      return;
    }
    const middle = (from + to) >> 1;
    f.if(
      i32.ltS(k, middle),
      () => find(from, middle),
      () => find(middle, to),
    );
  };
  f.if(i32.ltU(k, digitCount), () => find(0, digitCount));
  return f64.const(0);
});

/**
 * The remainder of a large x as (high, low); the lowest two bits of `low` are the quadrant.
 *
 * x = y · 2^24j with 1 ≤ y < 2^24 in four digits. Products of digits with weights that are multiples of 4 are left out.
 */
const farRemainder = defineFunction('remainderByHalfPi', { x: 'f64' }, 'v128', (f, { x }) => {
  const high32 = i32x4.extractLane(f64x2.splat(x), 1);
  const j = f.let(i32.divU(i32.sub(i32.shrU(high32, 20), 1023), width));
  const y = digitsOf(f, f64.mul(x, inversePower(f, j)), 4);
  const places = 7;
  const digits = Array.from({ length: places + 3 }, (_, k) =>
    f.call(digitOfTwoOverPi, 'f64', i32.add(j, k - 4)),
  );
  // sums[d] · 2^(−24 d)
  const sums = Array.from({ length: places }, (_, d) =>
    f.let(y.map((part, i) => f64.mul(part, digits[d + 3 - i])).reduce((sum, term) => f64.add(sum, term))),
  );
  for (let d = places - 1; d > 0; d--) {
    const carry = f.let(f64.floor(f64.mul(sums[d], 1 / base)));
    f.set(sums[d], f64.sub(sums[d], f64.mul(carry, base)));
    f.set(sums[d - 1], f64.add(sums[d - 1], carry));
  }
  // The nearest quadrant, and a fraction between −½ and ½
  const up = f.let(f64.floor(f64.mul(sums[1], 2 / base)));
  const whole = f.let(f64.add(sums[0], up));
  const quadrant = f64.sub(whole, f64.mul(f64.floor(f64.mul(whole, 0.25)), 4));
  f.set(sums[1], f64.sub(sums[1], f64.mul(up, base)));
  const [a, b, c] = [1, 3, 5].map((d) =>
    f.let(f64x2.splat(f64.add(f64.mul(sums[d], base ** -d), f64.mul(sums[d + 1], base ** -(d + 1))))),
  );
  const leading = quickSum(f, a, b);
  const fraction = quickSum(f, leading.high, f.let(add(leading.low, c)));
  const product = exactProduct(f, fraction.high, constant(halfPi));
  const cross = add(mul(fraction.high, constant(halfPiLow)), mul(fraction.low, constant(halfPi)));
  const { high, low } = quickSum(f, product.high, f.let(add(product.low, cross)));
  const bits = quadrantBits(f64x2.splat(quadrant));
  const marked = v128.or(v128.andNot(low, i64x2.const(3n)), bits);
  return f64x2.shuffle(high, marked, 0, 2);
});

/** The integers 0 … 3 as int64. */
function quadrantBits(x: V128): V128 {
  return v128.and(add(x, constant(2 ** 52)), i64x2.const(3n));
}

/** 2^(−24 j) */
function inversePower(f: FunctionWriter, j: I32): F64 {
  const exponent = f64.convertI32S(i32.sub(1023, i32.mul(j, width)));
  const bits = f.let(f64x2.splat(f64.add(exponent, 2 ** 52)));
  return f64x2.extractLane(i64x2.shl(bits, 52), 0);
}

/** `count` digits of a value below 2^24, the first one its whole part. */
function digitsOf(f: FunctionWriter, value: F64, count: number): Variable<'f64'>[] {
  const rest = f.let(value);
  return Array.from({ length: count }, () => {
    const digit = f.let(f64.floor(rest));
    f.set(rest, f64.mul(f64.sub(rest, digit), base));
    return digit;
  });
}
