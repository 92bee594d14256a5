/** What the colours and arrows of the shown frame mean: species, or a colour bar with its ends; the longest arrow. */
import {
  ARROW_COLORS,
  type Color,
  type Coloring,
  type ColorMapName,
  coloringOf,
  largestSize,
  longest,
  noiseOf,
  type Run,
  type Session,
  scaleColor,
  shownFrame,
  speciesColors,
  vectorsOf,
} from '../state/index.js';
import { element, graphic, setText, short } from './elements.js';
import type { MakePart } from './part.js';

const STRIPES = 64;

export const legendPart: MakePart = () => {
  const colors = element('div', { class: 'colors' });
  const arrows = element('div', { class: 'arrow-note' });
  const sizes = element('div', { class: 'sizes' });
  const shown = { colors: '', sizes: '', note: [] as readonly unknown[] };
  return {
    place: 'stage',
    element: element('section', { class: 'legend', 'aria-label': 'Legend' }, colors, arrows, sizes),
    show(session, run) {
      const coloring = coloringOf(run, session);
      const { hidden } = session;
      const drawn = JSON.stringify([run.name, run.species, coloring, hidden]);
      if (drawn !== shown.colors) {
        shown.colors = drawn;
        colors.replaceChildren(...(coloring.column === null ? species(run, hidden) : barOf(coloring)));
      }
      const frame = run.frame(shownFrame(session, run));
      // The note is looked for in all vectors, so only when another frame or column is shown.
      const from = [frame, session.arrows, session.reference, session.arrowColors];
      if (from.every((value, k) => value === shown.note[k])) return;
      shown.note = from;
      const vectors = vectorsOf(run, frame, session);
      setText(arrows, vectors === null ? '' : noteOf(session, run, longest(vectors)));
      const most = vectors === null || !session.arrowColors ? 0 : largestSize(run, session.arrows ?? '');
      sizes.replaceChildren(...(most > 0 ? bar('arrows', ARROW_COLORS, 0, most) : []));
    },
  };
};

function noteOf({ arrows, reference }: Session, run: Run, most: number): string {
  const name = arrows === 'displacement' ? `displacement from frame ${reference}` : `${arrows}`;
  const noise = noiseOf(run, arrows ?? '');
  if (most < noise) return `→ ${name}: none above ${short(noise)}, below which is noise`;
  return `→ ${name}, longest ${short(most)}`;
}

function species(run: Run, hidden: readonly string[]): Node[] {
  return [...speciesColors(run)]
    .filter(([label]) => !hidden.includes(label))
    .map(([label, color]) => element('span', { class: 'species' }, swatch(color), label));
}

/** A dot of a colour. */
export function swatch(color: Color): SVGSVGElement {
  return graphic(
    'svg',
    { viewBox: '0 0 12 12', class: 'dot', 'aria-hidden': 'true' },
    graphic('circle', { cx: 6, cy: 6, r: 5.5, fill: css(color) }),
  );
}

function barOf({ column, map, low, high }: Coloring): Node[] {
  return bar(column ?? '', map, low, high);
}

function bar(name: string, map: ColorMapName, low: number, high: number): Node[] {
  const stripes = Array.from({ length: STRIPES }, (_, k) =>
    graphic('rect', { x: k, y: 0, width: 1.1, height: 1, fill: css(scaleColor(k / (STRIPES - 1), map)) }),
  );
  const ends = [short(low), short(high)];
  const stripe = graphic(
    'svg',
    {
      viewBox: `0 0 ${STRIPES} 1`,
      preserveAspectRatio: 'none',
      class: 'bar',
      role: 'img',
      'aria-label': `colour bar of ${name} from ${ends.join(' to ')}`,
    },
    ...stripes,
  );
  return [
    element('div', { class: 'name' }, name),
    stripe,
    element('div', { class: 'ends' }, ...ends.map((end) => element('span', {}, end))),
  ];
}

function css([r, g, b]: Color): string {
  return `rgb(${r} ${g} ${b})`;
}
