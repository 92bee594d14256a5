/** Systems made from a few numbers. */
export { type BidispersePackingOptions, bidispersePacking } from './bidisperse-packing.js';
