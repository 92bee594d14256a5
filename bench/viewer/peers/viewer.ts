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
export type OpenViewer = (place: HTMLElement, text: string) => Promise<Opened>;

/** Degrees of one turn. */
export const TURN = 2;
