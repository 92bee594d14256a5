/**
 * The page that one viewer is measured in. `viewerBench` is what the program outside calls: it opens the atoms, turns
 * the camera, plays, and says what that took.
 */

import { type Opened, RADIUS, viewOf } from '../peers/viewer.js';
import { gro, lattice, sideOf, xyz } from './atoms.js';
import { counts, coverage, finish, heldBytes, isAtom, nextFrame, type Pixel } from './probe.js';

export interface Batch {
  /** Milliseconds of each frame. */
  readonly frames: readonly number[];
  /** Bytes uploaded a frame. */
  readonly uploaded: number;
}

export interface ViewerBench {
  /** @returns milliseconds until the first picture, and what is seen there */
  open(atoms: number): Promise<{ milliseconds: number; share: number; pixels: number }>;
  /** Frames for so many milliseconds, at least one, after one that does not count. */
  turn(milliseconds: number): Promise<Batch>;
  prepare(): Promise<void>;
  play(milliseconds: number): Promise<Batch>;
  /** Bytes in the memory of the graphics. */
  held(): number;
}

let opened: Opened | null = null;
let count = 0;
/** The frame that is shown, of the two. */
let shown = 0;

function viewer(): Opened {
  if (opened === null) throw new Error('open comes first');
  return opened;
}

/** Lets the page do what it has put off, in time that no timer rounds up. */
function breath(): Promise<void> {
  return new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done();
    channel.port2.postMessage(null);
  });
}

/** Waits for work that may itself wait for frames of the screen. */
async function withFrames<T>(work: T | Promise<T>): Promise<T> {
  if (!(work instanceof Promise)) return work;
  let ended = false;
  const end = work.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  await Promise.resolve();
  while (!ended) {
    nextFrame();
    // What is drawn as the work ends is looked for in the same task: a canvas keeps its picture no longer.
    await Promise.race([end, breath()]);
  }
  return work;
}

/** Frames that a viewer may let pass before it draws what it was asked for. */
const PATIENCE = 200;

async function draw(ask: () => void | Promise<void>): Promise<{ milliseconds: number; seen: Pixel[] }> {
  const before = counts.draws;
  const start = performance.now();
  await withFrames(ask());
  const settled = viewer().settled ?? (() => true);
  for (let k = 0; counts.draws === before || !settled(); k++) {
    if (k === PATIENCE) throw new Error('nothing was drawn');
    nextFrame();
    if (k > 0) await breath();
  }
  const seen = finish();
  return { milliseconds: performance.now() - start, seen };
}

async function batch(milliseconds: number, ask: () => void | Promise<void>): Promise<Batch> {
  await draw(ask);
  const frames: number[] = [];
  const before = counts.uploaded;
  const end = performance.now() + milliseconds;
  do frames.push((await draw(ask)).milliseconds);
  while (performance.now() < end);
  return { frames, uploaded: (counts.uploaded - before) / frames.length };
}

function otherFrame(): void | Promise<void> {
  shown = 1 - shown;
  return viewer().show(shown);
}

const bench: ViewerBench = {
  async open(atoms) {
    count = atoms;
    const { open, format = 'xyz' } = await import('viewer-under-test');
    const place = document.querySelector<HTMLElement>('#viewer') as HTMLElement;
    const text = { xyz, gro }[format]([lattice(atoms, 0)]);
    const start = performance.now();
    opened = await withFrames(open(place, text, viewOf(2 * RADIUS * sideOf(atoms))));
    // Atoms are looked for in the task that has drawn: a canvas keeps its picture no longer.
    const settled = opened.settled ?? (() => true);
    for (let k = 0; !settled() || !finish().some(isAtom); k++) {
      await breath();
      // What was drawn while the file was opened is over.
      if (k % 20 === 3) opened.turn();
      if (k === PATIENCE) throw new Error('nothing is to be seen');
      nextFrame();
    }
    const milliseconds = performance.now() - start;
    const seen = await coverage(async () => (await draw(() => viewer().turn())).seen);
    return { milliseconds, ...seen };
  },
  turn: (milliseconds) => batch(milliseconds, () => viewer().turn()),
  async prepare() {
    const positions = [lattice(count, 0), lattice(count, 1)];
    await withFrames(viewer().prepare({ positions, text: () => xyz(positions) }));
    await draw(otherFrame);
  },
  play: (milliseconds) => batch(milliseconds, otherFrame),
  held: heldBytes,
};

Object.assign(globalThis, { viewerBench: bench });
