/**
 * One plot, drawn by uPlot; a click or a drag in it asks for the frame that lies nearest. What is read at the shown
 * frame is told at once and costs little; lines are drawn when `draw` says so. Heights are those of the axis, from 0
 * to 1, so that uPlot need not know how numbers are scaled and written.
 */
import UPlot from 'uplot';
import { nearestFrame, type Plotted, type Reading } from '../state/index.js';
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
  draw(content: Plotted, theme: ThemeName): void;
  /** Tells what is read at the shown frame, and marks it. */
  show(reading: Reading): void;
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
  let drawn: Plotted | null = null;
  let shown: Reading | null = null;
  /** What the reading was told of. */
  let told: Plotted | null = null;
  const width = (): number => Math.max(80, area.clientWidth);
  const resizing = new ResizeObserver(() => {
    if (chart !== null && chart.width !== width()) chart.setSize({ width: width(), height: HEIGHT });
  });
  resizing.observe(area);

  /** The chart knows its scale once it has drawn. A frame that has come since stands at the end. */
  function mark(): void {
    if (chart === null || shown === null || Number.isNaN(shown.along)) return;
    const { min = 0, max = 0 } = chart.scales.x;
    const along = Math.min(max ?? 0, Math.max(min ?? 0, shown.along));
    marker.style.transform = `translateX(${chart.valToPos(along, 'x')}px)`;
  }

  function ask(event: PointerEvent): void {
    if (chart === null || drawn === null) return;
    const { left } = chart.over.getBoundingClientRect();
    actions.goTo(nearestFrame(drawn.lines[0].along, chart.posToVal(event.clientX - left, 'x')));
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
    draw(content, theme) {
      drawn = content;
      const { axis, label, against, logarithmic, lines } = content;
      log.checked = logarithmic;
      area.setAttribute('aria-label', `${label} against the ${against}`);
      setText(part, content.part);
      setText(origin, axis === null || axis.origin === '' ? '' : `${axis.origin} +`);
      setText(along, against);
      setText(legend, lines.length > 1 ? `┄ ${lines[1].name}` : '');
      setText(nothing, axis !== null ? '' : logarithmic ? 'no value above zero' : 'no values');
      const data = heights(content);
      if (chart === null || ink !== INK[theme] || chart.series.length !== data.length) {
        chart = mount(theme, data);
        return;
      }
      chart.setData(data);
      // Also where the scales stay, marks and origin may be others.
      chart.redraw(false, true);
    },
    show(reading) {
      const same = (['frame', 'frames', 'along', 'value'] as const).every(
        (key) => reading[key] === shown?.[key],
      );
      if (drawn === null || (same && told === drawn)) return;
      [shown, told] = [reading, drawn];
      const { frame, frames, along, value } = reading;
      const step = drawn.against === 'step' ? `step ${along}` : '';
      setText(title, `${drawn.label}  ${value}`);
      setText(place, step && `at ${step}`);
      area.setAttribute('aria-valuemax', String(frames - 1));
      area.setAttribute('aria-valuenow', String(frame));
      area.setAttribute('aria-valuetext', `${value} at ${step && `${step}, `}frame ${frame}`);
      mark();
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
    // Half of the last mark of the axis stands beyond its end.
    padding: [() => (axis()?.origin ? ROOM_FOR_ORIGIN : ROOM), 18, 0, 0],
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
