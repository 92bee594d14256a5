/**
 * A note at the atom under the pointer: which it is, where it is, and the numbers that its colour and its arrow show.
 * Fingers ask for it by a long press; the keys N and P go from atom to atom, and the note goes with them.
 *
 * An atom is looked for once a frame of the screen at most, not while anything is dragged or played, and where looking
 * takes long (very many atoms, graphics in software) only when the pointer rests.
 */
import { type Frame, pick, type Session, toldFrame } from '../state/index.js';
import { atomEntries, entryRows } from './atom-entries.js';
import { element } from './elements.js';
import type { MakePart, Place } from './part.js';

/** Milliseconds that looking for an atom may take, to be done while the pointer moves. */
const QUICK = 12;
/** Milliseconds after which a pointer rests. */
const REST = 120;
/** Pixels between the pointer and the note. */
const AWAY = 14;

export const hoverPart: MakePart = (host) => {
  const table = element('table', { class: 'entries' });
  const note = element('div', { class: 'note-at', role: 'tooltip', hidden: true }, table);
  /** Where the pointer is, while it may ask. */
  let pointer: Place | null = null;
  /** The atom that keys have gone to. */
  let followed: number | null = null;
  let seen: readonly unknown[] = [];
  let told: readonly unknown[] = [];
  let cost = 0;
  let frame = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const forget = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(rest);
    frame = 0;
  };
  const hide = (): void => {
    note.hidden = true;
  };
  const ask = (): void => {
    if (cost > QUICK) {
      clearTimeout(rest);
      rest = setTimeout(look, REST);
    } else if (frame === 0) frame = requestAnimationFrame(look);
  };

  function look(): void {
    forget();
    const { run, session } = host;
    if (pointer === null || run === null || session === null || session.playing) {
      hide();
      return;
    }
    const { clientWidth, clientHeight } = host.canvas;
    const start = performance.now();
    const atom = host.picture.atomAt(pointer.x / clientWidth, pointer.y / clientHeight);
    cost = performance.now() - start;
    const shown = toldFrame(session, run);
    seen = whatIsSeen(session, shown);
    if (atom === null || atom >= shown.count) hide();
    else tell(session, shown, atom, pointer);
  }

  function tell(session: Session, shown: Frame, atom: number, { x, y }: Pick<Place, 'x' | 'y'>): void {
    const { colorBy, arrows } = session;
    const now = [shown, atom, colorBy, arrows];
    if (now.some((value, k) => value !== told[k])) {
      told = now;
      const columns = new Set(['id', colorBy, arrows].filter((name) => name !== null));
      table.replaceChildren(...entryRows(atomEntries(shown, atom, [...columns])));
    }
    note.hidden = false;
    const { clientWidth, clientHeight } = host.stage;
    const [width, height] = [note.offsetWidth, note.offsetHeight];
    const left = x + AWAY + width < clientWidth ? x + AWAY : x - AWAY - width;
    const top = y + AWAY + height < clientHeight ? y + AWAY : y - AWAY - height;
    note.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  /** The next atom that is shown, from the one picked last. */
  const go = (by: 1 | -1) => (): void =>
    host.update((session, run) => {
      const shown = toldFrame(session, run);
      const { count, species } = shown;
      const from = session.picked.at(-1) ?? (by === 1 ? -1 : count);
      for (let k = 1; k <= count; k++) {
        const atom = (((from + k * by) % count) + count) % count;
        if (session.hidden.includes(species[atom])) continue;
        pointer = null;
        followed = atom;
        const words = atomEntries(shown, atom, session.colorBy === null ? [] : [session.colorBy]);
        host.say(words.map(([name, text]) => `${name} ${text}`).join('; '));
        return { ...pick(session, null, false), picked: [atom] };
      }
      return session;
    });

  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && hide(), { signal });
  return {
    place: 'stage',
    element: note,
    shortcuts: [
      { keys: ['n'], label: 'N', does: 'picks the next atom, and tells of it', run: go(1) },
      { keys: ['p'], label: 'P', does: 'picks the atom before', run: go(-1) },
    ],
    hover(place) {
      pointer = place;
      if (place === null) {
        forget();
        if (followed === null) hide();
        return;
      }
      followed = null;
      ask();
    },
    hold(place) {
      pointer = place;
      followed = null;
      look();
    },
    setRun() {
      forget();
      followed = null;
      hide();
    },
    show(session, run) {
      if (followed !== null) {
        const shown = toldFrame(session, run);
        const place = session.picked.at(-1) === followed ? host.picture.placeOf(followed) : null;
        if (place === null || session.playing) {
          followed = null;
          hide();
          return;
        }
        const { clientWidth, clientHeight } = host.stage;
        tell(session, shown, followed, { x: place[0] * clientWidth, y: place[1] * clientHeight });
        return;
      }
      if (session.playing) hide();
      else if (pointer !== null) {
        const now = whatIsSeen(session, toldFrame(session, run));
        if (now.some((value, k) => value !== seen[k])) ask();
      }
    },
    close() {
      forget();
      listening.abort();
    },
  };
};

/** What lies under a resting pointer follows from these. */
function whatIsSeen(session: Session, frame: Frame): readonly unknown[] {
  const { camera, projection, hidden, speciesRadii, radiusScale, images, wrap, colorBy, arrows } = session;
  return [frame, camera, projection, hidden, speciesRadii, radiusScale, images, wrap, colorBy, arrows];
}
