/**
 * The viewer's elements in the page: the picture's stage with what lies over it, the places around it for the parts,
 * and what is said to people there. It knows nothing of files and sessions.
 */
import { element } from './elements.js';
import type { Part } from './part.js';

/** Milliseconds for which a message is seen. */
const SEEN_MS = 3000;

export interface Shell {
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** The name of a part of the page; where several viewers are in it, it says which one's. */
  label(text: string): string;
  /** Puts a part into its place. */
  add(part: Part): void;
  /** From now on something is open: controls are there. */
  fill(): void;
  /** For screen readers, politely; and for a moment for all eyes. */
  say(message: string, seen?: boolean): void;
  showError(message: string): void;
  clearErrors(): void;
  close(): void;
}

/** The viewers of the page, by number. */
const mounted = new Set<number>();

function firstFree(): number {
  let number = 1;
  while (mounted.has(number)) number++;
  return number;
}

export function createShell(place: HTMLElement): Shell {
  const which = firstFree();
  mounted.add(which);
  const label = (text: string): string => (which === 1 ? text : `${text} of viewer ${which}`);
  const canvas = element('canvas', {
    tabindex: 0,
    role: 'img',
    'aria-label': 'Atoms. Shift and the arrow keys turn or move the view, plus and minus zoom.',
  });
  const hint = element('p', { class: 'hint' }, 'Drop extended XYZ files here');
  const alert = element('div', { class: 'alert', role: 'alert' });
  const live = element('div', { class: 'live', role: 'status' });
  const stage = element('div', { class: 'stage' }, canvas, hint, alert, live);
  const side = element('section', { class: 'side', 'aria-label': label('Controls'), hidden: true });
  const below = element('div', { class: 'below' });
  const bar = element('div', { class: 'bar-place' });
  const root = element('div', { class: 'viewer', 'data-empty': true }, stage, side, below, bar);
  const places = { stage, side, below, bar };
  let saying: ReturnType<typeof setTimeout> | undefined;
  place.append(root);
  return {
    root,
    stage,
    canvas,
    label,
    add({ element: content, place = 'side', title, folded }) {
      if (content === undefined) return;
      const summary = title === undefined ? null : element('summary', {}, title);
      places[place].append(
        summary === null
          ? content
          : element('details', { class: 'section', open: !folded }, summary, content),
      );
    },
    fill() {
      side.hidden = false;
      hint.hidden = true;
      delete root.dataset.empty;
    },
    say(message, seen = false) {
      live.textContent = message;
      clearTimeout(saying);
      live.toggleAttribute('data-seen', seen);
      if (seen) saying = setTimeout(() => live.removeAttribute('data-seen'), SEEN_MS);
    },
    showError(message) {
      const close = element('button', { type: 'button', 'aria-label': 'Close the message' }, '×');
      close.addEventListener('click', () => alert.replaceChildren());
      alert.replaceChildren(element('span', {}, message), close);
    },
    clearErrors: () => alert.replaceChildren(),
    close() {
      clearTimeout(saying);
      mounted.delete(which);
      root.remove();
    },
  };
}
