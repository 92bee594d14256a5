/** The float64 backend against the op tests that tfjs-core ships. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { onWarning } from '../../src/message/index.js';
import { expectedFailures, filesLeftOut } from './op-tests/expected.js';
import { runOpTests, type SpecResult, specFiles } from './op-tests/run.js';

const leftOut = new Set(Object.values(filesLeftOut).flat());
const fileOf = (spec: SpecResult): string => spec.name.slice(0, spec.name.indexOf(':'));
const namesOf = (specs: readonly SpecResult[]): string[] => specs.map((spec) => spec.name).sort();

describe("tfjs-core's own op tests", () => {
  let all: SpecResult[] = [];
  let held: SpecResult[] = [];

  beforeAll(async () => {
    const quiet = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const former = onWarning(() => {});
    all = await runOpTests(specFiles());
    held = all.filter((spec) => !leftOut.has(fileOf(spec)));
    onWarning(former);
    quiet.mockRestore();
  }, 120_000);

  test('pass on the float64 backend, save those that are listed with a reason', () => {
    const failed = held.filter((spec) => !spec.passed);
    const expected = Object.values(expectedFailures).flat().sort();
    const surprises = failed.filter((spec) => !expected.includes(spec.name));
    expect(surprises.map((spec) => `${spec.name}\n  ${spec.message}`)).toEqual([]);
    expect(namesOf(failed)).toEqual(expected);
  });

  test('are as many as docs/tensor.md says', () => {
    const passed = held.filter((spec) => spec.passed).length;
    const files = specFiles().length - leftOut.size;
    const page = readFileSync(new URL('../../docs/tensor.md', import.meta.url), 'utf8');
    expect(page).toContain(
      `${passed} of the ${held.length} specs in ${files} of its ${specFiles().length} files pass`,
    );
  });

  test('fail in the files left out only where a kernel is missing, and say which', () => {
    const outside = all.filter((spec) => leftOut.has(fileOf(spec)) && !spec.passed);
    expect(outside.filter((spec) => !spec.message.includes('has no kernel'))).toEqual([]);
    expect([...new Set(outside.map(fileOf))].sort()).toEqual([...leftOut].sort());
  });
});
