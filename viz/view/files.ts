/** The files: which is shown, and how another one is opened. */
import { shownFrame } from '../state/index.js';
import { button, element, field, setText } from './elements.js';
import type { MakePart } from './part.js';

export const filesPart: MakePart = (host) => {
  const select = element('select', { name: 'file' });
  const input = element('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    'aria-label': 'Files to open',
  });
  const choose = (): void => input.click();
  const chooser = field('File', select);
  const summary = element('p', { class: 'summary file-summary' });
  let listed = 0;
  select.addEventListener('change', () => void host.show(host.files[Number(select.value)]));
  input.addEventListener('change', () => {
    void host.openAll([...(input.files ?? [])]);
    input.value = '';
  });
  const list = (): void => {
    if (listed !== host.files.length) {
      listed = host.files.length;
      select.replaceChildren(...host.files.map(({ name }, k) => element('option', { value: k }, name)));
    }
    chooser.hidden = host.files.length < 2;
    select.value = String(host.file === null ? -1 : host.files.indexOf(host.file));
  };
  return {
    place: 'side',
    title: 'Files',
    element: element('div', {}, chooser, summary, button('Open files', 'Open files (O)', choose), input),
    shortcuts: [{ keys: ['o'], label: 'O', does: 'opens files', run: choose }],
    show(session, run) {
      list();
      const { count, dimension } = run.frame(shownFrame(session, run));
      setText(summary, `${run.name} · ${count} atoms · ${dimension}-D`);
    },
  };
};
