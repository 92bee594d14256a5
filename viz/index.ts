/** The viewer: its state, its files, and a view of it for a page. */
export {
  createByteSource,
  type FileEvents,
  type FileState,
  fileOfComputer,
  fileOfSource,
  MEMORY_BYTES,
  type ViewerFile,
} from './files/index.js';
export * from './state/index.js';
export type { Host, MakePart, Part, Place, Shortcut, ThemeName } from './view/part.js';
export { recipeFile } from './view/playground.js';
export { type MountOptions, mountViewer, type Viewer } from './view/viewer.js';
