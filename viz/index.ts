/** The viewer: its state, and a view of it for a page. */
export * from './state/index.js';
export type { Host, MakePart, Part, Place, Shortcut, ThemeName, ViewerFile } from './view/part.js';
export { mountViewer, type Viewer } from './view/viewer.js';
