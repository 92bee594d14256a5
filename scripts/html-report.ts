/**
 * A report as one HTML file: text, tables, pictures, and plots that can be zoomed and read off. uPlot's script and style
 * sheet are inlined from the package, so that the file opens anywhere, offline. No knowledge of what is reported.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Axis {
  readonly label: string;
  /**
   * Default 'linear'. On a logarithmic axis values that are not positive are left out; where all others lie within a
   * decade, which such an axis would draw as a flat line, it is linear after all.
   */
  readonly scale?: 'linear' | 'log';
}

export interface PlotSeries {
  readonly label: string;
  readonly x: ArrayLike<number>;
  /** As long as x; NaN and infinite values leave a gap. */
  readonly y: ArrayLike<number>;
  /** Default 'line'. */
  readonly style?: 'line' | 'points' | 'both' | 'steps';
  readonly dashed?: boolean;
  /** A CSS colour; by default the palette's next. */
  readonly colour?: string;
}

export type Section =
  | { readonly kind: 'text'; readonly title?: string; readonly paragraphs: readonly string[] }
  | {
      readonly kind: 'table';
      readonly title?: string;
      readonly header: readonly string[];
      readonly rows: readonly (readonly (string | number)[])[];
      readonly note?: string;
    }
  | {
      readonly kind: 'plot';
      readonly title: string;
      readonly x: Axis;
      readonly y: Axis;
      readonly series: readonly PlotSeries[];
      readonly note?: string;
    }
  | {
      readonly kind: 'picture';
      readonly title?: string;
      /** The bytes of a PNG, or the text of an SVG. */
      readonly image: Uint8Array | string;
      /** What can be seen, for those who cannot. */
      readonly alt: string;
      /** Width on the page in pixels; by default the picture's own. Pixels stay sharp when it is enlarged. */
      readonly width?: number;
      readonly note?: string;
    };

export interface Report {
  readonly title: string;
  readonly subtitle?: string;
  readonly sections: readonly Section[];
}

const palette = ['#1f6fb4', '#d9622b', '#2c8c57', '#8a4fb0', '#b08d1a', '#c2417c', '#3a8fa0', '#6b7885'];

