/** The lines of a picture: edges of cells, trails of atoms, and lines between atoms that are measured. */
import type { Group, Scene } from 'three';
import {
  atomNamed,
  cellEdges,
  coloringOf,
  colorNumbers,
  colorValues,
  cutAway,
  type Frame,
  type Images,
  measuredPath,
  type Point,
  paletteColor,
  paletteOf,
  type Run,
  type Session,
  seenAt,
  sliceOf,
  trailFrames,
  trailLines,
} from '../state/index.js';
import { type AtomStore, Change, Lines, packedColor } from './render/index.js';
import type { Theme } from './scene.js';

/** Trails of more lines than this are cut to fewer frames: they would fill graphics memory. */
const MOST_TRAIL_LINES = 1_000_000;

/** How much of the colour of lines there is in that of trails. */
const INK = 0.6;

export interface LineLook {
  readonly store: AtomStore;
  /** As they are drawn, before they are scaled; 0 where an atom is hidden. */
  readonly radii: Float32Array;
  readonly images: Images;
  readonly near: number;
  readonly pixelRatio: number;
  /** So much nearer to the eye are lines that are to be seen on top of disks. */
  readonly lift: number;
  /** Depth at which the system begins, and over which what lies behind atoms fades. */
  readonly front: number;
  readonly fade: number;
}

export class LineWork {
  readonly #run: Run;
  readonly #scene: Scene;
  readonly #cells = new Lines();
  readonly #trails = new Lines();
  readonly #measured = new Lines(true);
  readonly #changed = { cells: new Change(), trails: new Change(), measured: new Change() };

  constructor(run: Run, scene: Scene) {
    this.#run = run;
    this.#scene = scene;
    scene.add(...this.objects);
  }

  get objects(): readonly Group[] {
    return [this.#cells.group, this.#trails.group, this.#measured.group];
  }

  show(session: Session, frame: Frame, theme: Theme, look: LineLook): void {
    this.#showCells(session, frame, theme, look);
    this.#showTrails(session, frame, theme, look);
    this.#showMeasured(session, frame, theme, look);
  }

  dispose(): void {
    this.#scene.remove(...this.objects);
    for (const lines of [this.#cells, this.#trails, this.#measured]) lines.dispose();
  }

  #showCells(session: Session, frame: Frame, theme: Theme, look: LineLook): void {
    const visible = session.cell && frame.cell !== null;
    this.#cells.group.visible = visible;
    if (!visible) return;
    this.#cells.show(look.store, look.near, { width: 1.1 * look.pixelRatio });
    if (!this.#changed.cells.by(frame.cell, theme, ...look.images)) return;
    const edges = cellEdges(frame, look.images);
    const out = this.#cells.room(edges.length / 6);
    // Images are fainter than the cell itself.
    const own = frame.dimension === 2 ? 4 : 12;
    for (let k = 0; k < edges.length / 3; k++) {
      for (let m = 0; m < 3; m++) out[4 * k + m] = edges[3 * k + m];
      out[4 * k + 3] = inkOf(theme, k < 2 * own ? 255 : 100);
    }
    this.#cells.changed();
  }

  #showTrails(
    session: Session,
    frame: Frame,
    theme: Theme,
    { store, radii, near, pixelRatio, lift, front, fade }: LineLook,
  ): void {
    const most = Math.floor(MOST_TRAIL_LINES / Math.max(1, frame.count));
    const steps = Math.min(session.trail, most, frame.index);
    this.#trails.group.visible = steps > 0;
    if (steps === 0) return;
    // In relaxations trails are no longer than atoms are large: they lie over disks, and are seen through spheres.
    const over =
      frame.dimension === 2 ? { lift: 0.87 * lift, seam: pixelRatio } : { behind: { front, fade } };
    this.#trails.show(store, near, { width: 1.8 * pixelRatio, ...over });
    const coloring = coloringOf(this.#run, frame, session);
    const { column, map, low, high } = coloring;
    const { wrap, speciesColors } = session;
    const slice = sliceOf(frame, session.slice);
    const numbers = column === null ? frame.species : colorNumbers(this.#run, frame, column, session);
    const colors = [speciesColors, column, numbers, map, low, high];
    if (
      !this.#changed.trails.by(
        frame,
        wrap,
        slice?.axis,
        slice?.low,
        slice?.high,
        steps,
        radii,
        theme,
        ...colors,
      )
    )
      return;
    const frames = trailFrames(this.#run, frame, steps);
    const last = frames.length - 1;
    const out = this.#trails.room(frame.count * last);
    trailLines(frames, store.centers, out);
    const palette = paletteOf(this.#run, coloring, session);
    const values = colorValues(this.#run, frame, coloring, session);
    for (let i = 0; i < frame.count; i++) {
      const [x, y, z] = store.centers.subarray(3 * i, 3 * i + 3);
      const hidden = radii[i] <= 0 || cutAway(slice, x, y, z);
      // Of the atom's colour, but apart from it.
      const [r, g, b] = paletteColor(palette, values[i], low, high).map(
        (value, m) => value + INK * (255 * theme.line[m] - value),
      );
      for (let k = 0; k < 2 * last; k++) {
        // Older parts fade.
        const age = ((k + 1) >> 1) / last;
        out[4 * (2 * i * last + k) + 3] = packedColor(r, g, b, hidden ? 0 : 240 * (1 - 0.6 * age));
      }
    }
    this.#trails.changed();
  }

  /** From each picked atom to the next, the shortest way. */
  #showMeasured(session: Session, frame: Frame, theme: Theme, look: LineLook): void {
    const picked = session.picked.map((name) => atomNamed(frame, name));
    const there = picked.every((atom) => atom >= 0);
    this.#measured.group.visible = picked.length > 1 && there;
    if (picked.length < 2 || !there) return;
    this.#measured.show(look.store, look.near, { width: 2 * look.pixelRatio, lift: look.lift });
    const { wrap, slice, hidden } = session;
    const cut = [slice?.axis, slice?.low, slice?.high, ...look.images];
    if (!this.#changed.measured.by(session.picked, frame, wrap, hidden, theme, ...cut)) return;
    const { centers } = look.store;
    const points = picked.map(
      (atom): Point => [0, 1, 2].map((m) => centers[3 * atom + m]) as unknown as Point,
    );
    const places = picked.map((atom, k) => seenAt(session, frame, atom, points[k]));
    const drawn = places.map((place, k) => place ?? points[k]);
    const path = measuredPath(frame, drawn);
    const seen = places.map((place) => place !== null);
    const out = this.#measured.room(path.length - 1);
    for (let k = 1; k < path.length; k++) {
      const ink = inkOf(theme, seen[k - 1] && seen[k] ? 255 : 0);
      out.set([...path[k - 1], ink, ...path[k], ink], 8 * (k - 1));
    }
    this.#measured.changed();
  }
}

function inkOf({ line: [r, g, b] }: Theme, alpha: number): number {
  return packedColor(255 * r, 255 * g, 255 * b, alpha);
}
