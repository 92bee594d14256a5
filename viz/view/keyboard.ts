/**
 * Keys: one table of shortcuts, from which what a key does and the help sheet are made. Of several viewers in a page
 * the one that has the focus hears them, else the one that was used last.
 */
import type { Shortcut } from './part.js';

/** All viewers of the page, the one used last at the end. */
const viewers: HTMLElement[] = [];

export function listenToKeys(
  root: HTMLElement,
  shortcuts: () => readonly Shortcut[],
  signal: AbortSignal,
): void {
  const leave = (): void => void viewers.splice(viewers.indexOf(root), 1);
  const use = (): void => {
    leave();
    viewers.push(root);
  };
  viewers.unshift(root);
  signal.addEventListener('abort', leave);
  for (const event of ['pointerdown', 'focusin']) root.addEventListener(event, use, { signal });
  const hear = (event: KeyboardEvent): void => {
    const { target } = event;
    const focused = viewers.find((one) => target instanceof Node && one.contains(target));
    if ((focused ?? viewers.at(-1)) === root) pressed(event, shortcuts());
  };
  document.addEventListener('keydown', hear, { signal });
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
  if (target.matches('select, textarea, [role=textbox], input:not([type=checkbox], [type=range])'))
    return true;
  const press = key === ' ' || key === 'Enter';
  if (target.matches('input[type=checkbox], button, summary, a')) return press;
  const moves = key.startsWith('Arrow') || key === 'Home' || key === 'End' || key.startsWith('Page');
  return target.matches('input[type=range]') && moves && !shiftKey;
}