/** The whole page. All text is escaped; nothing is loaded from anywhere. */
export function htmlReport({ title, subtitle, sections }: Report): string {
  const plots: object[] = [];
  const body = sections.map((section) => `<section>${sectionHtml(section, plots)}</section>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${uplot('uPlot.min.css')}</style>
<style>${style}</style>
${plots.length > 0 ? `<script>${inScript(uplot('uPlot.iife.min.js'))}</script>` : ''}
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${subtitle === undefined ? '' : `<p class="subtitle">${escaped(subtitle)}</p>`}
${body}
</main>
${plots.length > 0 ? `<script type="application/json" id="plots">${inScript(JSON.stringify(plots))}</script>\n<script>${script}</script>` : ''}
</body>
</html>
`;
}

function sectionHtml(section: Section, plots: object[]): string {
  const heading = section.title === undefined ? '' : `<h2>${escaped(section.title)}</h2>`;
  const note =
    'note' in section && section.note !== undefined ? `<p class="note">${escaped(section.note)}</p>` : '';
  switch (section.kind) {
    case 'text':
      return heading + section.paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('');
    case 'table': {
      const cell = (value: string | number): string =>
        typeof value === 'number' ? `<td class="number">${value}</td>` : `<td>${escaped(value)}</td>`;
      const head = section.header.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
      const rows = section.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
      return `${heading}<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>${note}`;
    }
    case 'plot': {
      plots.push(plotData(section));
      const label = `${section.title}: ${section.y.label} over ${section.x.label}`;
      return `${heading}<div class="plot" role="img" aria-label="${escaped(label)}"></div>${note}`;
    }
    case 'picture': {
      const { image, alt, width } = section;
      const source =
        typeof image === 'string'
          ? `data:image/svg+xml;base64,${Buffer.from(image).toString('base64')}`
          : `data:image/png;base64,${Buffer.from(image).toString('base64')}`;
      const size = width === undefined ? '' : ` width="${width}"`;
      return `${heading}<img src="${source}" alt="${escaped(alt)}"${size}>${note}`;
    }
  }
}

/** What the page's script needs: one common list of x for all series, as uPlot wants it, with null where one has none. */
function plotData({ x, y, series }: Extract<Section, { kind: 'plot' }>): object {
  const shown = (value: number, { scale }: Axis): boolean =>
    Number.isFinite(value) && (scale !== 'log' || value > 0);
  const all = series.flatMap((one) => Array.from(one.x)).filter((value) => shown(value, x));
  const places = [...new Set(all)].sort((a, b) => a - b);
  const at = new Map(places.map((value, k) => [value, k]));
  const columns = series.map((one) => {
    const column = new Array<number | null>(places.length).fill(null);
    Array.from(one.x).forEach((value, k) => {
      const place = at.get(value);
      if (place !== undefined && shown(one.y[k], y)) column[place] = one.y[k];
    });
    return column;
  });
  const heights = columns.flat().filter((value) => value !== null);
  return {
    data: [places, ...columns],
    x: { label: x.label, log: x.scale === 'log' && decade(places) },
    y: { label: y.label, log: y.scale === 'log' && decade(heights) },
    series: series.map(({ label, style = 'line', dashed = false, colour }, k) => ({
      label,
      style,
      dashed,
      colour: colour ?? palette[k % palette.length],
    })),
  };
}

/** Whether positive values span a factor of ten. */
function decade(values: readonly number[]): boolean {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  return values.some((value) => value <= largest / 10);
}

function uplot(file: string): string {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot'));
  return readFileSync(join(folder, file), 'utf8');
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}

/** Text that ends no script element before its time. */
function inScript(text: string): string {
  return text.replace(/<(?=\/script|!--)/gi, '\\u003c');
}

const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #24303c; --quiet: #5b6772; --line: #dfe4e8; --grid: #e8ecef; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14191f; --ink: #dde3e9; --quiet: #9aa6b1; --line: #323b45; --grid: #262e37; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif; }
main { max-width: 920px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; margin: 0; }
h2 { font-size: 18px; margin: 36px 0 10px; }
.subtitle, .note { color: var(--quiet); margin: 4px 0 0; }
.note { font-size: 14px; }
.wide { overflow-x: auto; }
.wide table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
.wide th, .wide td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; }
img { max-width: 100%; image-rendering: pixelated; outline: 1px solid var(--line); }
.plot .uplot, .plot .u-legend { font-family: inherit; }
.plot .u-legend { font-size: 13px; text-align: left; }
.plot .u-legend th { font-weight: 500; }
.plot .u-inline.u-live th::after { content: ''; }
`;

/** Draws each plot, and again when the window changes its width. */
const script = `
const plots = JSON.parse(document.getElementById('plots').textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
const text = '12px ' + getComputedStyle(document.body).fontFamily;
document.querySelectorAll('.plot').forEach((place, k) => {
  const { data, x, y, series } = plots[k];
  const line = (one) => one.style !== 'points';
  const short = (value) => value === null || value === undefined ? '' :
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
      ? value.toExponential(3).replace(/\\.?0+e/, 'e') : String(+value.toPrecision(6));
  const isShown = (log, value) => value !== null &&
    (!log || Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9);
  const ticks = (log) => (u, values) => values.map((value) => isShown(log, value) ? short(value) : '');
  const decades = (log) => (u, values) => values.map((value) => isShown(log, value) ? value : null);
  const axis = ({ label, log }, size) => ({
    label, size, values: ticks(log), font: text, labelFont: text, stroke: () => colour('--quiet'),
    grid: { stroke: () => colour('--grid'), width: 1, filter: decades(log) },
    ticks: { stroke: () => colour('--line'), width: 1, filter: decades(log) },
  });
  const width = () => Math.max(280, place.clientWidth);
  const chart = new uPlot({
    width: width(), height: 340,
    scales: { x: { time: false, distr: x.log ? 3 : 1 }, y: { distr: y.log ? 3 : 1 } },
    axes: [axis(x, 50), axis(y, 74)],
    legend: { markers: { dash: (u, k) => k > 0 && series[k - 1].dashed ? 'dashed' : 'solid' } },
    series: [{ label: x.label, value: (u, value) => short(value) }].concat(series.map((one) => ({
      label: one.label, stroke: one.colour, width: line(one) ? 2 : 0, dash: one.dashed ? [6, 5] : [], spanGaps: true,
      paths: !line(one) ? () => null : one.style === 'steps' ? uPlot.paths.stepped({ align: 1 }) : undefined,
      points: { show: one.style === 'points' || one.style === 'both', size: 6, fill: one.colour },
      value: (u, value) => short(value),
    }))),
  }, data, place);
  addEventListener('resize', () => chart.setSize({ width: width(), height: 340 }));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw());
});
`;
