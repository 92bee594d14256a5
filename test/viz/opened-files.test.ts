/** Which runs are read, shared and closed. */
import { describe, expect, test } from 'vitest';
import { createRun, createSession, frameOfSystem, type Run } from '../../viz/index.js';
import { OpenedFiles } from '../../viz/view/opened-files.js';
import { disks } from './disks.js';

/** Files whose runs come when they are let, and tell when they are closed. */
function shelf() {
  const closed: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  let read = 0;
  const files = new OpenedFiles(async ({ name }) => {
    const title = `${name} ${++read}`;
    await new Promise<void>((done, fail) => {
      waiting.push((error) => (error ? fail(error) : done()));
    });
    const run: Run = Object.create(createRun(title, [frameOfSystem(disks(0))]), {
      close: { value: () => closed.push(title) },
    });
    return { run, session: createSession(run), shown: false };
  });
  return { files, closed, let: (error?: Error) => waiting.shift()?.(error), reads: () => read };
}

const file = { name: 'a', open: () => Promise.reject(new Error('not asked')) };

describe('files that have been opened', () => {
  test('are read once, however often they are asked for meanwhile', async () => {
    const { files, let: go, reads } = shelf();
    const both = [files.get(file), files.get(file)];
    go();
    const [one, other] = await Promise.all(both);
    expect(one).toBe(other);
    expect(await files.get(file)).toBe(one);
    expect(reads()).toBe(1);
  });

  test('are read again after a fault', async () => {
    const { files, let: go } = shelf();
    const first = files.get(file);
    go(new Error('line 3'));
    await expect(first).rejects.toThrow('line 3');
    const second = files.get(file);
    go();
    expect((await second).run.name).toBe('a 2');
  });

  test('are closed when they have been replaced, each once, the last with all', async () => {
    const { files, closed, let: go } = shelf();
    const first = files.get(file);
    go();
    await first;
    for (const _ of [1, 2]) {
      const next = files.replace(file, ({ session }) => ({ ...session, speed: 7 }));
      go();
      expect((await next).session.speed).toBe(7);
    }
    expect(closed).toEqual(['a 1', 'a 2']);
    expect((await files.get(file)).run.name).toBe('a 3');
    files.close();
    await Promise.resolve();
    await expect.poll(() => closed).toEqual(['a 1', 'a 2', 'a 3']);
  });

  test('are closed, too, when they come after the viewer has gone', async () => {
    const { files, closed, let: go } = shelf();
    const coming = files.get(file);
    files.close();
    go();
    await coming;
    await expect.poll(() => closed.length).toBeGreaterThan(0);
  });
});

describe('a film', () => {
  test('ends with the last frame, at any speed', async () => {
    const { filmPlan } = await import('../../viz/view/shot.js');
    const frames = [0, 1, 2, 3].map((k) => frameOfSystem(disks(k), k));
    for (const count of [1, 2, 4]) {
      const run = createRun('film', frames.slice(0, count));
      for (const [speed, interpolate] of [
        [20, true],
        [7, true],
        [50, true],
        [20, false],
      ] as const) {
        const { times, framesPerSecond } = filmPlan({ ...createSession(run), speed, interpolate }, run);
        expect(times[0]).toBe(0);
        expect(times.at(-1)).toBe(count - 1);
        expect(times.every((time, k) => k === 0 || time > times[k - 1])).toBe(true);
        expect(framesPerSecond).toBeCloseTo(interpolate ? Math.max(30, speed) : speed, 9);
      }
    }
  });
});
