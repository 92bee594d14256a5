import { describe, expect, it } from 'vitest';
import { describeMachine } from '../../bench/machine.js';
import { rows } from '../../bench/rows/index.js';
import { runRow } from '../../bench/run-row.js';

const { missing } = describeMachine();

/** Small systems, two rounds: that each row's work runs and its results are right. Nothing here asks for a time. */
describe('every row of the benchmarks', () => {
  it('has a name of its own', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  for (const row of rows) {
    const absent = row.peers.filter((peer) => peer in missing);
    it.skipIf(absent.length > 0)(`${row.name} runs, and its results agree with its peer's`, async () => {
      const outcome = await runRow(row, missing, { quick: true, rounds: 2 });
      if (outcome.status !== 'measured') expect(outcome).toBe('measured');
      else expect(outcome.checks.length).toBeGreaterThan(0);
    });
  }
});
