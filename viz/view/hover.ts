/** The note at atoms of the picture (`atom-note.ts`), and the keys N and P, which go from atom to atom with it. */
import { atomName, atomNamed, pick, seenAt, toldFrame } from '../state/index.js';
import { shownEntries } from './atom-entries.js';
import { atomNote } from './atom-note.js';
import type { MakePart } from './part.js';

export const hoverPart: MakePart = (host) => {
  const note = atomNote(host);
  /** The next atom that is shown, from the one picked last. */
  const go = (by: 1 | -1) => (): void =>
    host.update((session, run) => {
      const shown = toldFrame(session, run);
      const { count } = shown;
      const last = session.picked.at(-1);
      const at = last === undefined ? -1 : atomNamed(shown, last);
      const from = at < 0 && by === -1 ? count : at;
      for (let k = 1; k <= count; k++) {
        const atom = (((from + k * by) % count) + count) % count;
        const place = host.picture.centerOf(atom);
        if (place === null || seenAt(session, shown, atom, place) === null) continue;
        const name = atomName(shown, atom);
        note.follow(name);
        const words = shownEntries(run, { ...session, arrows: null }, shown, atom);
        host.say(words.map(([name, text]) => `${name} ${text}`).join('; '));
        return { ...pick(session, null, false), picked: [name] };
      }
      return session;
    });
  return {
    place: 'stage',
    element: note.element,
    shortcuts: [
      { keys: ['n'], label: 'N', does: 'picks the next atom, and tells of it', run: go(1) },
      { keys: ['p'], label: 'P', does: 'picks the atom before', run: go(-1) },
    ],
    hover: note.hover,
    hold: note.hold,
    setRun: note.clear,
    show: note.show,
    close: note.close,
  };
};
