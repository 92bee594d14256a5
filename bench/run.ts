/**
 * `npm run bench`: times every row whose peers this machine has, and writes the table.
 *
 * Each row runs in a process of its own, so that none inherits another's heap or compiled code. docs/performance.md
 * says how the figures come about.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { describeMachine, type Machine, packageRoot } from './machine.js';
import {
  mergeReports,
  type Outcome,
  type Report,
  rowsMarkdown,
  tableMarkdown,
  toMarkdown,
} from './report.js';
import { rows } from './rows/index.js';
import { runRow } from './run-row.js';

const help = `npm run bench -- [options]

  --list           the rows, and which of them lack their peer
  --row NAME       only this row; may be given more than once
  --quick          small systems, two rounds: shows that everything runs; figures mean nothing
  --rounds N       samples of each quantity; 15 by default
  --out DIR        where bench.md and bench.json go; stillpoint-output/ by default
  --viewer         the viewer against other viewers, in place of the rows; --viewer --help says more
  --docs           lay the rows over docs/performance.json, its table into docs/performance.md, and what is said of
                   each row into docs/performance-rows.md

STILLPOINT_LAMMPS and STILLPOINT_PYTHON name the programs of the peers (lmp and python3 by default).
`;

const detailsHead = `# Rows of the table of performance

Written by \`npm run bench -- --docs\`: for each row of [the table](performance.md#the-last-table) what was timed, the
times themselves, what was checked, and what the peer was given.
`;

// A benchmark of its own, with options of its own.
if (process.argv[2] === '--viewer') {
  process.argv.splice(2, 1);
  await import('./viewer/run.js');
  process.exit();
}

const { values } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    row: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    out: { type: 'string', default: 'stillpoint-output' },
    docs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    /** Internal: run the one row in this process and write its outcome there. */
    'outcome-file': { type: 'string' },
  },
});

const rounds = Number(values.rounds ?? (values.quick ? 2 : 15));
const names = rows.map((row) => row.name);

if (values.help) process.stdout.write(help);
else if (!(Number.isInteger(rounds) && rounds > 0))
  refuse(`--rounds takes a whole number, found ${values.rounds}`);
else await main();

async function main(): Promise<void> {
  const unknown = values.row?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    refuse(`there is no row "${unknown}"; the rows are ${names.join(', ')}`);
    return;
  }
  const chosen = rows.filter((row) => values.row?.includes(row.name) ?? true);
  const machine = describeMachine();
  if (values['outcome-file'] !== undefined) {
    const outcome = await runRow(chosen[0], machine.missing, { quick: values.quick, rounds });
    // Not JSON, which has no NaN.
    writeFileSync(values['outcome-file'], serialize(outcome));
    return;
  }
  if (values.list) {
    for (const { name, title, peers } of chosen) {
      const absent = peers.flatMap((peer) => machine.missing[peer] ?? []);
      console.log(
        `${name.padEnd(28)} ${title}${absent.length > 0 ? `\n${' '.repeat(29)}${absent.join('; ')}` : ''}`,
      );
    }
    return;
  }
  mkdirSync(values.out, { recursive: true });
  const outcomes = chosen.map((row) => {
    process.stderr.write(`${row.name} … `);
    const outcome = inOwnProcess(row.name);
    process.stderr.write(`${summaryOf(outcome)}\n`);
    return outcome;
  });
  write({ machine, rows: outcomes });
  if (outcomes.some(({ status }) => status === 'wrong' || status === 'failed')) process.exitCode = 1;
}

function inOwnProcess(name: string): Outcome {
  const file = resolve(values.out, `${name}.outcome`);
  const options = ['--row', name, '--rounds', String(rounds), '--outcome-file', file];
  try {
    execFileSync(
      process.execPath,
      ['--expose-gc', fileURLToPath(import.meta.url), ...options, ...(values.quick ? ['--quick'] : [])],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    return deserialize(readFileSync(file));
  } catch (error) {
    const title = rows.find((row) => row.name === name)?.title ?? '';
    return { name, title, status: 'failed', reason: String(error) };
  } finally {
    rmSync(file, { force: true });
  }
}

function summaryOf(outcome: Outcome): string {
  switch (outcome.status) {
    case 'measured':
      return (
        outcome.ratios.map(({ what, summary }) => `${what}: ${summary.median.toPrecision(3)}`).join(', ') ||
        'done'
      );
    case 'wrong':
      return `wrong: ${outcome.failed.map(({ what, difference }) => `${what} ${difference.toExponential(1)}`).join(', ')}`;
    default:
      return `${outcome.status}: ${outcome.reason}`;
  }
}

function write(report: Report): void {
  writeFileSync(join(values.out, 'bench.json'), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(values.out, 'bench.md'), toMarkdown(report));
  console.log(`${join(values.out, 'bench.md')}\n${join(values.out, 'bench.json')}`);
  if (values.docs) writeDocs(report);
}

/** Rows of an earlier run stay, if they were run on the same machine and no version has changed since. */
function writeDocs(report: Report): void {
  const docs = join(packageRoot(), 'docs');
  const store = join(docs, 'performance.json');
  const page = join(docs, 'performance.md');
  const details = 'performance-rows.md';
  const kept = readReport(store);
  const merged = mergeReports(kept && sameMachine(kept.machine, report.machine) ? kept : null, report, names);
  const text = readFileSync(page, 'utf8');
  const marker = '<!-- The last table: written by npm run bench -- --docs -->';
  const above = text.slice(0, text.indexOf(marker) + marker.length);
  if (!above.endsWith(marker)) throw new Error(`${page} lacks the line ${marker}`);
  writeFileSync(store, `${JSON.stringify(merged, null, 1)}\n`);
  writeFileSync(page, `${above}\n\n${tableMarkdown(merged, details)}`);
  writeFileSync(join(docs, details), `${detailsHead}\n${rowsMarkdown(merged)}`);
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** A peer that only one of the runs found changes nothing about the other's rows. */
function sameMachine(a: Machine, b: Machine): boolean {
  const changed = Object.entries(a.versions).some(
    ([name, version]) => (b.versions[name] ?? version) !== version,
  );
  return a.cpu === b.cpu && a.cores === b.cores && !changed;
}

function refuse(message: string): void {
  process.stderr.write(`bench: ${message}\n`);
  process.exitCode = 2;
}
