/** One curve against the frame, drawn by uPlot; a click or a drag in it asks for the frame that lies there. */
import UPlot from 'uplot';
import type { Curve } from '../state/index.js';
import { check, checkField, element, setText, short } from './elements.js';
import type { ThemeName } from './part.js';

const HEIGHT = 118;
const FONT = '11px system-ui, sans-serif';

const INK: Readonly<Record<ThemeName, { text: string; grid: string; line: string }>> = {
  light: { text: '#5a6272', grid: '#e6e8ed', line: '#1f6fb2' },
  dark: { text: '#a3abba', grid: '#2a303b', line: '#6db3ec' },
};

export interface Plot {
  readonly element: HTMLElement;
  readonly label: string;
  setCurve(curve: Curve, logarithmic: boolean, theme: ThemeName): void;
  showFrame(frame: number): void;
  close(): void;
}

export interface PlotActions {
  goTo(frame: number): void;
  setLogarithmic(logarithmic: boolean): void;
}

export function createPlot(label: string, name: string, actions: PlotActions): Plot {
  const title = element('span', { class: 'title' });
  const log = check('log', `${name}-log`, actions.setLogarithmic);
  log.setAttribute('aria-label', `logarithmic scale of ${label}`);
  const marker = element('div', { class: 'marker' });
  const area = element('div', {
    class: 'area',
    tabindex: 0,
    role: 'slider',
    'aria-label': `${label} against the frame`,
    'aria-valuemin': 0,
  });
  const root = element(
    'div',
    { class: 'plot' },
    element('div', { class: 'plot-head' }, title, checkField('log', log)),
    area,
  );
  let chart: UPlot | null = null;
  let shown: { curve: Curve; logarithmic: boolean; theme: ThemeName } | null = null;
  let frame = 0;
  const width = (): number => Math.max(80, area.clientWidth);
  const resizing = new ResizeObserver(() => {
    if (chart !== null && chart.width !== width()) chart.setSize({ width: width(), height: HEIGHT });
    place();
  });
  resizing.observe(area);

  function place(): void {
    if (chart === null || shown === null) return;
    // A run may have grown since its curve was drawn.
    const value = shown.curve.values[frame] ?? Number.NaN;
    setText(title, `${label}  ${Number.isFinite(value) ? short(value) : '–'}`);
    area.setAttribute('aria-valuenow', String(frame));
    area.setAttribute('aria-valuetext', `${short(value)} at frame ${frame}`);
    marker.style.transform = `translateX(${chart.valToPos(frame, 'x')}px)`;
  }

  function ask(event: PointerEvent): void {
    if (chart === null || shown === null) return;
    const { left } = chart.over.getBoundingClientRect();
    const at = Math.round(chart.posToVal(event.clientX - left, 'x'));
    actions.goTo(Math.min(shown.curve.values.length - 1, Math.max(0, at)));
  }

  return {
    element: root,
    label,
    setCurve(curve, logarithmic, theme) {
      const data = aligned(curve, logarithmic);
      const same = shown?.logarithmic === logarithmic && shown.theme === theme;
      shown = { curve, logarithmic, theme };
      log.checked = logarithmic;
      area.setAttribute('aria-valuemax', String(curve.values.length - 1));
      if (same && chart !== null) chart.setData(data);
      else {
        chart?.destroy();
        chart = new UPlot(options(width(), logarithmic, theme), data, area);
        chart.over.append(marker);
        chart.over.addEventListener('pointerdown', (event) => {
          chart?.over.setPointerCapture(event.pointerId);
          ask(event);
        });
        chart.over.addEventListener('pointermove', (event) => {
          if (chart?.over.hasPointerCapture(event.pointerId)) ask(event);
        });
      }
      place();
    },
    showFrame(next) {
      if (next === frame) return;
      frame = next;
      place();
    },
    close() {
      resizing.disconnect();
      chart?.destroy();
    },
  };
}

/** What is missing leaves a gap, and on a logarithmic scale so does what is not positive. */
function aligned({ values }: Curve, logarithmic: boolean): UPlot.AlignedData {
  const heights = values.map((value) =>
    Number.isFinite(value) && (!logarithmic || value > 0) ? value : null,
  );
  return [values.map((_, k) => k), heights];
}

function options(width: number, logarithmic: boolean, theme: ThemeName): UPlot.Options {
  const { text, grid, line } = INK[theme];
  const axis: UPlot.Axis = {
    stroke: text,
    font: FONT,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    gap: 3,
  };
  return {
    width,
    height: HEIGHT,
    padding: [6, 10, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false },
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {} },
    axes: [
      {
        ...axis,
        size: 22,
        space: 60,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6],
      },
      {
        ...axis,
        size: 62,
        space: 24,
        values: (_, marks) => marks.map(axisLabel),
        ...(logarithmic ? { splits: powers, filter: (_: UPlot, marks: number[]) => marks } : {}),
      },
    ],
    series: [{}, { stroke: line, width: 1.5, points: { show: isSparse, size: 6 } }],
  };
}

/** Whether lines alone would show next to nothing: one or two values. */
function isSparse({ data }: UPlot): boolean {
  let found = 0;
  for (const value of data[1]) if (value !== null && ++found > 2) return false;
  return true;
}

/** Powers of ten, as few as can be read. */
function powers(_: UPlot, __: number, low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  const by = Math.max(1, Math.ceil((last - first + 1) / 5));
  const marks: number[] = [];
  for (let power = first; power <= last; power += by) marks.push(10 ** power);
  return marks;
}

function axisLabel(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e5)) return String(Number(value.toPrecision(6)));
  return Number(value.toPrecision(6)).toExponential();
}
