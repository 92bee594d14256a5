/** The files: which is shown, and how another one is opened. */
import { shownFrame } from '../state/index.js';
import { button, element, field, setText } from './elements.js';
import type { Host, MakePart } from './part.js';

/** What asks for files of the computer, and an input to be put into the page for it. */
export function fileInput(host: Host): { readonly input: HTMLInputElement; choose(): void } {
  const input = element('input', {
    type: 'file',
    multiple: true,
    hidden: true,
    'aria-label': 'Files to open',
  });
  input.addEventListener('change', () => {
    void host.openAll([...(input.files ?? [])]);
    input.value = '';
  });
  return { input, choose: () => input.click() };
}

/** Names without their folders, where that still tells them apart; that a file is relaxed stays before its name. */
export function shortNames(names: readonly string[]): readonly string[] {
  const last = names.map((name) => name.replace(/^(relaxed )?.*[\\/](?=.)/s, '$1'));
  return names.map((name, k) => (last.filter((other) => other === last[k]).length > 1 ? name : last[k]));
}

export const filesPart: MakePart = (host) => {
  const select = element('select', { name: 'file' });
  const { input, choose } = fileInput(host);
  const chooser = field('File', select);
  const summary = element('p', { class: 'summary file-summary' });
  let listed = 0;
  select.addEventListener('change', () => void host.show(host.files[Number(select.value)]));
  const list = (): void => {
    if (listed !== host.files.length) {
      listed = host.files.length;
      const names = shortNames(host.files.map(({ name }) => name));
      select.replaceChildren(...names.map((name, k) => element('option', { value: k }, name)));
    }
    chooser.hidden = host.files.length < 2;
    select.title = host.file?.name ?? '';
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
      const [name] = shortNames([run.name]);
      summary.title = run.name;
      setText(summary, `${name} · ${count.toLocaleString('en')} atoms · ${dimension}\u2011D`);
    },
  };
};
