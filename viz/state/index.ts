/** The viewer without its picture: runs, sessions, cameras, colours. No DOM. */
export * from './camera.js';
export * from './catalog.js';
export * from './colors.js';
export * from './curves.js';
export * from './drawn-frame.js';
export * from './frame.js';
export * from './look.js';
export * from './playback.js';
export * from './radii.js';
export * from './run.js';
export * from './session.js';
