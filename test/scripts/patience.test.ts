/** Waiting for as long as something moves. */
import { describe, expect, test } from 'vitest';
import { patiently } from '../../scripts/patience.js';

describe('waiting', () => {
  const lasting = (ms: number) => new Promise<string>((done) => setTimeout(() => done('done'), ms));
  const patience = { seconds: 0.2, message: 'nothing moved' };

  test('goes on while something moves, however long that takes', async () => {
    let moved = 0;
    const moving = setInterval(() => moved++, 10);
    await expect(patiently(lasting(800), { ...patience, progress: () => moved })).resolves.toBe('done');
    clearInterval(moving);
  });

  test('ends where nothing moves for too long', async () => {
    await expect(patiently(lasting(800), { ...patience, progress: () => 0 })).rejects.toThrow(
      'nothing moved',
    );
  });

  test('hands on what goes wrong', async () => {
    const wrong = Promise.reject(new Error('wrong'));
    await expect(patiently(wrong, { ...patience, progress: () => 0 })).rejects.toThrow('wrong');
  });
});
