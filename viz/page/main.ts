/**
 * The page that `stillpoint view` serves: mounts the viewer and opens the first file that the server names; without
 * a server, waits for one to be dropped. `stillpointViewer` is the viewer for programs that drive the page, and
 * `data-state` on the document says when it is `ready`.
 */
import {
  createByteSource,
  type FileState,
  fileOfSource,
  hashView,
  MEMORY_BYTES,
  mountViewer,
  recipeFile,
} from '../index.js';
import { element } from '../view/elements.js';

interface Served {
  readonly memoryBytes: number;
  readonly files: readonly ServedFile[];
}

interface ServedFile extends FileState {
  readonly name: string;
  readonly url: string;
}

const host = document.querySelector<HTMLElement>('#viewer') ?? document.body;

async function start(): Promise<void> {
  const { files, memoryBytes } = await served();
  const viewer = mountViewer(host, {
    memoryBytes,
    onShow: (name) => {
      document.title = `${name} – Stillpoint`;
    },
  });
  Object.assign(globalThis, { stillpointViewer: viewer });
  const changes = files.length === 0 ? null : new EventSource('./events');
  const offered = files.map(({ name, url, ...state }, k) =>
    fileOfSource(createByteSource(name, { url: new URL(url, location.href).href }), {
      state,
      memoryBytes,
      watch: (listener) => listenTo(changes, k, listener),
    }),
  );
  viewer.offer(offered);
  const asked = location.hash === '#playground' ? recipeFile('disks') : offered[0];
  const good = asked === undefined || (await viewer.show(asked));
  const openHash = async (): Promise<void> => {
    try {
      const view = hashView(location.hash);
      if (view !== null) await viewer.openView(view);
      const [, frame] = /^#frame=(-?\d{1,9})$/.exec(location.hash) ?? [];
      if (frame !== undefined) viewer.goTo(Number(frame));
    } catch (error) {
      viewer.showError(error instanceof Error ? error.message : String(error));
    }
  };
  if (good) await openHash();
  addEventListener('hashchange', () => void openHash());
  document.documentElement.dataset.state = good ? 'ready' : 'failed';
}

/** What the server tells of changes of the file k. */
function listenTo(changes: EventSource | null, k: number, listener: (state: FileState) => void): () => void {
  const hear = ({ data }: MessageEvent<string>): void => {
    const change: FileState & { readonly file: number } = JSON.parse(data);
    if (change.file === k) listener({ size: change.size, ended: change.ended });
  };
  changes?.addEventListener('message', hear);
  return () => changes?.removeEventListener('message', hear);
}

async function served(): Promise<Served> {
  const response = await fetch('./files.json').catch(() => null);
  return response?.ok ? response.json() : { files: [], memoryBytes: MEMORY_BYTES };
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
