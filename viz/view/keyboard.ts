/** Keys: one table of shortcuts, from which what a key does and the help sheet are made. */
import type { Shortcut } from './part.js';

/** The viewer of the page that hears the keys that are pressed where nothing has the focus: the one used last. */
let listening: HTMLElement | null = null;
/** The one that the page is there for. */
let resident: HTMLElement | null = null;

/**
 * Hears keys while the focus is in the viewer, and after it was used until something else in the page is.
 *
 * @param wholePage the viewer is what the page is for: it also hears keys before it is used, and after a click beside it
 */
export function listenToKeys(
  root: HTMLElement,
  shortcuts: () => readonly Shortcut[],
  { signal, wholePage = false }: { signal: AbortSignal; wholePage?: boolean },
): void {
  const leave = (): void => {
    if (listening === root) listening = resident;
  };
  if (wholePage) listening = resident = root;
  signal.addEventListener('abort', () => {
    if (resident === root) resident = null;
    leave();
  });
  const follow = (event: Event): void => {
    if (event.composedPath().includes(root)) listening = root;
    else if (!wholePage) leave();
  };
  for (const event of ['pointerdown', 'focusin'])
    document.addEventListener(event, follow, { signal, capture: true });
  // What is done in a frame within the page is not heard here, but where the focus goes is.
  addEventListener(
    'blur',
    () => {
      if (document.activeElement instanceof HTMLIFrameElement && !wholePage) leave();
    },
    { signal },
  );
  document.addEventListener(
    'keydown',
    (event) => {
      if (listening === root) pressed(event, shortcuts());
    },
    { signal },
  );
}

/** Does what the table says for a key, unless a control that has the focus keeps it. @returns whether it did */
function pressed(event: KeyboardEvent, shortcuts: readonly Shortcut[]): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (belongsToControl(event)) return false;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = shortcuts.find(({ keys, shift }) => {
    // Signs such as ? and + need the shift key on some keyboards and not on others.
    const free = event.key.length === 1 && event.key.toLowerCase() === event.key.toUpperCase();
    return keys.includes(key) && (free || (shift ?? false) === event.shiftKey);
  });
  if (found === undefined) return false;
  event.preventDefault();
  found.run(key);
  return true;
}

function belongsToControl(event: KeyboardEvent): boolean {
  const { key, shiftKey } = event;
  // In a page of somebody else's a control may be within an element of its own.
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog') !== null) return true;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (
    target.matches('select, textarea, [role=textbox], input:not([type=checkbox], [type=range], [type=color])')
  )
    return true;
  const press = key === ' ' || key === 'Enter';
  if (target.matches('input[type=checkbox], input[type=color], button, summary, a')) return press;
  const moves = key.startsWith('Arrow') || key === 'Home' || key === 'End' || key.startsWith('Page');
  return target.matches('input[type=range]') && moves && !shiftKey;
}
