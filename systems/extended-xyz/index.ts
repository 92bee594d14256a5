/** Extended XYZ, read and written. Nothing here touches a file, so that all of it runs in a browser. */
export { type FrameExtras, formatChunks, formatExtendedXyz } from './format.js';
export { parseExtendedXyz } from './parse.js';
export { type ChunkParser, chunkParser, streamExtendedXyz, type TextSource } from './stream.js';
