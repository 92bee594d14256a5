/**
 * One plot, drawn by uPlot; a click or a drag in it asks for the frame that lies nearest. What is read at the shown
 * frame is told at once and costs little; lines are drawn when `draw` says so. Heights are those of the axis, from 0
 * to 1, so that uPlot need not know how numbers are scaled and written.
 */
import UPlot from 'uplot';
import { nearestFrame, type Plotted, readout } from '../state/index.js';
import { check, checkField, element, setText } from './elements.js';
import type { ThemeName } from './part.js';

const HEIGHT = 118;
const FONT = '11px system-ui, sans-serif';
/** Above the lines, and there where the axis has its origin told. */
const [ROOM, ROOM_FOR_ORIGIN] = [6, 20];

interface Ink {
  readonly text: string;
  readonly grid: string;
  /** Of the run, and of the one beside it. */
  readonly lines: readonly [string, string];
}

const INK: Readonly<Record<ThemeName, Ink>> = {
  light: { text: '#5a6272', grid: '#e6e8ed', lines: ['#1f6fb2', '#b4540a'] },
  dark: { text: '#a3abba', grid: '#2a303b', lines: ['#6db3ec', '#f0a35c'] },
};

/** Between marks of frames and steps. */
const WHOLE = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

export interface Plot {
  readonly element: HTMLElement;
  /** Tells what is read at a frame, and marks it. */
  show(content: Plotted, frame: number): void;
  /** Draws what was shown last. */
  draw(theme: ThemeName): void;
  close(): void;
}

export interface PlotActions {
  goTo(frame: number): void;
  setLogarithmic(logarithmic: boolean): void;
}

/** @param curve the name of the curve that the plot is of */
export function createPlot(curve: string, name: string, actions: PlotActions): Plot {
  const title = element('span', { class: 'title' });
  const place = element('span', { class: 'place' });
  const part = element('p', { class: 'part' });
  const legend = element('p', { class: 'second-line' });
  const log = check('log', `${name}-log`, actions.setLogarithmic);
  log.setAttribute('aria-label', `logarithmic scale of ${curve}`);
  const marker = element('div', { class: 'marker' });
  const origin = element('div', { class: 'origin' });
  const along = element('div', { class: 'along' });
  const nothing = element('p', { class: 'nothing' });
  const area = element(
    'div',
    { class: 'area', tabindex: 0, role: 'slider', 'aria-valuemin': 0 },
    origin,
    along,
    nothing,
  );
  const root = element(
    'div',
    { class: 'plot' },
    element('div', { class: 'plot-head' }, title, place, checkField('log', log)),
    legend,
    part,
    area,
  );
  let chart: UPlot | null = null;
  let ink = INK.light;
  let shown: { readonly content: Plotted; readonly frame: number } | null = null;
  /** What the lines are of. */
  let drawn: Plotted | null = null;
  const width = (): number => Math.max(80, area.clientWidth);
  const resizing = new ResizeObserver(() => {
    if (chart !== null && chart.width !== width()) chart.setSize({ width: width(), height: HEIGHT });
  });
  resizing.observe(area);

  /** The chart knows its scale once it has drawn. A frame that has come since stands at the end. */
  function mark(): void {
    const at = shown?.content.lines[0].along[shown.frame];
    if (chart === null || at === undefined) return;
    const end = chart.over.clientWidth;
    marker.style.transform = `translateX(${Math.min(end, Math.max(0, chart.valToPos(at, 'x')))}px)`;
  }

  function ask(event: PointerEvent): void {
    if (chart === null || shown === null) return;
    const { left } = chart.over.getBoundingClientRect();
    const [line] = shown.content.lines;
    actions.goTo(nearestFrame(line.along, chart.posToVal(event.clientX - left, 'x')));
  }

  function mount(theme: ThemeName, data: UPlot.AlignedData): UPlot {
    chart?.destroy();
    ink = INK[theme];
    const made = new UPlot(
      options(width(), ink, data.length - 1, () => drawn, mark),
      data,
      area,
    );
    made.over.append(marker);
    made.over.addEventListener('pointerdown', (event) => {
      made.over.setPointerCapture(event.pointerId);
      ask(event);
    });
    made.over.addEventListener('pointermove', (event) => {
      if (made.over.hasPointerCapture(event.pointerId)) ask(event);
    });
    return made;
  }

  return {
    element: root,
    show(content, frame) {
      if (content === shown?.content && frame === shown.frame) return;
      shown = { content, frame };
      const { label, against, lines } = content;
      const value = readout(lines[0].values, frame);
      const step = against === 'step' ? lines[0].along[frame] : null;
      setText(title, `${label}  ${value}`);
      setText(place, step === null ? '' : `at step ${step}`);
      setText(part, content.part);
      log.checked = content.logarithmic;
      area.setAttribute('aria-label', `${label} against the ${against}`);
      area.setAttribute('aria-valuemax', String(lines[0].values.length - 1));
      area.setAttribute('aria-valuenow', String(frame));
      area.setAttribute(
        'aria-valuetext',
        `${value} at ${step === null ? '' : `step ${step}, `}frame ${frame}`,
      );
      mark();
    },
    draw(theme) {
      if (shown === null) return;
      drawn = shown.content;
      const { axis, against, logarithmic, lines } = drawn;
      setText(origin, axis === null || axis.origin === '' ? '' : `${axis.origin} +`);
      setText(along, against);
      setText(legend, lines.length > 1 ? `┄ ${lines[1].name}` : '');
      setText(nothing, axis !== null ? '' : logarithmic ? 'no value above zero' : 'no values');
      const data = heights(drawn);
      if (chart === null || ink !== INK[theme] || chart.series.length !== data.length) {
        chart = mount(theme, data);
        return;
      }
      chart.setData(data);
      // Also where the scales stay, marks and origin may be others.
      chart.redraw(false, true);
    },
    close() {
      resizing.disconnect();
      chart?.destroy();
    },
  };
}

