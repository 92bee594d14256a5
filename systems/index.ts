/** Atoms, boxes, neighbour lists, builders and file formats. */
export { type Box, createBox, faceDistance, freeBox } from './box.js';
export {
  type Column,
  coordinates,
  createSystem,
  type Info,
  type System,
  type SystemOptions,
  withColumn,
  withPositions,
} from './system.js';
