/** What the colours and arrows of the shown frame mean: species, or a colour bar with its ends; the longest arrow. */
import {
  ARROW_COLORS,
  arrowSizes,
  type Color,
  type Coloring,
  type ColorMapName,
  coloringOf,
  DISPLACEMENT,
  type Frame,
  ghostFrame,
  longest,
  type Run,
  referenceOf,
  type Session,
  scaleColor,
  seenFrames,
  speciesColors,
  toldFrame,
  vectorsOf,
} from '../state/index.js';
import { element, graphic, setText, short } from './elements.js';
import type { MakePart } from './part.js';

const STRIPES = 64;

export const legendPart: MakePart = (host) => {
  const colors = element('div', { class: 'colors' });
  const arrows = element('div', { class: 'arrow-note' });
  const sizes = element('div', { class: 'sizes' });
  const outlines = element('div', { class: 'outlines' });
  const shown = { colors: '', sizes: '', note: [] as readonly unknown[] };
  return {
    place: 'stage',
    element: element(
      'section',
      { class: 'legend', 'aria-label': host.label('Legend') },
      colors,
      arrows,
      sizes,
      outlines,
    ),
    show(session, run) {
      const frame = toldFrame(session, run);
      const coloring = coloringOf(run, frame, session);
      const { hidden } = session;
      const scope = scopeOf(coloring, session, run);
      const drawn = JSON.stringify([run.name, run.species, coloring, hidden, scope]);
      if (drawn !== shown.colors) {
        shown.colors = drawn;
        colors.replaceChildren(...(coloring.column === null ? species(run, hidden) : barOf(coloring, scope)));
      }
      const ghost = ghostFrame(run, frame, session);
      setText(outlines, ghost === null ? '' : `○ ${titleOf(ghost)}`);
      // The note is looked for in all vectors, so only when another frame or column is shown.
      const part = partOf(session.arrows, run);
      const before = session.arrows === DISPLACEMENT ? run.reference(referenceOf(run, session)) : null;
      const from = [frame, session.arrows, before, session.arrowColors, arrowSizes(run, session), part];
      if (from.every((value, k) => value === shown.note[k])) return;
      shown.note = from;
      const vectors = vectorsOf(run, frame, session);
      setText(
        arrows,
        session.arrows === null ? '' : `${noteOf(session, run, vectors)}${part && `; lengths as${part}`}`,
      );
      const most = vectors === null || !session.arrowColors ? 0 : arrowSizes(run, session).largest;
      sizes.replaceChildren(...(most > 0 ? bar('arrows', ARROW_COLORS, 0, most) : []));
    },
  };
};

/** What a frame is of, where that is known. */
function titleOf({ index, info }: Frame): string {
  const title = info.get('structure');
  return typeof title === 'string' ? title : `frame ${index}`;
}

function noteOf(session: Session, run: Run, vectors: ArrayLike<number> | null): string {
  const { arrows } = session;
  const name = arrows === DISPLACEMENT ? `displacement from frame ${referenceOf(run, session)}` : `${arrows}`;
  if (vectors === null) return `→ ${name}: not known of this structure`;
  const most = longest(vectors);
  const { noise } = arrowSizes(run, session);
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

function barOf({ column, map, low, high }: Coloring, scope: string): Node[] {
  return bar(`${column}${scope}`, map, low, high);
}

/** What the ends of the bar are those of, where that is not all frames or what was asked for. */
function scopeOf({ column }: Coloring, { colorRange }: Session, run: Run): string {
  if (column === null) return '';
  if (colorRange === 'frame') return run.length > 1 ? ' in this frame' : '';
  return colorRange === null ? partOf(column, run) : '';
}

/** Where not all frames have been read: which part the values of a column are known of. */
function partOf(column: string | null, run: Run): string {
  if (column === null || ![...run.scalars, ...run.vectors].includes(column)) return '';
  const seen = seenFrames(run, column);
  return seen === run.length ? '' : ` in the ${seen} of ${run.length} frames seen so far`;
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
