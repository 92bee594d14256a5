/** What the colours and arrows of the shown frame mean: species, or a colour bar with its ends; the longest arrow. */
import {
  type Color,
  columnRange,
  longest,
  numbers,
  type Run,
  scaleColor,
  shownFrame,
  speciesColors,
} from '../state/index.js';
import { element, graphic, setText, short } from './elements.js';
import type { MakePart } from './part.js';

const STRIPES = 64;

export const legendPart: MakePart = () => {
  const colors = element('div', { class: 'colors' });
  const arrows = element('div', { class: 'arrow-note' });
  let drawn: readonly [Run, number, string | null] | null = null;
  return {
    place: 'stage',
    element: element('section', { class: 'legend', 'aria-label': 'Legend' }, colors, arrows),
    show(session, run) {
      if (drawn?.[0] !== run || drawn[1] !== run.version || drawn[2] !== session.colorBy) {
        drawn = [run, run.version, session.colorBy];
        colors.replaceChildren(...(session.colorBy === null ? species(run) : bar(run, session.colorBy)));
      }
      const frame = run.frame(shownFrame(session, run));
      const column = session.arrows === null ? null : numbers(frame, session.arrows, 3);
      const note = column === null ? '' : `→ ${session.arrows}, longest ${short(longest(column.values))}`;
      setText(arrows, note);
    },
  };
};

function species(run: Run): Node[] {
  return [...speciesColors(run)].map(([label, color]) =>
    element(
      'span',
      { class: 'species' },
      graphic(
        'svg',
        { viewBox: '0 0 12 12', class: 'dot', 'aria-hidden': 'true' },
        graphic('circle', { cx: 6, cy: 6, r: 5.5, fill: css(color) }),
      ),
      label,
    ),
  );
}

function bar(run: Run, column: string): Node[] {
  const range = columnRange(run, column);
  const stripes = Array.from({ length: STRIPES }, (_, k) =>
    graphic('rect', { x: k, y: 0, width: 1.1, height: 1, fill: css(scaleColor(k / (STRIPES - 1))) }),
  );
  const stripe = graphic(
    'svg',
    { viewBox: `0 0 ${STRIPES} 1`, preserveAspectRatio: 'none', class: 'bar', role: 'img' },
    ...stripes,
  );
  const ends = range === null ? ['no numbers', ''] : [short(range.low), short(range.high)];
  stripe.setAttribute('aria-label', `colour bar of ${column} from ${ends.join(' to ')}`);
  return [
    element('div', { class: 'name' }, column),
    stripe,
    element('div', { class: 'ends' }, ...ends.map((end) => element('span', {}, end))),
  ];
}

function css([r, g, b]: Color): string {
  return `rgb(${r} ${g} ${b})`;
}
