/**
 * The page that `stillpoint view` serves: mounts the viewer and opens the first file that the server names; without
 * a server, waits for one to be dropped. `stillpointViewer` is the viewer for programs that drive the page, and
 * `data-state` on the document says when it is `ready`.
 */
import { mountViewer } from '../index.js';
import { element } from '../view/elements.js';

interface ServedFile {
  readonly name: string;
  readonly url: string;
}

const host = document.querySelector<HTMLElement>('#viewer') ?? document.body;

async function start(): Promise<void> {
  const viewer = mountViewer(host);
  Object.assign(globalThis, { stillpointViewer: viewer });
  const files = await served();
  const open = async ({ name, url }: ServedFile): Promise<boolean> => {
    document.title = `${name} – Stillpoint`;
    const response = await fetch(url);
    if (!response.ok || response.body === null) {
      viewer.showError(`${name} cannot be read: ${await response.text()}`);
      return false;
    }
    return viewer.open(response.body, name);
  };
  if (files.length > 1) host.prepend(fileChooser(files, (file) => void open(file)));
  const good = files.length === 0 || (await open(files[0]));
  document.documentElement.dataset.state = good ? 'ready' : 'failed';
}

async function served(): Promise<readonly ServedFile[]> {
  const response = await fetch('./files.json').catch(() => null);
  return response?.ok ? response.json() : [];
}

function fileChooser(files: readonly ServedFile[], onChoice: (file: ServedFile) => void): HTMLElement {
  const select = element(
    'select',
    { id: 'file' },
    ...files.map(({ name }, k) => element('option', { value: k }, name)),
  );
  select.addEventListener('change', () => onChoice(files[Number(select.value)]));
  return element('nav', { class: 'files' }, element('label', { for: 'file' }, 'File'), select);
}

start().catch((error: unknown) => {
  document.documentElement.dataset.state = 'failed';
  const reason = error instanceof Error ? error.message : String(error);
  host.append(
    element(
      'p',
      { class: 'fatal', role: 'alert' },
      `The viewer cannot start: ${reason}. It needs WebGL 2: allow hardware acceleration in the browser's settings, or take another browser.`,
    ),
  );
});
