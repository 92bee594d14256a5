/** What the rows gave, as JSON that can be kept and as Markdown that can be read. */
import type { Machine } from './machine.js';
import type { Check, Measurement, Ratio, Series, Table } from './row.js';
import type { Summary } from './statistics.js';

interface Head {
  readonly name: string;
  readonly title: string;
}

/** When and how a row was run. */
export interface Circumstances {
  readonly date: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly seconds: number;
  /** Of one minute, before and after. */
  readonly loadAverage: readonly [number, number];
}

/** A row's outcome. Only a row whose checks all hold has figures. */
export type Outcome = Head &
  (
    | ({ readonly status: 'measured'; readonly circumstances: Circumstances } & Measurement)
    | { readonly status: 'wrong'; readonly failed: readonly Check[]; readonly circumstances: Circumstances }
    | { readonly status: 'failed'; readonly reason: string }
    | { readonly status: 'missing'; readonly reason: string }
  );

export interface Report {
  readonly machine: Machine;
  readonly rows: readonly Outcome[];
}

/**
 * `fresh` laid over `kept`: rows run anew take the place of those of the same name, unless their peer was missing this
 * time; the order is `names`.
 */
export function mergeReports(kept: Report | null, fresh: Report, names: readonly string[]): Report {
  const outcomes = new Map<string, Outcome>();
  for (const outcome of [...(kept?.rows ?? []), ...fresh.rows]) {
    if (outcome.status !== 'missing' || !outcomes.has(outcome.name)) outcomes.set(outcome.name, outcome);
  }
  const rows = names.flatMap((name) => outcomes.get(name) ?? []);
  const versions = { ...kept?.machine.versions, ...fresh.machine.versions };
  return { machine: { ...fresh.machine, versions }, rows };
}

/** All on one page. */
export function toMarkdown(report: Report): string {
  return `${tableMarkdown(report, '')}\n${rowsMarkdown(report)}`;
}

/** The machine and the table; each row's name leads to what is said of it on `page`. */
export function tableMarkdown({ machine, rows }: Report, page: string): string {
  return `${machineText(machine)}\n\n${overview(rows, page)}\n`;
}

/** What there is to say of each row: a heading of its name, which is its anchor, and all that was measured. */
export function rowsMarkdown({ rows }: Report): string {
  const parts = rows.flatMap(details).filter((part) => part !== '');
  return `${parts.join('\n\n')}\n`;
}

function machineText({ cpu, cores, memoryGiB, versions }: Machine): string {
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB. ${listed.join(', ')}.`;
}

function overview(rows: readonly Outcome[], page: string): string {
  return markdownTable(
    ['row', 'work', 'ratio of', 'median (quartiles)', 'of the fastest', 'goal'],
    rows.flatMap((row) => overviewLines(row, page)),
  );
}

function overviewLines(row: Outcome, page: string): string[][] {
  const name = `\`${row.name}\``;
  const head = [row.status === 'measured' ? `[${name}](${page}#${row.name})` : name, row.title];
  switch (row.status) {
    case 'missing':
      return [[...head, '', '', '', `not run: ${row.reason}`]];
    case 'failed':
      return [[...head, '', '', '', `failed: ${row.reason.split('\n')[0]}`]];
    case 'wrong':
      return [[...head, '', '', '', `no figure: ${row.failed.map(checkText).join('; ')}`]];
    case 'measured':
      if (row.ratios.length === 0) return [[...head, '', '', '', 'see its table']];
      return row.ratios.map((ratio, k) => [
        ...(k === 0 ? head : ['', '']),
        ratio.what,
        `${number(ratio.summary.median)} (${number(ratio.summary.lowerQuartile)} – ${number(ratio.summary.upperQuartile)})`,
        number(ratio.fastest),
        goalText(ratio),
      ]);
  }
}

function goalText({ goal, atLeast, summary }: Ratio): string {
  if (goal === undefined) return '';
  const met = atLeast ? summary.median >= goal : summary.median <= goal;
  return `${atLeast ? '≥' : '≤'} ${number(goal)}: ${met ? 'met' : 'not met'}`;
}

function details(row: Outcome): string[] {
  if (row.status !== 'measured') return [];
  const { circumstances, series, checks, tables = [], contents, scripts = {} } = row;
  const [before, after] = circumstances.loadAverage;
  return [
    `## ${row.name}`,
    `${row.title}.`,
    `\`npm run bench -- --row ${row.name}\`, ${circumstances.date}, ${circumstances.rounds} rounds` +
      `${circumstances.quick ? ' (--quick: no figure to quote)' : ''}, load average ${before.toFixed(1)} before and ` +
      `${after.toFixed(1)} after.`,
    contents.join('\n\n'),
    series.length === 0 ? '' : seriesTable(series),
    ...tables.map(tableText),
    checks.length === 0 ? '' : `Checked in the same run: ${checks.map(checkText).join('; ')}.`,
    ...Object.entries(scripts).map(
      ([name, text]) =>
        `<details><summary>${name}</summary>\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n\n</details>`,
    ),
  ];
}

function seriesTable(series: readonly Series[]): string {
  const columns: (keyof Summary)[] = ['min', 'lowerQuartile', 'median', 'upperQuartile', 'max'];
  return markdownTable(
    ['time of', 'unit', 'min', 'lower quartile', 'median', 'upper quartile', 'max', 'samples'],
    series.map(({ what, unit, summary }) => [
      what,
      unit,
      ...columns.map((column) => number(summary[column])),
      String(summary.count),
    ]),
  );
}

function tableText({ title, header, rows }: Table): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? number(cell) : cell)));
  return `${title}\n\n${markdownTable(header, cells)}`;
}

function checkText({ what, difference, tolerance }: Check): string {
  return `${what} differs by ${difference.toExponential(1)} (allowed ${tolerance.toExponential(0)})`;
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Three significant digits, without an exponent where that is short enough. */
export function number(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e7)) return value.toExponential(2);
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
