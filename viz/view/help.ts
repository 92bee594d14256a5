/** The sheet of all shortcuts. It is filled by the viewer from the table that the keys are read from. */
import { button, element } from './elements.js';
import type { MakePart, Shortcut } from './part.js';

export const helpPart: MakePart = (host) => {
  const sheet = element('dialog', { class: 'help', 'aria-label': 'Shortcuts' });
  const open = (): void => {
    sheet.replaceChildren(
      element(
        'div',
        { class: 'help-head' },
        element('h2', {}, 'Shortcuts'),
        button('Close', 'Close the sheet (Escape)', () => sheet.close()),
      ),
      table(host.shortcuts),
      element(
        'p',
        {},
        'A drag turns the view, or moves it in two dimensions and with Shift; the wheel zooms.',
      ),
      element('p', {}, 'One finger turns, two fingers move and zoom; one that stays on an atom tells of it.'),
    );
    sheet.showModal();
  };
  const opener = button('?', 'Shortcuts (?)', open);
  opener.classList.add('help-button');
  return {
    place: 'stage',
    element: element('div', { class: 'help-place' }, opener, sheet),
    shortcuts: [{ keys: ['?'], label: '?', does: 'this sheet', run: open }],
  };
};

function table(shortcuts: readonly Shortcut[]): HTMLElement {
  const rows = shortcuts.map(({ label, does }) =>
    element('tr', {}, element('th', { scope: 'row' }, element('kbd', {}, label)), element('td', {}, does)),
  );
  return element('table', {}, element('tbody', {}, ...rows));
}
