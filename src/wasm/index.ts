/** WebAssembly written from TypeScript: values, functions, modules. */
export { Arena, arenaBytes, mostPages } from './arena.js';
export * as math from './math/index.js';
export {
  defineFunction,
  encodeModule,
  type FunctionWriter,
  type MemoryImport,
  type Variable,
  type WasmFunction,
} from './module.js';
export { moveFunction } from './move.js';
export { hasVectors } from './support.js';
export {
  availableThreads,
  type Crew,
  crewFor,
  type SharedInstance,
  startThreads,
  type Threads,
  threads,
  threadsAtHand,
} from './threads.js';
export {
  type F64,
  f64,
  f64x2,
  type I32,
  i32,
  i32x4,
  i64x2,
  type V128,
  type Value,
  type ValueType,
  v128,
} from './values.js';
