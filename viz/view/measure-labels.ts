/** What is measured, written in the picture: a name at each picked atom, and lengths and angles where they are. */
import { atomNamed, measure, measuredPath, type Point, type Session, toldFrame } from '../state/index.js';
import { measurementValue } from './atom-entries.js';
import { element, setText } from './elements.js';
import type { Host, MakePart } from './part.js';

interface Label {
  readonly text: string;
  readonly at: Point;
  /** At an atom: beside it and not on it. */
  readonly aside: boolean;
}

export const measureLabelsPart: MakePart = (host) => {
  const place = element('div', { class: 'measure-labels', 'aria-hidden': 'true' });
  return {
    place: 'stage',
    element: place,
    show(session) {
      const labels = session.playing ? [] : labelsOf(host, session);
      while (place.children.length > labels.length) place.lastChild?.remove();
      while (place.children.length < labels.length) place.append(element('span'));
      const { clientWidth, clientHeight } = host.stage;
      labels.forEach(({ text, at, aside }, k) => {
        const label = place.children[k] as HTMLElement;
        const spot = host.picture.placeOf(at);
        label.hidden = spot === null;
        if (spot === null) return;
        setText(label, text);
        label.classList.toggle('aside', aside);
        label.style.transform = `translate(${spot[0] * clientWidth}px, ${spot[1] * clientHeight}px)`;
      });
    },
  };
};

/** The name of each picked atom, with the angle at it, and the length of each line between them, with its dihedral. */
function labelsOf({ run, picture }: Host, session: Session): readonly Label[] {
  const { picked } = session;
  if (run === null || picked.length === 0) return [];
  const frame = toldFrame(session, run);
  const drawn = picked.map((name) => picture.centerOf(atomNamed(frame, name)));
  if (!drawn.every((center) => center !== null)) return [];
  const path = measuredPath(frame, drawn);
  const textOf = (atoms: readonly number[]): string => {
    const found = measure(frame, atoms);
    return found === null ? '' : measurementValue(found);
  };
  const names = path.map((at, k): Label => {
    const angle = picked.length === 3 && k === 1 ? ` · ${textOf(picked)}` : '';
    return { text: `${picked[k]}${angle}`, at, aside: true };
  });
  const lines = path.slice(1).map((to, k): Label => {
    const from = path[k];
    const dihedral = picked.length === 4 && k === 1 ? ` · ${textOf(picked)}` : '';
    const at: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
    return { text: `${textOf(picked.slice(k, k + 2))}${dihedral}`, at, aside: false };
  });
  return [...names, ...lines];
}
