/**
 * Stands in for the package `@tensorflow/tfjs` in the page's worker: its core with the gradients, without the layers,
 * converters and backends that nothing here uses.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

export * from '@tensorflow/tfjs-core';
