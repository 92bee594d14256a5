/** The section that tells what is known of the shown frame as a whole: its cell, and the entries of its comment line. */
import { type Frame, toldFrame } from '../state/index.js';
import { type Entry, entryRows } from './atom-entries.js';
import { element, short } from './elements.js';
import type { MakePart } from './part.js';

/** Entries that are for programs, or longer than a line of the panel. */
const LONGEST = 80;

export const frameFactsPart: MakePart = (host) => {
  const table = element('table', { class: 'entries' });
  let shown: Frame | null = null;
  let listening = false;
  return {
    place: 'side',
    title: 'Frame',
    folded: true,
    element: table,
    show(session, run) {
      const frame = toldFrame(session, run);
      // Not looked at, nothing is to be done.
      if (frame === shown || !(table.closest('details')?.open ?? true)) return;
      shown = frame;
      table.replaceChildren(...entryRows([...cellEntries(frame), ...infoEntries(frame)]));
    },
    setRun() {
      shown = null;
      // Its section is there once all parts are.
      if (!listening) table.closest('details')?.addEventListener('toggle', host.redraw);
      listening = true;
    },
  };
};

function cellEntries({ system, dimension, count }: Frame): Entry[] {
  const { volume, vectors, periodic } = system.box;
  if (volume === null) return [['cell', 'none: free boundaries']];
  const rows = Array.from({ length: dimension }, (_, k) =>
    Array.from(vectors.subarray(k * dimension, (k + 1) * dimension)),
  );
  const lengths = rows.map((row) => Math.hypot(...row));
  const angle = (a: number, b: number): number => {
    const dot = rows[a].reduce((sum, value, m) => sum + value * rows[b][m], 0);
    return (Math.acos(Math.min(1, Math.max(-1, dot / (lengths[a] * lengths[b])))) * 180) / Math.PI;
  };
  const angles = dimension === 2 ? [angle(0, 1)] : [angle(1, 2), angle(0, 2), angle(0, 1)];
  const names = ['a', 'b', 'c'].slice(0, dimension);
  return [
    ['cell', names.map((name, k) => `${name} ${short(lengths[k])}`).join(', ')],
    ['angles', angles.map((value) => `${short(value)}°`).join(', ')],
    ['repeats', names.filter((_, k) => periodic[k]).join(', ') || 'nowhere'],
    [dimension === 2 ? 'area' : 'volume', `${short(volume)}, ${short(volume / count)} an atom`],
  ];
}

/** Numbers with all their digits: this is where they are looked up. */
function infoEntries({ info }: Frame): Entry[] {
  return [...info].flatMap(([name, value]): Entry[] => {
    const text = [value].flat(2).join(' ');
    return text.length <= LONGEST ? [[name, text]] : [];
  });
}
