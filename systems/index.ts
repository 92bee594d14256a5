/** Atoms, boxes, neighbour lists, builders and file formats. */
export { type Box, createBox, faceDistance, freeBox } from './box.js';
export * from './builders/index.js';
export type { Column, ColumnInput, LogicalColumn, NumberColumn, StringColumn } from './column.js';
export {
  type FrameExtras,
  formatExtendedXyz,
  parseExtendedXyz,
  streamExtendedXyz,
  type TextSource,
} from './extended-xyz/index.js';
export { displacement, distance, minimumImage, shortestPeriod, wrap } from './minimum-image.js';
export { NeighborList, type NeighborListOptions, type PlacedList } from './neighbor-list/index.js';
export {
  createTrajectoryWriter,
  fileError,
  type ReadOptions,
  readStructure,
  readTrajectory,
  type TrajectoryWriter,
  writeStructure,
} from './structure-files.js';
export {
  coordinates,
  createSystem,
  type Info,
  type InfoScalar,
  numberColumn,
  removeAtoms,
  type System,
  type SystemOptions,
  selectAtoms,
  withBox,
  withColumn,
  withInfo,
  withPositions,
} from './system.js';
