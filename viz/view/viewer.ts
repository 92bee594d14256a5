/**
 * The viewer in a page: a picture, and the parts around it (`parts.ts`). It holds the files, the run that is shown and
 * its session, and draws when one of them has changed; everything else is for the parts.
 */
import type { TextSource } from '../../systems/index.js';
import { type FileEvents, fileOfComputer, MEMORY_BYTES, type ViewerFile } from '../files/index.js';
import {
  advance,
  type Camera,
  createSession,
  fittedCamera,
  goTo,
  pan,
  type Run,
  readRun,
  rotate,
  type Session,
  shownFrame,
  zoom,
} from '../state/index.js';
import { element } from './elements.js';
import { pressed } from './keyboard.js';
import type { Host, Part, ShotOptions, ThemeName } from './part.js';
import { parts as allParts } from './parts.js';
import { listenToPointers } from './pointer.js';
import { Picture, themes } from './scene.js';

export interface Viewer {
  /** Reads a file and shows it. On a fault the page tells it, and shows on what it showed. @returns whether it went well */
  open(source: TextSource, name: string): Promise<boolean>;
  /** Adds files to the list from which they are chosen; they are read when they are. */
  offer(files: readonly ViewerFile[]): void;
  show(file: ViewerFile): Promise<boolean>;
  /** @throws Error where no file is open or a column is not there */
  change(part: Partial<Session>): void;
  /** @throws Error where there is no such frame */
  goTo(frame: number): void;
  resetView(): void;
  setTheme(name: ThemeName): void;
  /** The picture without the controls, as PNG. */
  picture(width: number, height: number, options?: ShotOptions): Promise<Blob>;
  showError(message: string): void;
  readonly session: Session | null;
  readonly run: Run | null;
  readonly resources: { geometries: number; programs: number };
  close(): void;
}

export interface MountOptions {
  /** Dropped files that are larger are read frame by frame as they are shown; 512 MB by default. */
  readonly memoryBytes?: number;
}

