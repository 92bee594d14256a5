/** Runs one row here and now. Not for printing or writing what it gives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './machine.js';
import type { Outcome } from './report.js';
import { passes, type Row } from './row.js';

/** Never throws: a row that breaks, or whose results are wrong, is an outcome too. */
export async function runRow(
  row: Row,
  missing: Machine['missing'],
  options: { quick: boolean; rounds: number },
): Promise<Outcome> {
  const { name, title } = row;
  const absent = row.peers.flatMap((peer) => missing[peer] ?? []);
  if (absent.length > 0) return { name, title, status: 'missing', reason: absent.join('; ') };
  const directory = mkdtempSync(join(tmpdir(), 'stillpoint-bench-'));
  const before = loadavg()[0];
  const began = performance.now();
  try {
    const measurement = await row.run({ ...options, directory });
    const circumstances = {
      ...options,
      date: new Date().toISOString().slice(0, 10),
      seconds: Math.round((performance.now() - began) / 1000),
      loadAverage: [before, loadavg()[0]] as const,
    };
    const failed = measurement.checks.filter((check) => !passes(check));
    if (failed.length > 0) return { name, title, status: 'wrong', failed, circumstances };
    return { name, title, status: 'measured', circumstances, ...measurement };
  } catch (error) {
    return { name, title, status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
