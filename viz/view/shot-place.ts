/** The picture that words are drawn into, and how large they are in it. */
import type { Theme } from './scene.js';

export interface ShotPlace {
  /** Of the picture. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** Without a ground behind the words. */
  readonly plain: boolean;
}

/** A picture in which words are as large as in the page; in larger ones they grow with it. */
const USUAL = [800, 600] as const;
/** In pictures of fewer pixels on a side they shrink. */
const SMALL = 320;

export const FAMILY = 'system-ui, sans-serif';

/** Pixels of the picture for one of the page's. */
export function unitOf({ width, height }: Pick<ShotPlace, 'width' | 'height'>): number {
  return Math.max(
    Math.min(1, Math.min(width, height) / SMALL),
    Math.min(width / USUAL[0], height / USUAL[1]),
  );
}

/** From three fractions. */
export function bytes(color: readonly number[]): readonly number[] {
  return color.map((value) => 255 * value);
}
