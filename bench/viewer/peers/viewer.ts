/**
 * What the benchmark's page asks of each viewer. Every file beside this one fulfils it with the fastest way that its
 * viewer offers to show this many atoms as spheres of one size and colour, without bonds, cell, labels or effects.
 */

/** Of all atoms, in ångströms: neighbours just touch. */
export const RADIUS = 1.9;
export const ELEMENT = 'Ar';

export interface Opened {
  /** Turns the camera by some degrees about the vertical, and asks for a picture. */
  turn(): void;
  /** Makes the second of the two ways to ask for a picture ready: frames of a trajectory. */
  prepare(frames: Trajectory): Promise<void>;
  /** Asks for a picture of frame 0 or 1. */
  show(frame: number): void | Promise<void>;
  /** Whether all that was asked for is on its way to the graphics; without it, it is as soon as the asking ends. */
  settled?(): boolean;
}

export interface Trajectory {
  /** XYZ of all frames, for viewers that take nothing else. */
  text(): string;
  /** `atoms × 3` each. */
  readonly positions: readonly Float32Array[];
}

/** Reads a file of one frame (XYZ, or what `format` beside it says) and shows it, as a user who opens a file sees it. */
export type OpenViewer = (place: HTMLElement, text: string, view: View) => Promise<Opened>;

/** What all viewers look at, from the same side and from the same distance, along −z. */
export interface View {
  readonly center: readonly [number, number, number];
  /** Of the eye from the center. */
  readonly distance: number;
  /** The edge of the cube that atoms fill. */
  readonly side: number;
}

/** Degrees from the lower to the upper border of the picture. */
export const FIELD_OF_VIEW = 30;

export function viewOf(side: number): View {
  // The cube's middle takes three fifths of the height.
  const distance = side / 0.6 / 2 / Math.tan((FIELD_OF_VIEW * Math.PI) / 360);
  const middle = side / 2 - RADIUS;
  return { center: [middle, middle, middle], distance, side };
}

/** Degrees of one turn. */
export const TURN = 2;
