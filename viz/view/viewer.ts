/**
 * The viewer in a page: a picture, and the parts around it (`parts.ts`). It holds the files, the run that is shown and
 * its session, and draws when one of them has changed; everything else is for the parts.
 */
import type { TextSource } from '../../systems/index.js';
import { type FileEvents, fileOfComputer, MEMORY_BYTES, type ViewerFile } from '../files/index.js';
import {
  advance,
  arrowOverhang,
  type Camera,
  checkColumns,
  checkView,
  createSession,
  dragged,
  fittedCamera,
  goTo,
  imagesOf,
  pan,
  parseView,
  type Run,
  readRun,
  type SavedView,
  type Session,
  shownFrame,
  zoom,
} from '../state/index.js';
import { listenToKeys } from './keyboard.js';
import { type Opened, OpenedFiles } from './opened-files.js';
import type { Beside, FilmEvents, Host, Part, ShotOptions, ThemeName } from './part.js';
import { parts as allParts } from './parts.js';
import { listenToPointers } from './pointer.js';
import { Picture, themes } from './scene.js';
import { createShell } from './shell.js';
import { filmOf, pictureOf } from './shot.js';
import { viewOf } from './take-away.js';

export interface Viewer {
  /**
   * Reads a file and shows it. On a fault the page tells it, and shows on what it showed.
   *
   * @param look how it is seen at first, where that is not what the viewer would choose
   * @returns whether it went well
   */
  open(source: TextSource, name: string, look?: Partial<Session>): Promise<boolean>;
  /** Adds files to the list from which they are chosen; they are read when they are. */
  offer(files: readonly ViewerFile[]): void;
  show(file: ViewerFile, look?: Partial<Session>): Promise<boolean>;
  /** @throws Error where no file is open or a column is not there */
  change(part: Partial<Session>): void;
  /** @throws Error where there is no such frame */
  goTo(frame: number): void;
  /** Sees all of the frame, in a picture of that width over height; by default that of the page. */
  resetView(aspect?: number): void;
  setTheme(name: ThemeName): void;
  /** The picture without the controls, as PNG, with the camera as it is. */
  picture(width: number, height: number, options?: ShotOptions): Promise<Blob>;
  /** All frames as MP4. @throws InputError where the browser encodes no video */
  film(width: number, height: number, options?: FilmEvents): Promise<Blob>;
  /** A view as `view` gave it, as JSON. @throws InputError that says what is wrong with it */
  openView(json: string): Promise<void>;
  /** What is shown, to be opened again; null while no file is open. */
  readonly view: SavedView | null;
  showError(message: string): void;
  readonly session: Session | null;
  readonly run: Run | null;
  readonly resources: { geometries: number; programs: number };
  close(): void;
}

/** Milliseconds after which people want to know what is going on. */
const SLOW_MS = 400;

export interface MountOptions {
  /** Dropped files that are larger are read frame by frame as they are shown; 512 MB by default. */
  readonly memoryBytes?: number;
  /** Told the name of each file that is shown. */
  readonly onShow?: (name: string) => void;
  /** The page is there for this viewer, which hears all keys pressed in it; else those pressed since it was used. */
  readonly wholePage?: boolean;
}