/** What is missing leaves a gap, and so does what has no place on the axis. */
function heights({ lines, axis }: Plotted): UPlot.AlignedData {
  const at = (value: number): number | null => {
    const height = axis?.at(value);
    return Number.isFinite(height) ? (height as number) : null;
  };
  const tables = lines.map(({ along, values }): UPlot.AlignedData => [[...along], values.map(at)]);
  // Places of both; where only one run has a frame, the other's line goes on.
  return tables.length > 1 ? UPlot.join(tables) : tables[0];
}

function options(
  width: number,
  { text, grid, lines: [first, second] }: Ink,
  count: number,
  drawn: () => Plotted | null,
  onDraw: () => void,
): UPlot.Options {
  const common: UPlot.Axis = {
    stroke: text,
    font: FONT,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    gap: 3,
  };
  const axis = () => drawn()?.axis ?? null;
  const line: UPlot.Series = { width: 1.5, points: { show: false, filter: alone, size: 6 } };
  const lines = [
    { ...line, stroke: first },
    { ...line, stroke: second, dash: [6, 4] },
  ];
  return {
    width,
    height: HEIGHT,
    padding: [() => (axis()?.origin ? ROOM_FOR_ORIGIN : ROOM), 10, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false },
    scales: { x: { time: false }, y: { range: [0, 1] } },
    axes: [
      { ...common, size: 22, space: 60, incrs: WHOLE },
      {
        ...common,
        size: 62,
        splits: () => axis()?.marks.map((mark) => axis()?.at(mark) ?? 0) ?? [],
        values: () => [...(axis()?.labels ?? [])],
      },
    ],
    series: [{}, ...lines.slice(0, count)],
    hooks: { draw: [onDraw] },
  };
}

/** Where a line alone would show next to nothing: values between two gaps, and all where there are one or two. */
function alone({ data }: UPlot, series: number): number[] | null {
  // What is undefined is a place of the other line, and no gap.
  const own = Array.from(data[series], (_, k) => k).filter((k) => data[series][k] !== undefined);
  const isGap = (place: number): boolean => (data[series][own[place]] ?? null) === null;
  const known = own.filter((_, place) => !isGap(place)).length;
  const dots = own.filter(
    (_, place) => !isGap(place) && (known < 3 || (isGap(place - 1) && isGap(place + 1))),
  );
  return dots.length > 0 ? dots : null;
}