/** Puts a viewer into an element, whose size it takes. @throws Error where the browser gives no WebGL 2 */
export function mountViewer(place: HTMLElement, { memoryBytes = MEMORY_BYTES }: MountOptions = {}): Viewer {
  const canvas = element('canvas', {
    tabindex: 0,
    role: 'img',
    'aria-label': 'Atoms. Shift and the arrow keys turn or move the view, plus and minus zoom.',
  });
  const hint = element('p', { class: 'hint' }, 'Drop extended XYZ files here');
  const alert = element('div', { class: 'alert', role: 'alert' });
  const live = element('div', { class: 'live', role: 'status' });
  const stage = element('div', { class: 'stage' }, canvas, hint, alert, live);
  const side = element('section', { class: 'side', 'aria-label': 'Controls' });
  const below = element('div', { class: 'below' });
  const bar = element('div', { class: 'bar-place' });
  const root = element('div', { class: 'viewer' }, stage, side, below, bar);
  place.append(root);

  const picture = new Picture(canvas);
  const listening = new AbortController();
  const { signal } = listening;
  const files: ViewerFile[] = [];
  /** What has been read, with the session that it was left with. */
  const opened = new Map<ViewerFile, Opened>();
  let file: ViewerFile | null = null;
  let run: Run | null = null;
  let session: Session | null = null;
  let theme: ThemeName = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  let scheduled = 0;
  let last = 0;
  let closed = false;
  let stopWatching = (): void => {};

  const host: Host = {
    root,
    stage,
    canvas,
    picture,
    get run() {
      return run;
    },
    get session() {
      return session;
    },
    get theme() {
      return theme;
    },
    files,
    get file() {
      return file;
    },
    get shortcuts() {
      return parts.flatMap(({ shortcuts }) => shortcuts ?? []);
    },
    curves: () => {
      if (run === null || session === null) return [];
      const [shown, of] = [session, run];
      return parts.flatMap((part) => part.curves?.(shown, of) ?? []);
    },
    update,
    look: (next) => update((session) => ({ ...session, camera: next(session.camera) })),
    resetView,
    setTheme,
    redraw,
    offer(added) {
      files.push(...added);
      redraw();
    },
    show,
    openAll,
    shot,
    say(message) {
      live.textContent = message;
    },
    showError,
  };
  const parts: readonly Part[] = allParts.map((make) => make(host));
  for (const part of parts) placed(part, { stage, side, below, bar });
  side.hidden = true;

  function aspect(): number {
    return stage.clientWidth / Math.max(1, stage.clientHeight);
  }

  function update(next: (session: Session, run: Run) => Session): void {
    if (run === null || session === null) return;
    const before = shownFrame(session, run);
    session = next(session, run);
    const after = shownFrame(session, run);
    if (!session.playing && before !== after) live.textContent = `Frame ${after} of ${run.length - 1}`;
    redraw();
  }

  function resetView(): void {
    update((session, run) => ({
      ...session,
      camera: fittedCamera(run.frame(shownFrame(session, run)), aspect()),
    }));
  }

  function redraw(): void {
    if (scheduled === 0 && !closed) scheduled = requestAnimationFrame(drawNow);
  }

  function drawNow(now: number): void {
    scheduled = 0;
    picture.setSize(stage.clientWidth, Math.max(1, stage.clientHeight), devicePixelRatio);
    if (run === null || session === null) return;
    // After a pause of the page, playback goes on from where it was.
    session = advance(session, run, Math.min(0.25, Math.max(0, (now - last) / 1000)));
    last = now;
    picture.draw(session, session.camera, aspect());
    for (const part of parts) part.show?.(session, run);
    if (session.playing) redraw();
  }

  function setTheme(name: ThemeName): void {
    theme = name;
    root.dataset.theme = name;
    picture.setTheme(themes[name]);
    redraw();
  }

  async function show(next: ViewerFile): Promise<boolean> {
    alert.replaceChildren();
    live.textContent = `Reading ${next.name}`;
    try {
      let known = opened.get(next);
      if (known === undefined) {
        known = await read(next);
        opened.set(next, known);
      }
      if (!files.includes(next)) files.push(next);
      if (!closed) showRun(next, known.run, known.session);
      live.textContent = `${next.name} is open`;
      return true;
    } catch (error) {
      live.textContent = '';
      showError(messageOf(error));
      redraw();
      return false;
    }
  }

  async function read(next: ViewerFile): Promise<Opened> {
    const events: FileEvents = {
      notice: (message) => showError(message),
      error: (error) => showError(messageOf(error)),
      replaced: () => void reopen(next),
    };
    const run = await next.open(events);
    const session = createSession(run, aspect());
    return { run, session: next.growing ? { ...session, follow: true } : session };
  }

  /** A file that has been replaced: as it is now, looked at as before. What was read of it is shown until then. */
  async function reopen(of: ViewerFile): Promise<void> {
    try {
      const { run: fresh, session: begun } = await read(of);
      const before = (of === file ? session : opened.get(of)?.session) ?? begun;
      opened.get(of)?.run.close();
      const kept = { ...before, time: Math.min(before.time, fresh.length - 1) };
      opened.set(of, { run: fresh, session: kept });
      if (closed) fresh.close();
      else if (of === file) showRun(of, fresh, kept);
    } catch (error) {
      if (!closed) showError(messageOf(error));
    }
  }

  function showRun(next: ViewerFile, nextRun: Run, nextSession: Session): void {
    if (file !== null && run !== null && session !== null) {
      opened.set(file, { run, session: { ...session, playing: false } });
    }
    stopWatching();
    [file, run, session] = [next, nextRun, nextSession];
    stopWatching = nextRun.onChange(redraw);
    side.hidden = false;
    hint.hidden = true;
    picture.setRun(nextRun);
    for (const part of parts) part.setRun?.(nextRun);
    // At once: what has been opened is on the page when `open` says so, also in a page that draws no frames just now.
    cancelAnimationFrame(scheduled);
    drawNow(performance.now());
  }

  function showError(message: string): void {
    const close = element('button', { type: 'button', 'aria-label': 'Close the message' }, '×');
    close.addEventListener('click', () => alert.replaceChildren());
    alert.replaceChildren(element('span', {}, message), close);
  }

  async function openAll(given: readonly File[]): Promise<void> {
    const added = given.map((one) => fileOfComputer(one, memoryBytes));
    for (const one of added) if (await show(one)) break;
    files.push(...added.filter((one) => !files.includes(one)));
    redraw();
  }

  async function shot(width: number, height: number, _options: ShotOptions = {}): Promise<Blob> {
    if (session === null) throw new Error('no file is open');
    // Drawn twice as large where graphics memory allows, and made small again: smooth edges on any machine.
    picture.setSize(width, height, Math.max(width, height) > 4096 ? 1 : 2);
    picture.draw(session, session.camera, width / height);
    const small = element('canvas', { width, height });
    const context = small.getContext('2d');
    if (context === null) throw new Error('the browser gives no canvas for the picture');
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvas, 0, 0, width, height);
    redraw();
    return new Promise((done, fail) =>
      small.toBlob((blob) => (blob === null ? fail(new Error('the picture is too large')) : done(blob))),
    );
  }

  const drag = (right: number, up: number): void => {
    const flat = run?.frame(0).dimension === 2;
    host.look((camera) => (flat ? pan(camera, right, up) : rotate(camera, right * Math.PI, -up * Math.PI)));
  };
  listenToPointers(
    canvas,
    {
      turn: drag,
      move: (right, up) => host.look((camera) => pan(camera, right, up)),
      zoom: (factor, x, y) => host.look((camera: Camera) => zoom(camera, factor, x, y)),
      click: (at) => void parts.some((part) => part.click?.(at)),
    },
    signal,
  );
  canvas.addEventListener('webglcontextlost', () =>
    showError('The browser took the graphics away. Reload the page; if it stays so, close other pages.'),
  );
  document.addEventListener('keydown', (event) => void pressed(event, host.shortcuts), { signal });
  root.addEventListener('dragover', (event) => event.preventDefault());
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    void openAll([...(event.dataTransfer?.files ?? [])]);
  });
  const resizing = new ResizeObserver(redraw);
  resizing.observe(stage);
  setTheme(theme);

  return {
    open: (source, name) => show({ name, open: () => readRun(source, name) }),
    offer: host.offer,
    show,
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
      const frames = run?.length ?? 0;
      if (frame >= frames || frame < -frames) {
        throw new Error(`${run?.name ?? 'no file'} has ${frames} frames, there is no frame ${frame}`);
      }
      update((session, run) => goTo(session, run, frame));
    },
    resetView,
    setTheme,
    picture: shot,
    showError,
    get session() {
      return session;
    },
    get run() {
      return run;
    },
    get resources() {
      return picture.resources;
    },
    close() {
      closed = true;
      listening.abort();
      stopWatching();
      resizing.disconnect();
      cancelAnimationFrame(scheduled);
      for (const part of parts) part.close?.();
      for (const one of opened.values()) one.run.close();
      picture.dispose();
      root.remove();
    },
  };
}

interface Opened {
  readonly run: Run;
  readonly session: Session;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Places = Readonly<Record<NonNullable<Part['place']>, HTMLElement>>;

function placed({ element: content, place = 'side', title, folded }: Part, places: Places): void {
  if (content === undefined) return;
  if (title === undefined) places[place].append(content);
  else {
    const section = element(
      'details',
      { class: 'section', open: !folded },
      element('summary', {}, title),
      content,
    );
    places[place].append(section);
  }
}
