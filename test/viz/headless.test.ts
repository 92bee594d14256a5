/** The browser that pictures are drawn in without a window, where it is no help. */
import { chmodSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { openHeadless } from '../../scripts/chromium.js';
import { temporaryFolder } from '../scripts/command-line.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Answers whatever it is asked, but will not close. */
const stubborn = `#!${process.execPath}
const fs = require('fs');
let rest = '';
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);
fs.createReadStream(null, { fd: 3 }).on('data', (data) => {
  const asked = (rest + data).split('\\0');
  rest = asked.pop();
  for (const { id, method } of asked.map(JSON.parse)) {
    if (method === 'Browser.close') continue;
    const result = { targetId: 't', sessionId: 's', result: { value: process.pid } };
    fs.writeSync(4, JSON.stringify({ id, result }) + '\\0');
  }
});
`;

test('a browser that does not answer that it shall close is ended', async () => {
  const program = folder.write('stubborn', stubborn);
  chmodSync(program, 0o755);
  const page = await openHeadless(program, 'http://127.0.0.1:1/', [100, 100]);
  const id = await page.evaluate<number>('the process');
  const asked = performance.now();
  await page.close();
  expect(performance.now() - asked).toBeLessThan(15_000);
  expect(() => process.kill(id, 0)).toThrow(/ESRCH/);
}, 30_000);
