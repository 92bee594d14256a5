/**
 * The page that `stillpoint view` serves: mounts the viewer and opens the first file that the server names; without
 * a server, waits for one to be dropped. `stillpointViewer` is the viewer for programs that drive the page, and
 * `data-state` on the document says when it is `ready`.
 */
import { hashView, mountViewer, recipeFile, type Viewer } from '../index.js';
import { element } from '../view/elements.js';
import { servedFiles } from './served-files.js';

const host = document.querySelector<HTMLElement>('#viewer') ?? document.body;

async function start(): Promise<void> {
  const { files, memoryBytes } = await servedFiles();
  const viewer = mountViewer(host, {
    memoryBytes,
    wholePage: true,
    onShow: (name) => {
      document.title = `${name} – Stillpoint`;
    },
  });
  Object.assign(globalThis, { stillpointViewer: viewer });
  viewer.offer(files);
  const asked = location.hash === '#playground' ? recipeFile('disks') : files[0];
  const good = asked === undefined || (await viewer.show(asked));
  const openHash = async (): Promise<void> => {
    try {
      const view = hashView(location.hash);
      if (view !== null) await viewer.openView(view);
      const [, frame] = /^#frame=(-?\d{1,9})$/.exec(location.hash) ?? [];
      if (frame !== undefined) await goTo(viewer, Number(frame));
    } catch (error) {
      viewer.showError(error instanceof Error ? error.message : String(error));
    }
  };
  if (good) await openHash();
  addEventListener('hashchange', () => void openHash());
  document.documentElement.dataset.state = good ? 'ready' : 'failed';
}

/** Of a large file not all frames are known at first. */
async function goTo(viewer: Viewer, frame: number): Promise<void> {
  const { run } = viewer;
  // What keeps it from being gone through is told already.
  if (run !== null && (frame < 0 || frame >= run.length)) await run.settled().catch(() => {});
  // Meanwhile another file may have been chosen.
  if (viewer.run === run) viewer.goTo(frame);
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
