/**
 * The viewer in a page: picture, controls, plots and keys around one session. Everything shown follows from the run,
 * the session and the camera; this file carries events to the state's functions and draws what comes out.
 */

import type { TextSource } from '../../systems/index.js';
import {
  advance,
  type Camera,
  createSession,
  curves,
  fittedCamera,
  goTo,
  pan,
  type Run,
  readRun,
  rotate,
  type Session,
  shownFrame,
  step,
  togglePlay,
  zoom,
} from '../state/index.js';
import { createControls } from './controls.js';
import { element } from './elements.js';
import { createLegend } from './legend.js';
import { createPlot, type Plot } from './plot.js';
import { Picture, themes } from './scene.js';

export interface Viewer {
  /** Reads a file and shows it. On a fault the page tells it, and shows on what it showed. @returns whether it went well */
  open(source: TextSource, name: string): Promise<boolean>;
  /** @throws Error where no file is open or a column or frame is not there */
  change(
    part: Partial<Pick<Session, 'colorBy' | 'arrows' | 'arrowScale' | 'radiusScale' | 'projection'>>,
  ): void;
  goTo(frame: number): void;
  setTheme(name: 'light' | 'dark'): void;
  /** The picture without the controls, fitted to that size, as PNG. */
  picture(width: number, height: number): Promise<Blob>;
  showError(message: string): void;
  readonly session: Session | null;
  readonly resources: { geometries: number; programs: number };
  close(): void;
}

