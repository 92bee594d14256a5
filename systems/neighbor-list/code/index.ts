/** The bookkeeping of a neighbour list as WebAssembly functions. */
import { encodeModule, mostPages, moveFunction, type WasmFunction } from '../../../src/wasm/index.js';
import type { Frame } from './frame.js';
import { ghostCellsFunction, ghostsFunction, permuteFunction, placeGhostsFunction } from './ghosts.js';
import { foldFunction, placeFunction, spreadFunction, spreadGhostsFunction } from './move.js';
import { raiseFunction, scanFunction } from './scan.js';
import { sortFunction } from './sort.js';
import { arrangeFunction, atomCellsFunction, extentFunction } from './wrap.js';

export { type Frame, plan, planLength, siteShift } from './frame.js';
export { shiftLength } from './ghosts.js';
export { rowKind, searchRowBytes } from './scan.js';

const known = new Map<string, WebAssembly.Module>();

/** All functions for a dimension and the directions in which a box repeats, compiled once. */
export function bookkeepingModule(frame: Frame, shared: boolean): WebAssembly.Module {
  const key = [frame.dimension, ...frame.periodic, shared].join(' ');
  const made = known.get(key) ?? new WebAssembly.Module(encode(frame, shared));
  known.set(key, made);
  return made;
}

function encode(frame: Frame, shared: boolean): Uint8Array<ArrayBuffer> {
  const functions: WasmFunction[] = [
    extentFunction(frame),
    atomCellsFunction(frame),
    arrangeFunction(frame),
    sortFunction(),
    ghostsFunction(frame),
    ghostCellsFunction(frame),
    permuteFunction(),
    placeGhostsFunction(frame),
    scanFunction(frame),
    raiseFunction(),
    moveFunction(),
    placeFunction(frame),
    spreadFunction(frame),
    spreadGhostsFunction(frame),
    foldFunction(frame),
  ];
  return encodeModule(functions, { initial: 1, maximum: mostPages, shared });
}
