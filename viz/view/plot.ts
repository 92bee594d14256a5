/** A curve against the frame; a click or a drag in it asks for the frame that lies there. */
import type { Curve } from '../state/index.js';
import { graphic, setAttributes, short } from './elements.js';

const WIDTH = 1000;
const HEIGHT = 100;

export interface Plot {
  readonly element: SVGSVGElement;
  showFrame(frame: number): void;
}

export function createPlot(curve: Curve, onFrame: (frame: number) => void): Plot {
  const last = Math.max(1, curve.values.length - 1);
  const heights = curve.values.map((value) => (curve.logarithmic ? Math.log10(value) : value));
  const seen = heights.filter(Number.isFinite);
  const low = seen.reduce((a, b) => Math.min(a, b), Infinity);
  const high = seen.reduce((a, b) => Math.max(a, b), -Infinity);
  const x = (frame: number): number => (frame / last) * WIDTH;
  const y = (height: number): number =>
    high > low ? HEIGHT * (0.94 - (0.88 * (height - low)) / (high - low)) : HEIGHT / 2;

  const marker = graphic('line', { class: 'marker', x1: 0, x2: 0, y1: 0, y2: HEIGHT });
  const lines = graphic(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'lines' },
    graphic('path', { d: path(heights, x, y), class: 'curve' }),
    marker,
  );
  const title = graphic('text', { x: 8, y: 15, class: 'title' });
  const limit = (value: number): string => short(curve.logarithmic ? 10 ** value : value);
  const element = graphic(
    'svg',
    { class: 'plot', role: 'img', 'aria-label': `${curve.label} against the frame` },
    lines,
    title,
    graphic('text', { x: '100%', y: 15, dx: -8, class: 'limit' }, `${limit(low)} to ${limit(high)}`),
  );
  const ask = (event: PointerEvent): void => {
    const { left, width } = element.getBoundingClientRect();
    onFrame(Math.round(Math.min(1, Math.max(0, (event.clientX - left) / width)) * last));
  };
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    ask(event);
  });
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId)) ask(event);
  });
  return {
    element,
    showFrame(frame) {
      setAttributes(marker, { x1: x(frame), x2: x(frame) });
      title.textContent = `${curve.label}${curve.logarithmic ? ' (log)' : ''} ${short(curve.values[frame])}`;
    },
  };
}

/** Straight lines between the finite points; what is missing leaves a gap. */
function path(heights: readonly number[], x: (k: number) => number, y: (h: number) => number): string {
  let down = false;
  return heights
    .map((height, k) => {
      const pen = down ? 'L' : 'M';
      down = Number.isFinite(height);
      return down ? `${pen}${x(k).toFixed(1)} ${y(height).toFixed(2)}` : '';
    })
    .join('');
}
