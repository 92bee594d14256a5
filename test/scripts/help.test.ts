import { expect, test } from 'vitest';
import { stillpoint } from './command-line.js';

test('the help names all commands and the exit codes', async () => {
  const { code, out, err } = await stillpoint('--help');
  expect([code, err]).toEqual([0, '']);
  for (const command of ['energy <file>', 'relax <file>', 'sensitivity <file>', 'demo']) {
    expect(out).toContain(`stillpoint ${command}`);
  }
  expect(out).toContain('Exit codes: 0 done, 1 ran but did not converge, 2 bad usage or bad input');
});

test.each(['energy', 'relax', 'sensitivity', 'demo'])(
  'the help of %s has examples that can be run',
  async (command) => {
    const { code, out } = await stillpoint(command, '--help');
    expect(code).toBe(0);
    const examples = [...out.matchAll(/^ {2}stillpoint (.*)$/gm)].map(([, line]) => line.split(' '));
    expect(examples.length).toBeGreaterThan(1);
    for (const argv of examples.slice(1)) {
      // Only the files of the examples are made up: usage is right where it is a file that is complained about.
      const { err } = await stillpoint(...argv.map((word) => (command === 'demo' ? '--help' : word)));
      if (command !== 'demo') expect(err).toMatch(/cannot read (?:start|rest|run|argon)\.xyz/);
    }
  },
);

test('the version is that of the package', async () => {
  expect(await stillpoint('--version')).toMatchObject({ code: 0, out: '0.0.0-test\n' });
});
