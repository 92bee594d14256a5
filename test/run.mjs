/**
 * The check run: build, types, lint, and all tests. Says little where all is well, everything about what failed.
 *
 * Its last line counts the tests, and one for each other check. Tests whose tool is not installed are skipped; with
 * CI=true they fail instead.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** The program of a package, to be run with this Node. */
function bin(name, command) {
  const manifest = resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[command]);
}

/** What the programs print goes where this one prints: with colours on a terminal, without elsewhere. */
const { FORCE_COLOR, NO_COLOR, ...plain } = process.env;
const env = { ...plain, ...(process.stdout.isTTY && !NO_COLOR ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) };

function run(script, args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => done({ code, output }));
  });
}

/** One check: its name while it runs, its time when it is done, its output where it failed. */
async function check(name, work) {
  const began = performance.now();
  process.stdout.write(`${name.padEnd(8)}`);
  const result = await work();
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
  console.log(
    `${result.failed > 0 ? 'FAILED' : 'ok    '} ${seconds} s${result.note ? `   ${result.note}` : ''}`,
  );
  if (result.failed > 0 && result.output) console.log(result.output.trimEnd());
  return result;
}

const program = (script, args) => async () => {
  const { code, output } = await run(script, args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
};

async function tests() {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-tests-'));
  const report = join(folder, 'report.json');
  try {
    const { code, output } = await run(bin('vitest', 'vitest'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ]);
    // Of the tests that passed, nothing.
    const failures = output.split('\n').filter((line) => !line.includes('✓'));
    return { ...count(report, code), output: failures.join('\n') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns what vitest's report says; at least one failure where it ended badly */
function count(report, code) {
  let suites;
  try {
    suites = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, note: 'vitest wrote no report' };
  }
  const all = suites.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({
      status,
      title: `${relative(root, name)}: ${fullName}`,
    })),
  );
  const passed = all.filter(({ status }) => status === 'passed').length;
  const skipped = all.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const broken = suites.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  let failed = all.length - passed - skipped.length + broken;
  if (failed === 0 && code !== 0) failed = 1;
  const shown = skipped.slice(0, 10).map(({ title }) => `skipped  ${title}`);
  if (skipped.length > shown.length) shown.push(`skipped  ${skipped.length - shown.length} more`);
  const note = [`${passed} passed`, ...shown].join('\n         ');
  return { passed, failed, skipped: skipped.length, note };
}

const tsc = bin('typescript', 'tsc');
const results = [
  await check('build', program(tsc, ['-p', 'tsconfig.build.json'])),
  await check('page', program(bin('vite', 'vite'), ['build', '--logLevel', 'error'])),
  await check('types', program(tsc, ['--noEmit'])),
  await check('lint', program(bin('@biomejs/biome', 'biome'), ['check', '--error-on-warnings', '.'])),
  await check('tests', tests),
];
const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : '';
console.log(`${total('passed')} passed, ${total('failed')} failed${skipped}`);
process.exitCode = total('failed') > 0 ? 1 : 0;
