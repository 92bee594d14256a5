/**
 * A run of a file that is too large for memory: an index says where frames are, and they are read when they are asked
 * for. Frames used last stay, as many as a number of bytes allows. While playback asks faster than frames come, the
 * nearest that is there is shown.
 */
import type { Info, System } from '../../systems/index.js';
import {
  Catalog,
  catalogued,
  type Frame,
  frameOfSystem,
  type Run,
  scaleOf,
  sharing,
} from '../state/index.js';

/** Reads frames of an index, in the order in which they are asked for. */
export interface FrameReader {
  /** @throws InputError with file, line and reason */
  read(index: number): Promise<System>;
  /** What is waited for fails, and so does whatever is asked for later. */
  close(): void;
}

export interface StreamedRun extends Run {
  /** Frames that the index has found after those that it had (the first is there from the start), with the entries of their comment lines. */
  addFrames(infos: readonly ReadonlyMap<string, Info>[]): void;
}

export interface StreamedRunOptions {
  readonly name: string;
  readonly reader: FrameReader;
  /** The first frame, which stays in memory. */
  readonly first: System;
  /** Comes when the index has gone through all that the file holds by now. */
  readonly settled: () => Promise<void>;
  /** For the frames that are kept. */
  readonly cacheBytes: number;
  /** Told once about each frame that cannot be read. */
  readonly onError: (error: unknown) => void;
}

/** How many frames are asked for before they are shown. */
const AHEAD = 3;
/** Displacements have one, outlines another. */
const MOST_REFERENCES = 2;

export function createStreamedRun(options: StreamedRunOptions): StreamedRun {
  const { name, reader, settled, cacheBytes, onError } = options;
  const catalog = new Catalog();
  const listeners = new Set<() => void>();
  const first = frameOfSystem(options.first, 0);
  /** In the order of their last use. */
  const kept = new Map<number, Frame>([[0, first]]);
  const failed = new Set<number>();
  const loading = new Map<number, Promise<Frame>>();
  let bytes = 0;
  let length = 1;
  let version = 0;
  let wanted = 0;
  /** Asked for as references, the latest last. */
  let references: readonly number[] = [];
  let direction = 1;
  let closed = false;
  catalog.addFrame(0, first);

  const changed = (): void => {
    version++;
    for (const listener of listeners) listener();
  };

  const keep = (frame: Frame): void => {
    kept.set(frame.index, frame);
    bytes += bytesOf(frame);
    for (const [index, old] of kept) {
      if (bytes <= cacheBytes) break;
      if (index === 0 || index === frame.index || index === wanted || references.includes(index)) continue;
      kept.delete(index);
      bytes -= bytesOf(old);
    }
  };

  const load = (index: number): Promise<Frame> => {
    const there = kept.get(index) ?? loading.get(index);
    if (there !== undefined) return Promise.resolve(there);
    const coming = reader.read(index).then((system) => {
      const frame = sharing(frameOfSystem(system, index), first);
      keep(frame);
      catalog.addFrame(index, frame);
      return frame;
    });
    loading.set(index, coming);
    return coming.finally(() => loading.delete(index));
  };

  /** One at a time: by the time it is there, another may be wanted. */
  const loadWanted = (): void => {
    if (closed || loading.size > 0) return;
    const room = Math.max(1, Math.floor(cacheBytes / Math.max(1, bytesOf(first))) - 1);
    const ahead = Array.from({ length: Math.min(AHEAD + 1, room) }, (_, k) => wanted + k * direction);
    for (const index of [ahead[0], ...references, ...ahead.slice(1)]) {
      if (index < 0 || index >= length || kept.has(index) || failed.has(index)) continue;
      load(index)
        .catch((error: unknown) => {
          failed.add(index);
          if (!closed) onError(error);
        })
        .finally(() => {
          if (closed) return;
          changed();
          loadWanted();
        });
      return;
    }
  };

  const nearest = (k: number): Frame => {
    let best = first;
    for (const frame of kept.values()) {
      if (Math.abs(frame.index - k) < Math.abs(best.index - k)) best = frame;
    }
    return best;
  };

  return catalogued(catalog, {
    name,
    get length() {
      return length;
    },
    get version() {
      return version;
    },
    ...scaleOf(first),
    frame(k) {
      const index = Math.min(length - 1, Math.max(0, k));
      if (index !== wanted) {
        direction = index < wanted ? -1 : 1;
        wanted = index;
      }
      const there = kept.get(index);
      if (there !== undefined) {
        kept.delete(index);
        kept.set(index, there);
      }
      loadWanted();
      return there ?? nearest(index);
    },
    first,
    peek: (k) => kept.get(k) ?? null,
    reference(k) {
      if (references.at(-1) !== k) {
        references = [...references.filter((one) => one !== k), k].slice(-MOST_REFERENCES);
      }
      const there = kept.get(k) ?? null;
      if (there === null) loadWanted();
      return there;
    },
    load,
    settled,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addFrames(infos) {
      for (const info of infos) catalog.addInfo(length++, info);
      changed();
    },
    close() {
      closed = true;
      listeners.clear();
      kept.clear();
      reader.close();
    },
  });
}

function bytesOf({ positions, columns, count }: Frame): number {
  let sum = positions.byteLength * 3 + 8 * count;
  for (const { values } of columns.values()) sum += 8 * values.length;
  return sum;
}
