/**
 * The note at an atom of one picture: which it is, where it is, and the numbers that its colour and its arrow show. It
 * is at the atom under the pointer or under a finger that stays, or at one that it has been told to follow.
 *
 * An atom is looked for once a frame of the screen at most, not while anything is dragged or played, and where looking
 * takes long (very many atoms, graphics in software) only when the pointer rests.
 */
import { atomNamed, type Frame, type Session, seenAt, toldFrame } from '../state/index.js';
import { entryRows, shownEntries } from './atom-entries.js';
import { element } from './elements.js';
import type { Pane, Place } from './part.js';

/** Milliseconds that looking for an atom may take, to be done while the pointer moves. */
const QUICK = 12;
/** Milliseconds after which a pointer rests. */
const REST = 120;
/** Pixels between the pointer and the note. */
const AWAY = 14;

export interface AtomNote {
  /** To be laid over the picture. */
  readonly element: HTMLElement;
  /** The pointer over the picture; null when it has gone or something is pressed. */
  hover(place: Place | null): void;
  /** A finger that stays where it is. */
  hold(place: Place): void;
  /** Goes with the atom that is called so, for as long as it is the one that was picked last. */
  follow(name: number): void;
  /** After every picture. */
  show(): void;
  /** Lets go of pointer and atom. */
  clear(): void;
  close(): void;
}

export function atomNote(pane: Pane): AtomNote {
  const table = element('table', { class: 'entries' });
  const note = element('div', { class: 'note-at', role: 'tooltip', hidden: true }, table);
  /** Where the pointer is, while it may ask. */
  let pointer: Place | null = null;
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
    const { run, session } = pane;
    if (pointer === null || run === null || session === null || session.playing) {
      hide();
      return;
    }
    const { clientWidth, clientHeight } = pane.canvas;
    const start = performance.now();
    const atom = pane.picture.atomAt(pointer.x / clientWidth, pointer.y / clientHeight);
    cost = performance.now() - start;
    const shown = toldFrame(session, run);
    seen = whatIsSeen(session, shown);
    if (atom === null || atom >= shown.count) hide();
    else tell(session, shown, atom, pointer);
  }

  function tell(session: Session, shown: Frame, atom: number, { x, y }: Pick<Place, 'x' | 'y'>): void {
    const { colorBy, arrows, reference } = session;
    const now = [shown, atom, colorBy, arrows, reference];
    if (pane.run !== null && now.some((value, k) => value !== told[k])) {
      told = now;
      table.replaceChildren(...entryRows(shownEntries(pane.run, session, shown, atom)));
    }
    note.hidden = false;
    const { clientWidth, clientHeight } = pane.stage;
    const [width, height] = [note.offsetWidth, note.offsetHeight];
    const left = x + AWAY + width < clientWidth ? x + AWAY : x - AWAY - width;
    const top = y + AWAY + height < clientHeight ? y + AWAY : y - AWAY - height;
    note.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  const listening = new AbortController();
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && hide(), {
    signal: listening.signal,
  });
  return {
    element: note,
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
    follow(name) {
      pointer = null;
      followed = name;
    },
    show() {
      const { run, session } = pane;
      if (run === null || session === null) return;
      if (followed !== null) {
        const shown = toldFrame(session, run);
        const atom = session.picked.at(-1) === followed ? atomNamed(shown, followed) : -1;
        const center = pane.picture.centerOf(atom);
        const seen = center && seenAt(session, shown, atom, center);
        const place = seen && pane.picture.placeOf(seen);
        if (place === null || session.playing) {
          followed = null;
          hide();
          return;
        }
        const { clientWidth, clientHeight } = pane.stage;
        const at = { x: place[0] * clientWidth, y: place[1] * clientHeight };
        tell(session, shown, atom, at);
        return;
      }
      if (session.playing) hide();
      else if (pointer !== null) {
        const now = whatIsSeen(session, toldFrame(session, run));
        if (now.some((value, k) => value !== seen[k])) ask();
      }
    },
    clear() {
      forget();
      followed = null;
      hide();
    },
    close() {
      forget();
      listening.abort();
    },
  };
}

/** What lies under a resting pointer follows from these. */
function whatIsSeen(session: Session, frame: Frame): readonly unknown[] {
  const { camera, projection, hidden, speciesRadii, radiusScale, images, slice, wrap } = session;
  const { colorBy, neighbourRadius, arrows } = session;
  const atoms = [
    camera,
    projection,
    hidden,
    speciesRadii,
    radiusScale,
    images,
    wrap,
    slice?.axis,
    slice?.low,
    slice?.high,
  ];
  return [frame, ...atoms, colorBy, neighbourRadius, arrows];
}
