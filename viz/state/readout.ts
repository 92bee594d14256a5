/** A value of a curve in words for people: with the digits that tell it from the values of the frames around. */

const FEWEST = 4;
/** More are not certain in double precision. */
const MOST = 15;

/**
 * The value at a frame, with at least four digits, zeros at the end left out; a dash where there is none.
 *
 * @param read the value at any of the frames; NaN where there is none
 */
export function readout(read: (frame: number) => number, frames: number, frame: number): string {
  const value = read(frame);
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const changeOn = (side: 1 | -1): number => {
    for (let k = frame + side; k >= 0 && k < frames; k += side) {
      const change = Math.abs(read(k) - value);
      if (change > 0 && change < Infinity) return change;
    }
    return Infinity;
  };
  const change = Math.min(changeOn(-1), changeOn(1));
  const needed = Number.isFinite(change) ? order(value) - order(change) + 2 : FEWEST;
  const digits = Math.min(MOST, Math.max(FEWEST, needed));
  const rounded = Number(value.toPrecision(digits));
  const plain = order(value) >= -3 && (order(value) < 5 || order(value) < digits);
  return plain ? String(rounded) : rounded.toExponential();
}

function order(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}
