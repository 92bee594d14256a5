/**
 * The page that `stillpoint view` serves: mounts the viewer and opens the first file that the server names; without
 * a server, waits for one to be dropped. `stillpointViewer` is the viewer for programs that drive the page, and
 * `data-state` on the document says when it is `ready`.
 */
import { mountViewer, readRun, type ViewerFile } from '../index.js';
import { element } from '../view/elements.js';

interface ServedFile {
  readonly name: string;
  readonly url: string;
}

const host = document.querySelector<HTMLElement>('#viewer') ?? document.body;

async function start(): Promise<void> {
  const viewer = mountViewer(host);
  Object.assign(globalThis, { stillpointViewer: viewer });
  const files = (await served()).map(
    ({ name, url }): ViewerFile => ({
      name,
      async open() {
        const response = await fetch(url);
        if (response.ok && response.body !== null) return readRun(response.body, name);
        throw new Error(`${name} cannot be read: ${await response.text()}`);
      },
    }),
  );
  viewer.offer(files);
  const good = files.length === 0 || (await viewer.show(files[0]));
  document.documentElement.dataset.state = good ? 'ready' : 'failed';
}

async function served(): Promise<readonly ServedFile[]> {
  const response = await fetch('./files.json').catch(() => null);
  return response?.ok ? response.json() : [];
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
