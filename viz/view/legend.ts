/** What the colours and arrows of the shown frame mean: species, or a colour bar with numbers; the longest arrow. */
import { type Color, scaleColor } from '../state/index.js';
import { css, element, graphic, setText } from './elements.js';
import { type Bar, legendEntries } from './legend-entries.js';
import type { MakePart } from './part.js';
import { themes } from './scene.js';

const STRIPES = 64;

export const legendPart: MakePart = (host) => {
  const colors = element('div', { class: 'colors' });
  const arrows = element('div', { class: 'arrow-note' });
  const sizes = element('div', { class: 'sizes' });
  const outlines = element('div', { class: 'outlines' });
  const shown = { colors: '', sizes: '', outlines: '' };
  /** Whether what is drawn of a value is another than before. */
  const changed = (place: keyof typeof shown, value: unknown): boolean => {
    const now = JSON.stringify(value);
    if (now === shown[place]) return false;
    shown[place] = now;
    return true;
  };
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
      const now = legendEntries(session, run);
      if (changed('colors', [now.species, now.colors])) {
        colors.replaceChildren(
          ...now.species.map(([label, color]) => element('span', { class: 'species' }, swatch(color), label)),
          ...(now.colors === null ? [] : bar(now.colors)),
        );
      }
      setText(arrows, now.arrows);
      if (changed('sizes', now.sizes)) sizes.replaceChildren(...(now.sizes === null ? [] : bar(now.sizes)));
      const { ghost } = themes[host.theme];
      if (changed('outlines', [now.outlines, ghost])) {
        const ring = element('span', { class: 'ring' }, '○');
        // As it is in the picture.
        ring.style.color = css(ghost.map((value) => 255 * value));
        outlines.replaceChildren(...(now.outlines === '' ? [] : [ring, ` ${now.outlines}`]));
      }
    },
  };
};

/** A dot of a colour. */
export function swatch(color: Color): SVGSVGElement {
  return graphic(
    'svg',
    { viewBox: '0 0 12 12', class: 'dot', 'aria-hidden': 'true' },
    graphic('circle', { cx: 6, cy: 6, r: 5.5, fill: css(color) }),
  );
}

function bar({ name, map, ticks }: Bar): Node[] {
  // Each covers all that follows: no ground is seen between two.
  const stripes = Array.from({ length: STRIPES }, (_, k) =>
    graphic('rect', {
      x: k,
      y: 0,
      width: STRIPES - k,
      height: 1,
      fill: css(scaleColor(k / (STRIPES - 1), map)),
    }),
  );
  const stripe = graphic(
    'svg',
    {
      viewBox: `0 0 ${STRIPES} 1`,
      preserveAspectRatio: 'none',
      class: 'bar',
      role: 'img',
      'aria-label': `colour bar of ${name} from ${ticks[0].text} to ${ticks[ticks.length - 1].text}`,
    },
    ...stripes,
  );
  const numbers = ticks.map(({ at, text }) => {
    const number = element('span', {}, text);
    number.style.left = `${100 * at}%`;
    return number;
  });
  return [element('div', { class: 'name' }, name), stripe, element('div', { class: 'ticks' }, ...numbers)];
}
