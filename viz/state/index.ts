/** The viewer without its picture: runs, sessions, cameras, colours. No DOM. */
export * from './camera.js';
export * from './colors.js';
export * from './frame.js';
export * from './radii.js';
export * from './run.js';
export * from './session.js';
