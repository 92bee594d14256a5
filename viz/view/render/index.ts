/** What the picture is drawn with: atoms in graphics memory, and everything that is drawn from them. */
export { Arrows } from './arrows.js';
export { type AtomRenderer, AtomStore } from './atom-store.js';
export { BondCylinders } from './bonds.js';
export { Change } from './change.js';
export { Ghosts } from './ghosts.js';
export { Lines, packedColor } from './lines.js';
export { Occlusion } from './occlusion.js';
export { Spheres } from './spheres.js';
