/** The atoms that every viewer shows: a cube of a simple cubic lattice, a little disordered. */
import { ELEMENT, RADIUS } from '../peers/viewer.js';

/** Atoms along an edge. */
export function sideOf(count: number): number {
  return Math.ceil(Math.cbrt(count) - 1e-9);
}

/** `count × 3` coordinates in ångströms; `frame` chooses the disorder. */
export function lattice(count: number, frame: number): Float32Array {
  const side = sideOf(count);
  const positions = new Float32Array(3 * count);
  let state = 12345 + frame;
  for (let i = 0; i < count; i++) {
    const cell = [i % side, Math.floor(i / side) % side, Math.floor(i / (side * side))];
    for (let k = 0; k < 3; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      positions[3 * i + k] = 2 * RADIUS * (cell[k] + 0.2 * (state / 2 ** 32 - 0.5));
    }
  }
  return positions;
}

export function xyz(frames: readonly Float32Array[]): string {
  const lines: string[] = [];
  for (const positions of frames) {
    lines.push(String(positions.length / 3), 'Properties=species:S:1:pos:R:3');
    for (let k = 0; k < positions.length; k += 3) {
      lines.push(
        `${ELEMENT} ${positions[k].toFixed(4)} ${positions[k + 1].toFixed(4)} ${positions[k + 2].toFixed(4)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The format of GROMACS: fixed columns, in nanometres. */
export function gro(frames: readonly Float32Array[]): string {
  const lines: string[] = [];
  for (const positions of frames) {
    const count = positions.length / 3;
    lines.push('Atoms', String(count));
    for (let i = 0; i < count; i++) {
      const label = String((i + 1) % 100_000).padStart(5);
      const [x, y, z] = positions.subarray(3 * i, 3 * i + 3);
      const place = [x, y, z].map((value) => (value / 10).toFixed(3).padStart(8)).join('');
      lines.push(`${label}${ELEMENT.padEnd(5)}${ELEMENT.padStart(5)}${label}${place}`);
    }
    lines.push('0.0 0.0 0.0');
  }
  return `${lines.join('\n')}\n`;
}
