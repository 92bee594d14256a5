/**
 * `npm run bench -- --viewer`: this project's viewer and others in the same browser, at 10,000 to 1,000,000 atoms, and
 * what they took as Markdown and JSON. docs/performance.md says how the figures come about.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../machine.js';
import { findChromium, openBrowser } from './browser.js';
import { buildPage, missingOf, servePages, type ViewerName, versionOf, viewers } from './build.js';
import { measurePair, type Plan } from './measure.js';
import { type Cell, toMarkdown, type ViewerReport } from './report.js';

const help = `npm run bench -- --viewer [options]

  --quick          1,000 and 10,000 atoms, a few frames: shows that everything runs
  --only NAME      this viewer against ours (stillpoint: ours alone); may be given more than once
  --atoms N        this size; may be given more than once
  --pictures       a picture of every viewer as it is measured, beside the report
  --out DIR        where viewer.md and viewer.json go; stillpoint-output/ by default
  --docs           the table also into docs/performance.md

STILLPOINT_VIEWERS names the folder node_modules that holds the other viewers: npm install ngl 3dmol molstar
matterviz@0.3.2 svelte @sveltejs/vite-plugin-svelte there. CHROMIUM names the browser's program.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    atoms: { type: 'string', multiple: true },
    pictures: { type: 'boolean', default: false },
    out: { type: 'string', default: 'stillpoint-output' },
    docs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const everyName = Object.keys(viewers) as ViewerName[];
const sizes = values.atoms?.map(Number) ?? (values.quick ? [1_000, 10_000] : [10_000, 100_000, 1_000_000]);

if (values.help) process.stdout.write(help);
else await main();

async function main(): Promise<void> {
  const unknown = values.only?.find((name) => !(everyName as string[]).includes(name));
  if (unknown !== undefined)
    return refuse(`there is no viewer "${unknown}"; there are ${everyName.join(', ')}`);
  const wrong = sizes.findIndex((size) => !(Number.isInteger(size) && size > 0));
  if (wrong >= 0) return refuse(`--atoms takes a whole number, found ${values.atoms?.[wrong]}`);
  const program = findChromium();
  if (program === null) return refuse('no Chromium: install it, or name its program in CHROMIUM');

  const missing: Record<string, string> = {};
  for (const name of everyName) {
    const what = missingOf(name);
    if (what !== null) missing[name] = what;
  }
  const wanted = everyName.filter((name) => values.only?.includes(name) ?? true);
  const peers = wanted.filter((name) => name !== 'stillpoint' && !(name in missing));
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-viewers-'));
  const loadBefore = loadavg()[0];
  try {
    const built: ViewerName[] = ['stillpoint', ...peers];
    for (const name of built) {
      process.stderr.write(`building ${name}\n`);
      await buildPage(name, join(folder, name));
    }
    const server = await servePages(folder);
    const base = server.resolvedUrls?.local[0] ?? '';
    const browser = await openBrowser(program);
    const cells: Cell[] = [];
    mkdirSync(values.out, { recursive: true });
    try {
      for (const atoms of sizes) {
        for (const viewer of peers.length > 0 ? peers : (['stillpoint'] as const)) {
          process.stderr.write(`${atoms} atoms, ${viewer} … `);
          const peerUrl = viewer === 'stillpoint' ? null : `${base}${viewer}/index.html`;
          const picture = (which: string): string =>
            resolve(values.out, `viewer-${viewer}-${which}-${atoms}.png`);
          const pair = await measurePair(
            browser,
            [`${base}stillpoint/index.html`, peerUrl],
            planFor(atoms),
            values.pictures ? picture : undefined,
          );
          const { turning, playing } = pair.ratios;
          const [ours, theirs] = [pair.ours.turning?.median, pair.peer?.turning?.median];
          process.stderr.write(
            `turning ${ours?.toFixed(1)} / ${theirs?.toFixed(1)} ms, ratio ${turning?.toFixed(3)}; playing ${playing?.toFixed(3)} ${pair.ours.failed ?? ''} ${pair.peer?.failed ?? ''}\n`,
          );
          cells.push({ viewer, atoms, pair });
          // After each, so that a run that is stopped has not been for nothing.
          write({
            machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
            browser: `Chromium ${browser.version()}`,
            date: new Date().toISOString().slice(0, 10),
            quick: values.quick,
            loadAverage: [loadBefore, loadavg()[0]],
            versions: Object.fromEntries(built.map((name) => [name, versionOf(name)])),
            missing: Object.fromEntries(
              Object.entries(missing).filter(([name]) => (wanted as string[]).includes(name)),
            ),
            cells,
          });
        }
      }
      if (values.docs) writeDocs(readFileSync(join(values.out, 'viewer.md'), 'utf8'));
      console.log(`${join(values.out, 'viewer.md')}\n${join(values.out, 'viewer.json')}`);
      if (cells.some(({ pair }) => pair.ours.failed !== undefined)) process.exitCode = 1;
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All sizes and viewers together take some fifteen minutes. */
function planFor(atoms: number): Plan {
  if (values.quick) return { atoms, rounds: 1, turnMilliseconds: 100, secondsEach: 30 };
  return atoms >= 500_000
    ? { atoms, rounds: 3, turnMilliseconds: 1000, secondsEach: 120 }
    : { atoms, rounds: 5, turnMilliseconds: 800, secondsEach: 60 };
}

function write(report: ViewerReport): void {
  writeFileSync(join(values.out, 'viewer.json'), `${JSON.stringify(report, null, 1)}\n`);
  writeFileSync(join(values.out, 'viewer.md'), toMarkdown(report));
}

function writeDocs(table: string): void {
  const page = join(packageRoot(), 'docs', 'performance.md');
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [
    '<!-- The viewers: written by npm run bench -- --viewer --docs -->',
    '<!-- End of the viewers -->',
  ];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} lacks the lines ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n${text.slice(to)}`);
}

function refuse(message: string): void {
  process.stderr.write(`bench: ${message}\n`);
  process.exitCode = 2;
}
