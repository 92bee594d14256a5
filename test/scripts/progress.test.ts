import { describe, expect, test } from 'vitest';
import { createProgress, relaxing, solving } from '../../scripts/progress.js';
import { stillpointOn } from './command-line.js';

const talking = { json: false, quiet: false };

/** A terminal of so many columns, and what is written to it. */
function recorder(progressWidth: number | null) {
  const written: string[] = [];
  const err = (text: string): void => {
    written.push(text);
  };
  return { written, terminal: { out() {}, err, colour: false, progressWidth } };
}

/** Runs `steps` steps of 10 ms each, with a force that falls by e each second, towards `target`. */
function watch(steps: number, target: number, width: number | null, options = talking): string[] {
  const { written, terminal } = recorder(width);
  let time = 0;
  const progress = createProgress(terminal, relaxing(target), options, () => time);
  for (let step = 0; step <= steps; step++) {
    progress.update({ step, energy: -1.5, maxForce: Math.exp(-time / 1000), positions: new Float64Array(0) });
    time += 10;
  }
  progress.end();
  return written;
}

describe('the progress of a relaxation', () => {
  test('is drawn ten times a second at most, and cleared', () => {
    const written = watch(500, Math.exp(-10), 120);
    expect(written.length).toBeGreaterThan(40);
    expect(written.length).toBeLessThanOrEqual(51);
    expect(written.every((text) => text.startsWith('\r\x1b[2K'))).toBe(true);
    expect(written[written.length - 1]).toBe('\r\x1b[2K');
  });

  test('shows step, energy, force, rate, and the time that is left', () => {
    const written = watch(500, Math.exp(-10), 120);
    const line = written[written.length - 2];
    expect(line).toMatch(/step 500 .*energy -1\.5000000 .*max force 6\.74e-3 .*100 steps\/s .*5 s left/);
    // half of the way on the logarithm, from the first line that was drawn
    expect(line).toMatch(/━{10}─{10} 49 %/);
  });

  test('fits narrow terminals', () => {
    for (const width of [100, 60, 40, 20, 5]) {
      for (const text of watch(200, 1e-6, width)) {
        expect(text.replace('\r\x1b[2K', '').length).toBeLessThan(width);
      }
    }
  });

  test('promises no time where the force does not fall', () => {
    const { written, terminal } = recorder(120);
    let time = 0;
    const progress = createProgress(terminal, relaxing(1e-6), talking, () => time);
    for (let step = 0; step < 100; step++) {
      progress.update({ step, energy: 0, maxForce: 1 + step, positions: new Float64Array(0) });
      time += 50;
    }
    expect(written[written.length - 1]).not.toContain('left');
  });

  test('tells iterations and residual of a linear solve', () => {
    const { written, terminal } = recorder(120);
    let time = 0;
    const progress = createProgress(terminal, solving(1e-12), talking, () => time);
    for (let iterations = 1; iterations <= 100; iterations++) {
      progress.update({ iterations, residual: 10 ** (-iterations / 10) });
      time += 50;
    }
    const line = written[written.length - 1];
    expect(line).toMatch(
      /differentiate ━+─+ +\d+ % {2}iteration 9\d .*residual \d\.\d\de-\d+ .*iterations\/s/,
    );
    expect(line).not.toContain('energy');
  });

  test('is not shown where nobody sees it', () => {
    expect(watch(500, 1e-6, null)).toEqual([]);
    expect(watch(500, 1e-6, 120, { json: true, quiet: false })).toEqual([]);
    expect(watch(500, 1e-6, 120, { json: false, quiet: true })).toEqual([]);
  });
});

test('a terminal with colours gets them, and the same words', async () => {
  const args = ['energy', 'test/data/packings/bidisperse-3d-128.extxyz', '-p', 'soft-sphere'];
  const plain = await stillpointOn({}, ...args);
  const coloured = await stillpointOn({ colour: true }, ...args);
  expect(plain.out).not.toContain('\x1b');
  expect(coloured.out).toContain('\x1b[');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours begin with one
  expect(coloured.out.replace(/\x1b\[\d+m/g, '')).toBe(plain.out);
});
