/** What the viewers gave, as Markdown. */
import type { Figures, Pair } from './measure.js';

export interface Cell {
  readonly viewer: string;
  readonly atoms: number;
  readonly pair: Pair;
}

export interface ViewerReport {
  readonly machine: string;
  readonly browser: string;
  readonly date: string;
  readonly quick: boolean;
  readonly loadAverage: readonly [number, number];
  readonly versions: Readonly<Record<string, string>>;
  /** Viewers that are not here, with what to do about it. */
  readonly missing: Readonly<Record<string, string>>;
  readonly cells: readonly Cell[];
}

const columns = [
  'atoms',
  'viewer',
  'turning, ms a frame',
  'ours / peer',
  'playing, ms a frame',
  'ours / peer',
  'uploaded a frame, turning / playing',
  'first picture, s',
  'ours / peer',
  'memory: program + graphics',
  'covered',
];

export function toMarkdown(report: ViewerReport): string {
  const { machine, browser, date, quick, loadAverage, versions, missing, cells } = report;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const before = `${machine}. ${browser}, software graphics, 800 × 600. ${named.join(', ')}. ${date}, load average ${loadAverage.map((load) => load.toFixed(1)).join(' before and ')} after${quick ? '; a quick run, whose figures mean nothing' : ''}.`;
  const rows = cells.flatMap(({ viewer, atoms, pair }) => [
    ...(pair.peer === null ? [] : [row(atoms, viewer, pair.peer, pair.ratios)]),
    row(atoms, viewer === 'stillpoint' ? 'stillpoint' : `stillpoint, beside ${viewer}`, pair.ours, {}),
  ]);
  const table = [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const absent = Object.entries(missing).map(([name, what]) => `- ${name} is not here: ${what}`);
  return `${[before, table.join('\n'), absent.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

function row(atoms: number, viewer: string, figures: Figures, ratios: Pair['ratios']): string[] {
  const { turning, playing, firstPicture, programBytes, graphicsBytes, share, failed } = figures;
  const lacking = failed === undefined ? '' : failed.replaceAll('|', '/');
  const time = (value: number | undefined): string => (value === undefined ? lacking : number(value));
  const uploads = [turning?.uploaded, playing?.uploaded].map((value) =>
    value === undefined ? '–' : bytes(value),
  );
  return [
    atoms.toLocaleString('en'),
    viewer,
    time(turning?.median),
    number(ratios.turning),
    time(playing?.median),
    number(ratios.playing),
    uploads.join(' / '),
    firstPicture === undefined ? lacking : number(firstPicture / 1000),
    number(ratios.firstPicture),
    programBytes === undefined || graphicsBytes === undefined
      ? lacking
      : `${bytes(programBytes)} + ${bytes(graphicsBytes)}`,
    share === undefined ? '' : `${Math.round(100 * share)} %`,
  ];
}

function number(value: number | undefined): string {
  if (value === undefined) return '';
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function bytes(value: number): string {
  if (value < 1000) return `${Math.round(value)} B`;
  return value < 1e6 ? `${number(value / 1e3)} kB` : `${number(value / 1e6)} MB`;
}
