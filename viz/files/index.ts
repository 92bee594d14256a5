/** Files: their bytes, their frames, and how they become runs, also while they grow and where they are too large. */
export { type ByteSource, createByteSource, type Origin } from './byte-source.js';
export { FileIndex } from './file-index.js';
export { type FileState, isReplaced } from './file-state.js';
export type { FileEvents } from './follow.js';
export { type FramePlace, FrameScanner, parseFrame } from './frame-scanner.js';
export type { Change } from './frame-stream.js';
export { type GrowingFile, readFile } from './growing-file.js';
export { packed, unpacked } from './messages.js';
export {
  type FileOptions,
  fileOfComputer,
  fileOfSource,
  MEMORY_BYTES,
  type ViewerFile,
} from './open-file.js';
export { createStreamedRun, type FrameReader, type StreamedRun } from './streamed-run.js';