/** Puts a viewer into an element, whose size it takes. @throws Error where the browser gives no WebGL 2 */
export function mountViewer(
  place: HTMLElement,
  { memoryBytes = MEMORY_BYTES, onShow, wholePage = false }: MountOptions = {},
): Viewer {
  const shell = createShell(place);
  const { root, stage, canvas, say, showError } = shell;
  const picture = new Picture(canvas, {
    onRest: redraw,
    onFault: showError,
    onBack() {
      shell.clearErrors();
      redraw();
    },
  });
  const listening = new AbortController();
  const { signal } = listening;
  const files: ViewerFile[] = [];
  const opened = new OpenedFiles(read);
  let current: Opened | null = null;
  let beside: Beside | null = null;
  /** How often a file has been asked for. */
  let asked = 0;
  let file: ViewerFile | null = null;
  let run: Run | null = null;
  let session: Session | null = null;
  let theme: ThemeName = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  /** The camera of a view that was fitted and has not been moved since. */
  let fitted: Camera | null = null;
  let scheduled = 0;
  let last = 0;
  let closed = false;
  let stopWatching = (): void => {};

  const host: Host = {
    root,
    label: shell.label,
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
    get beside() {
      return beside;
    },
    setBeside(next) {
      beside = next;
      redraw();
    },
    get shortcuts() {
      return parts.flatMap(({ shortcuts }) => shortcuts ?? []);
    },
    curves: () => {
      if (run === null || session === null) return [];
      const [shown, of] = [session, run];
      return parts.flatMap((part) => part.curves?.(shown, of) ?? []);
    },
    get secondRun() {
      return parts.reduce<Run | null>((found, part) => found ?? part.secondRun?.() ?? null, null);
    },
    update,
    look: (next) => update((session) => ({ ...session, camera: next(session.camera) })),
    resetView: () => resetView(),
    setTheme,
    redraw,
    offer(added) {
      files.push(...added);
      redraw();
    },
    show,
    openAll,
    shot,
    film,
    say,
    showError,
  };
  const parts: readonly Part[] = allParts.map((make) => make(host));
  for (const part of parts) shell.add(part);

  function aspect(): number {
    return stage.clientWidth / Math.max(1, stage.clientHeight);
  }

  function update(next: (session: Session, run: Run) => Session): void {
    if (run === null || session === null) return;
    const { images, camera } = session;
    const before = shownFrame(session, run);
    session = next(session, run);
    const after = shownFrame(session, run);
    // More copies are seen where all was seen before.
    if (images !== session.images && camera === fitted && session.camera === fitted) resetView();
    if (!session.playing && before !== after) say(`Frame ${after} of ${run.length - 1}`);
    redraw();
  }

  function resetView(shape?: number): void {
    update((session, run) => {
      const frame = run.frame(shownFrame(session, run));
      const copies = imagesOf(frame, session.images);
      const overhang = arrowOverhang(run, frame, session);
      const camera = fittedCamera(frame, shape ?? aspect(), copies, overhang);
      // What is fitted to another shape is not for the page.
      fitted = shape === undefined ? camera : null;
      return { ...session, camera };
    });
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

  async function show(next: ViewerFile, look: Partial<Session> = {}): Promise<boolean> {
    const reason = await tried(next, look);
    if (reason !== null) showError(reason);
    return reason === null;
  }

  /** Shows a file. @returns why it cannot be shown, or null */
  async function tried(next: ViewerFile, look: Partial<Session> = {}): Promise<string | null> {
    shell.clearErrors();
    say(`Reading ${next.name}`);
    // Seen where it takes a while.
    const slow = setTimeout(() => say(`Reading ${next.name} …`, true), SLOW_MS);
    const order = ++asked;
    try {
      const known = await opened.get(next);
      if (!files.includes(next)) files.push(next);
      checkColumns(known.run, look, 'what is asked for');
      // What was asked for since is shown instead.
      if (closed || order !== asked) return null;
      // Left first: it may be the one that is shown.
      if (current !== null && session !== null) current.session = { ...session, playing: false };
      known.session = { ...known.session, ...look };
      const fit = !known.shown && look.camera === undefined;
      showRun(next, known, fit);
      say(`${next.name} is open`);
      return null;
    } catch (error) {
      if (order === asked) say('');
      redraw();
      return messageOf(error);
    } finally {
      clearTimeout(slow);
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
    return { run, session: next.growing ? { ...session, follow: true } : session, shown: false };
  }

  /** A file that has been replaced: as it is now, looked at as before. What was read of it is shown until then. */
  async function reopen(of: ViewerFile): Promise<void> {
    try {
      const known = await opened.get(of);
      const fresh = await opened.replace(of, ({ run: { length } }) => {
        const before = of === file && session !== null ? session : known.session;
        return { ...before, time: Math.min(before.time, length - 1) };
      });
      if (!closed && of === file) showRun(of, fresh);
    } catch (error) {
      if (!closed) showError(messageOf(error));
    }
  }

  function showRun(next: ViewerFile, nextOpened: Opened, fit = false): void {
    stopWatching();
    current = nextOpened;
    current.shown = true;
    const { run: nextRun } = nextOpened;
    [file, run, session] = [next, nextRun, nextOpened.session];
    stopWatching = nextRun.onChange(redraw);
    shell.fill();
    onShow?.(next.name);
    picture.setRun(nextRun);
    for (const part of parts) part.setRun?.(nextRun);
    // Parts that come with the run take room from the picture, which is fitted and drawn in what is left.
    for (const part of parts) part.show?.(session, nextRun);
    if (fit) resetView();
    // At once: what has been opened is on the page when `open` says so, also in a page that draws no frames just now.
    cancelAnimationFrame(scheduled);
    drawNow(performance.now());
  }

  /** Saved views among them are opened after the structures. */
  async function openAll(given: readonly File[]): Promise<void> {
    const views = given.filter(({ name }) => /\.json$/i.test(name));
    const added = given.filter((one) => !views.includes(one)).map((one) => fileOfComputer(one, memoryBytes));
    const reasons: string[] = [];
    // The first good one is shown; the others are read when they are chosen.
    for (const one of added) {
      const reason = await tried(one);
      if (reason === null) break;
      reasons.push(reason);
    }
    files.push(...added.filter((one) => !files.includes(one)));
    for (const view of views) {
      await openView(await view.text()).catch((error: unknown) =>
        reasons.push(`${view.name}: ${messageOf(error)}`),
      );
    }
    if (reasons.length > 0) showError(reasons.join('\n'));
    redraw();
  }

  function shot(width: number, height: number, options: ShotOptions = {}): Promise<Blob> {
    return pictureOf(host, [width, height], options).finally(redraw);
  }

  function film(width: number, height: number, options: FilmEvents = {}): Promise<Blob> {
    return filmOf(host, [width, height], options).finally(redraw);
  }

  /** A view as it was saved: of its own file where that is in the list, else of the one that is shown. */
  async function openView(json: string): Promise<void> {
    if (run === null || session === null) throw new Error('open a file before its view');
    const named = files.find(({ name }) => name === parseView(json, createSession(run as Run)).file);
    if (named !== undefined && named !== file && !(await show(named))) return;
    const view = parseView(json, createSession(run, aspect()));
    // Of a large file not all frames are known at first; what keeps it from being gone through is told already.
    if (view.session.time >= run.length) await run.settled().catch(() => {});
    checkView(view, run);
    const second = view.beside && files.find(({ name }) => name === view.beside?.file);
    if (second === undefined) {
      showError(
        `The view shows ${view.beside?.file} beside it, which is not open; open it, and the view again.`,
      );
    }
    beside = view.beside && second ? { file: second, own: view.beside.own } : null;
    setTheme(view.theme);
    update(() => view.session);
  }

  const look = (next: (camera: Camera) => Camera): void => host.look(next);
  listenToPointers(
    canvas,
    {
      turn: (right, up) => look((camera) => dragged(camera, run?.first.dimension ?? 3, right, up)),
      move: (right, up) => look((camera) => pan(camera, right, up)),
      zoom: (factor, x, y) => look((camera) => zoom(camera, factor, x, y)),
      click: (at) => void parts.some((part) => part.click?.(at)),
      hover: (at) => {
        for (const part of parts) part.hover?.(at);
      },
      hold: (at) => {
        for (const part of parts) part.hold?.(at);
      },
    },
    signal,
  );
  listenToKeys(root, () => host.shortcuts, { signal, wholePage });
  root.addEventListener('dragover', (event) => {
    event.preventDefault();
    stage.classList.add('dropping');
  });
  root.addEventListener('dragleave', () => stage.classList.remove('dropping'));
  root.addEventListener('drop', (event) => {
    event.preventDefault();
    stage.classList.remove('dropping');
    void openAll([...(event.dataTransfer?.files ?? [])]);
  });
  const resizing = new ResizeObserver(() => {
    if (session !== null && session.camera === fitted) resetView();
    else redraw();
  });
  resizing.observe(stage);
  setTheme(theme);

  return {
    open: (source, name, look) => show({ name, open: () => readRun(source, name) }, look),
    offer: host.offer,
    show,
    change(part) {
      if (run === null) throw new Error('no file is open');
      checkColumns(run, part, 'what is asked for');
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
    film,
    openView,
    get view() {
      return viewOf(host);
    },
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
      opened.close();
      picture.dispose();
      shell.close();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
