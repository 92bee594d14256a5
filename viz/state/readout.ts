/** A value of a curve in words for people: with the digits that tell it from the values of the frames around. */

const FEWEST = 4;
/** More are not certain in double precision. */
const MOST = 15;

/** The value at a frame, with at least four digits, zeros at the end left out; a dash where there is none. */
export function readout(values: readonly number[], frame: number): string {
  const value = values[frame];
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const change = Math.min(changeFrom(values, frame, -1), changeFrom(values, frame, 1));
  const needed = Number.isFinite(change) ? order(value) - order(change) + 2 : FEWEST;
  const digits = Math.min(MOST, Math.max(FEWEST, needed));
  const rounded = Number(value.toPrecision(digits));
  const plain = order(value) >= -3 && (order(value) < 5 || order(value) < digits);
  return plain ? String(rounded) : rounded.toExponential();
}

/** To the next value on that side that is another one. */
function changeFrom(values: readonly number[], frame: number, side: 1 | -1): number {
  for (let k = frame + side; k >= 0 && k < values.length; k += side) {
    if (Number.isFinite(values[k]) && values[k] !== values[frame]) return Math.abs(values[k] - values[frame]);
  }
  return Infinity;
}

function order(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}