/** Puts a viewer into an element, whose size it takes. @throws Error where the browser gives no WebGL 2 */
export function mountViewer(host: HTMLElement): Viewer {
  const canvas = element('canvas', {
    tabindex: 0,
    role: 'img',
    'aria-label': 'Atoms. Shift and the arrow keys turn or move the view, plus and minus zoom.',
  });
  const hint = element('p', { class: 'hint' }, 'Drop an extended XYZ file here');
  const alert = element('div', { class: 'alert', role: 'alert' });
  const live = element('div', { class: 'live', role: 'status' });
  const plotsHere = element('section', { class: 'plots', 'aria-label': 'Curves' });
  const legend = createLegend();
  const stage = element('div', { class: 'stage' }, canvas, hint, legend.element, alert, live);
  const controls = createControls({
    change: (part) => update((session) => ({ ...session, ...part })),
    goTo: (frame) => update((session, run) => goTo(session, run, frame)),
    step: (frames) => update((session, run) => step(session, run, frames)),
    togglePlay: () => update(togglePlay),
    resetView: () => resetView(),
    savePicture: () => void save(),
    toggleTheme: () => setTheme(theme === 'light' ? 'dark' : 'light'),
  });
  const root = element('div', { class: 'viewer' }, stage, controls.panel, plotsHere, controls.transport);
  controls.panel.hidden = true;
  controls.transport.hidden = true;
  host.append(root);

  const picture = new Picture(canvas);
  const listening = new AbortController();
  const { signal } = listening;
  let run: Run | null = null;
  let session: Session | null = null;
  let camera: Camera | null = null;
  let plots: Plot[] = [];
  let theme: 'light' | 'dark' = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  let scheduled = 0;
  let last = 0;
  const resizing = new ResizeObserver(() => draw());
  resizing.observe(stage);

  function aspect(): number {
    return stage.clientWidth / Math.max(1, stage.clientHeight);
  }

  function update(next: (session: Session, run: Run) => Session): void {
    if (run === null || session === null) return;
    session = next(session, run);
    if (!session.playing) live.textContent = `Frame ${shownFrame(session, run)}`;
    draw();
  }

  function look(next: (camera: Camera) => Camera): void {
    if (camera !== null) camera = next(camera);
    draw();
  }

  function resetView(): void {
    if (run !== null && session !== null) {
      camera = fittedCamera(run.frames[shownFrame(session, run)], aspect());
    }
    draw();
  }

  function draw(): void {
    if (scheduled === 0) scheduled = requestAnimationFrame(drawNow);
  }

  function drawNow(now: number): void {
    scheduled = 0;
    picture.setSize(stage.clientWidth, Math.max(1, stage.clientHeight), devicePixelRatio);
    if (run === null || session === null || camera === null) return;
    // After a pause of the page, playback goes on from where it was.
    session = advance(session, run, Math.min(0.25, (now - last) / 1000));
    last = now;
    picture.draw(session, camera, aspect());
    controls.show(session, run);
    legend.show(session, run);
    const frame = shownFrame(session, run);
    for (const plot of plots) plot.showFrame(frame);
    if (session.playing) draw();
  }

  function setTheme(name: 'light' | 'dark'): void {
    theme = name;
    root.dataset.theme = name;
    picture.setTheme(themes[name]);
    draw();
  }

  function show(next: Run): void {
    run = next;
    session = createSession(next);
    controls.setRun(next);
    controls.panel.hidden = false;
    hint.hidden = true;
    picture.setRun(next);
    const all = next.frames.length > 1 ? curves(next) : [];
    plots = all.map((curve) =>
      createPlot(curve, (frame) => update((session, run) => goTo(session, run, frame))),
    );
    plotsHere.replaceChildren(...plots.map((plot) => plot.element));
    plotsHere.hidden = plots.length === 0;
    camera = fittedCamera(next.frames[0], aspect());
    // At once: what has been opened is on the page when `open` says so, also in a page that draws no frames just now.
    cancelAnimationFrame(scheduled);
    drawNow(performance.now());
  }

  function showError(message: string): void {
    const close = element('button', { type: 'button', 'aria-label': 'Close the message' }, '×');
    close.addEventListener('click', () => alert.replaceChildren());
    alert.replaceChildren(element('span', {}, message), close);
  }

  async function open(source: TextSource, name: string): Promise<boolean> {
    alert.replaceChildren();
    live.textContent = `Reading ${name}`;
    try {
      show(await readRun(source, name));
      live.textContent = `${name} is open`;
      return true;
    } catch (error) {
      live.textContent = '';
      showError(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  async function shot(width: number, height: number): Promise<Blob> {
    if (session === null || camera === null) throw new Error('no file is open');
    // Drawn twice as large where graphics memory allows, and made small again: smooth edges on any machine.
    picture.setSize(width, height, Math.max(width, height) > 4096 ? 1 : 2);
    picture.draw(session, camera, width / height);
    const small = element('canvas', { width, height });
    const context = small.getContext('2d');
    if (context === null) throw new Error('the browser gives no canvas for the picture');
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvas, 0, 0, width, height);
    draw();
    return new Promise((done, fail) =>
      small.toBlob((blob) => (blob === null ? fail(new Error('the picture is too large')) : done(blob))),
    );
  }

  async function save(): Promise<void> {
    if (run === null) return;
    const blob = await shot(stage.clientWidth * devicePixelRatio, stage.clientHeight * devicePixelRatio);
    const url = URL.createObjectURL(blob);
    element('a', { href: url, download: `${run.name.replace(/\.[^.]*$/, '')}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  const keys: Readonly<Record<string, () => void>> = {
    ' ': () => update(togglePlay),
    ArrowLeft: () => update((session, run) => step(session, run, -1)),
    ArrowRight: () => update((session, run) => step(session, run, 1)),
    Home: () => update((session, run) => goTo(session, run, 0)),
    End: () => update((session, run) => goTo(session, run, -1)),
    '+': () => look((camera) => zoom(camera, 1.2)),
    '=': () => look((camera) => zoom(camera, 1.2)),
    '-': () => look((camera) => zoom(camera, 1 / 1.2)),
    r: resetView,
    s: () => void save(),
    t: () => setTheme(theme === 'light' ? 'dark' : 'light'),
  };
  const turns: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Controls keep the keys that are theirs.
    if (event.target instanceof Element && event.target.matches('input, select, textarea')) return;
    if (event.target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter')) return;
    const turn = event.shiftKey ? turns[event.key] : undefined;
    const action = turn === undefined ? keys[event.key] : () => drag(turn[0] * 0.05, turn[1] * 0.05, false);
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  /** By fractions of the picture's height: two-dimensional systems move, others turn. */
  function drag(right: number, up: number, move: boolean): void {
    const flat = run?.frames[0].dimension === 2;
    look((camera) =>
      flat || move ? pan(camera, right, up) : rotate(camera, right * Math.PI, -up * Math.PI),
    );
  }

  canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const height = Math.max(1, canvas.clientHeight);
    drag(event.movementX / height, -event.movementY / height, event.shiftKey || event.buttons === 2);
  });
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const x = (event.clientX - left - width / 2) / height;
      const y = -(event.clientY - top - height / 2) / height;
      look((camera) => zoom(camera, Math.exp(-event.deltaY * 0.0015), x, y));
    },
    { passive: false },
  );
  canvas.addEventListener('webglcontextlost', () =>
    showError('The browser took the graphics away. Reload the page; if it stays so, close other pages.'),
  );
  document.addEventListener('keydown', onKey, { signal });
  root.addEventListener('dragover', (event) => event.preventDefault());
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void open(file.stream(), file.name);
  });
  setTheme(theme);

  return {
    open,
    change(part) {
      if (run === null) throw new Error('no file is open');
      for (const [name, known] of [
        [part.colorBy, run.scalars],
        [part.arrows, run.vectors],
      ] as const) {
        if (typeof name === 'string' && !known.includes(name)) {
          throw new Error(
            `${run.name} has no column "${name}" of that kind; there is ${known.join(', ') || 'none'}`,
          );
        }
      }
      update((session) => ({ ...session, ...part }));
    },
    goTo(frame) {
      const frames = run?.frames.length ?? 0;
      if (frame >= frames || frame < -frames) {
        throw new Error(`${run?.name ?? 'no file'} has ${frames} frames, there is no frame ${frame}`);
      }
      update((session, run) => goTo(session, run, frame));
    },
    setTheme,
    picture(width, height) {
      // The fit is that of the picture, not of the page.
      if (run !== null && session !== null) {
        camera = fittedCamera(run.frames[shownFrame(session, run)], width / height);
      }
      return shot(width, height);
    },
    showError,
    get session() {
      return session;
    },
    get resources() {
      return picture.resources;
    },
    close() {
      listening.abort();
      resizing.disconnect();
      cancelAnimationFrame(scheduled);
      picture.dispose();
      root.remove();
    },
  };
}
