/**
 * What the viewer is put together from. A part is a panel, a bar, or keys alone; it is made once with the host that
 * it lives in, told when another run is shown, and shown the session for every picture. Parts know the host and the
 * state, not each other. `parts.ts` lists them.
 */
import type { ViewerFile } from '../files/index.js';
import type { Camera, Curve, OwnWay, Run, Session } from '../state/index.js';
import type { Picture } from './scene.js';

export type ThemeName = 'light' | 'dark';

export interface Shortcut {
  /** `event.key` of each key that does it; letters in lower case. */
  readonly keys: readonly string[];
  readonly shift?: boolean;
  /** As the help sheet names the keys. */
  readonly label: string;
  /** What it does, in the help sheet. */
  readonly does: string;
  run(key: string): void;
}

/** A place in the picture. */
export interface Place {
  /** From the left and the top, in pixels of the page. */
  readonly x: number;
  readonly y: number;
  readonly shift: boolean;
}

export interface Part {
  /** Absent for a part of keys alone. */
  readonly element?: HTMLElement;
  /** `side`: a section of the side panel under `title`; `stage`: over the picture; `below`: under it; `bar`: last. */
  readonly place?: 'side' | 'stage' | 'below' | 'bar';
  /** Heading of a section of the side panel. */
  readonly title?: string;
  /** Whether the section is closed at first. */
  readonly folded?: boolean;
  readonly shortcuts?: readonly Shortcut[];
  /** Another run is shown from now on. */
  setRun?(run: Run): void;
  /** Called after every picture; must be quick, and compare before it touches the page. */
  show?(session: Session, run: Run): void;
  /** A click or a tap on the picture that was no drag. @returns true where it is taken; no further part is asked */
  click?(place: Place): boolean;
  /** The pointer over the picture, while nothing is pressed; null when it has gone or something is. */
  hover?(place: Place | null): void;
  /** A finger that stays where it is. */
  hold?(place: Place): void;
  /** Curves against the frame that the part has to show; a list that has not changed is the same object. */
  curves?(session: Session, run: Run): readonly Curve[];
  /** The run that the part shows beside the first; null while there is none. */
  secondRun?(): Run | null;
  close?(): void;
}

/** A second file, and where it stands while it goes its own way; null while it is linked. */
export interface Beside {
  readonly file: ViewerFile;
  readonly own: OwnWay | null;
}

/** A picture in the page, and what it shows: the viewer's, or one that stands beside it. */
export interface Pane {
  readonly stage: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly picture: Picture;
  /** What is shown; null while no file is open. */
  readonly run: Run | null;
  readonly session: Session | null;
}

export interface Host extends Pane {
  readonly root: HTMLElement;
  /** The name of a part of the page; where several viewers are in it, it says which one's. */
  label(text: string): string;
  readonly theme: ThemeName;
  readonly files: readonly ViewerFile[];
  /** The file of `run`. */
  readonly file: ViewerFile | null;
  /** What is to be seen beside it. */
  readonly beside: Beside | null;
  setBeside(next: Beside | null): void;
  /** The next session from this one; then a picture is drawn. Nothing happens while no file is open. */
  update(next: (session: Session, run: Run) => Session): void;
  /** The same for the camera alone. */
  look(next: (camera: Camera) => Camera): void;
  resetView(): void;
  setTheme(name: ThemeName): void;
  /** Asks for a picture in the next frame of the screen. */
  redraw(): void;
  /** Adds files to the list; opens none. */
  offer(files: readonly ViewerFile[]): void;
  /** Reads a file, if that has not been done, and shows it. On a fault the page tells it, and shows on what it showed. */
  show(file: ViewerFile): Promise<boolean>;
  /** Offers files of the computer, and shows the first that is good. */
  openAll(files: readonly File[]): Promise<void>;
  /** Of all parts. */
  readonly shortcuts: readonly Shortcut[];
  /** Of all parts, as things stand. */
  curves(): readonly Curve[];
  /** The run that a part shows beside the first; null while none does. */
  readonly secondRun: Run | null;
  /** The picture as it is now, in any size. */
  shot(width: number, height: number, options?: ShotOptions): Promise<Blob>;
  /** All frames as MP4. */
  film(width: number, height: number, options?: FilmEvents): Promise<Blob>;
  /** For screen readers, politely; and for a moment for all eyes. */
  say(message: string, seen?: boolean): void;
  showError(message: string): void;
}

export interface FilmEvents extends Omit<ShotOptions, 'transparent'> {
  /** Between 0 and 1. */
  onProgress?(fraction: number): void;
  readonly signal?: AbortSignal;
}

export interface ShotOptions {
  /** Without the background. */
  readonly transparent?: boolean;
  /** With the legend. */
  readonly legend?: boolean;
  /** Lines are as wide as in a page whose picture is so many pixels high; in that of the viewer where not given. */
  readonly pageHeight?: number;
}

export type MakePart = (host: Host) => Part;
