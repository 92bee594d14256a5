/**
 * The camera: what it looks at, how the world is turned before it, and how much of it is seen. Pure functions; the
 * projection itself is the view's.
 */
import { type Fields, number, vector } from './fields.js';
import { extentOf, type Frame, type Images } from './frame.js';
import { spacing } from './scale.js';

export interface Camera {
  readonly target: readonly [number, number, number];
  /** Quaternion (x, y, z, w) that turns the world into the camera's axes: x right, y up, z towards the eye. */
  readonly rotation: Quaternion;
  /** Length that fits into the picture's height at the target. */
  readonly height: number;
}

export type Quaternion = readonly [number, number, number, number];

export const cameraFields: Fields<Camera> = {
  target: vector<Camera['target']>(3),
  rotation: (value, where) => normalized(vector<Quaternion>(4)(value, where)),
  height: number(1e-12, 1e12),
};

const UPRIGHT: Quaternion = [0, 0, 0, 1];

/** Degrees from the lower to the upper border of a picture in perspective. */
export const FIELD_OF_VIEW = 30;

const CORNERS = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => [0, 1, 2].map((m) => ((k >> m) & 1) * 2 - 1));

/**
 * Sees all copies of a frame: two-dimensional ones from above, others from a corner with z upwards.
 *
 * @param overhang how far what is drawn sticks out of the frame, beyond half an atom
 */
export function fittedCamera(frame: Frame, aspect: number, copies: Images = [1, 1, 1], overhang = 0): Camera {
  const { center, size } = extentOf(frame, copies);
  // Atoms on the border are seen whole.
  const border = Math.max(1.6 * spacing(frame), 2.1 * overhang);
  if (frame.dimension === 2) {
    const height = Math.max(size[1] + border, (size[0] + border) / aspect);
    return { target: center, rotation: UPRIGHT, height: height * 1.03 };
  }
  const rotation = product(turn('x', -1.25), turn('z', -0.5));
  // Nearer corners are seen larger in perspective: the height at which each is just within the picture.
  let height = 0;
  for (const [x, y, z] of CORNERS) {
    const [right, up, near] = apply(rotation, [(x * size[0]) / 2, (y * size[1]) / 2, (z * size[2]) / 2]);
    const away = Math.max(2 * Math.abs(up), (2 * Math.abs(right)) / aspect);
    height = Math.max(height, away + 2 * near * Math.tan((FIELD_OF_VIEW * Math.PI) / 360));
  }
  return { target: center, rotation, height: (height + border / Math.min(1, aspect)) * 1.03 };
}

/** Turned by angles about the picture's vertical and horizontal axes. */
export function rotate(camera: Camera, aboutY: number, aboutX: number): Camera {
  const rotation = normalized(product(turn('x', aboutX), product(turn('y', aboutY), camera.rotation)));
  return { ...camera, rotation };
}

/** The world moves right and up by these fractions of the picture's height. */
export function pan(camera: Camera, right: number, up: number): Camera {
  const [x, y, z] = apply(conjugate(camera.rotation), [right * camera.height, up * camera.height, 0]);
  const [a, b, c] = camera.target;
  return { ...camera, target: [a - x, b - y, c - z] };
}

/** By what a drag does, in fractions of the picture's height: disks are moved, everything else is turned. */
export function dragged(camera: Camera, dimension: 2 | 3, right: number, up: number): Camera {
  return dimension === 2 ? pan(camera, right, up) : rotate(camera, right * Math.PI, -up * Math.PI);
}

/** Magnifies, and keeps the point at (x, y), in fractions of the height from the middle, where it is. */
export function zoom(camera: Camera, factor: number, x = 0, y = 0): Camera {
  const moved = pan(camera, -x, -y);
  return pan({ ...moved, height: camera.height / factor }, x, y);
}

/** Systems whose sizes differ by no more than this factor are seen at one scale. */
const ALIKE = 1.5;

/**
 * The camera that sees one frame as another camera sees another: turned alike, their middles at one place, and where
 * their sizes are very different as large in the picture.
 */
export function sameView(camera: Camera, of: Frame, from: Frame): Camera {
  const [there, here] = [extentOf(from), extentOf(of)];
  const ratio = Math.hypot(...here.size) / Math.hypot(...there.size);
  const scale = ratio > ALIKE || ratio < 1 / ALIKE ? ratio : 1;
  if (!(scale > 0 && Number.isFinite(scale))) return camera;
  const [x, y, z] = camera.target.map((at, m) => here.center[m] + scale * (at - there.center[m]));
  return { ...camera, target: [x, y, z], height: scale * camera.height };
}

/** A vector turned by a rotation. */
export function apply([x, y, z, w]: Quaternion, [a, b, c]: readonly number[]): [number, number, number] {
  const u = 2 * (y * c - z * b);
  const v = 2 * (z * a - x * c);
  const t = 2 * (x * b - y * a);
  return [a + w * u + y * t - z * v, b + w * v + z * u - x * t, c + w * t + x * v - y * u];
}

export function conjugate([x, y, z, w]: Quaternion): Quaternion {
  return [-x, -y, -z, w];
}

function turn(axis: 'x' | 'y' | 'z', angle: number): Quaternion {
  const s = Math.sin(angle / 2);
  return [axis === 'x' ? s : 0, axis === 'y' ? s : 0, axis === 'z' ? s : 0, Math.cos(angle / 2)];
}

/** First `b`, then `a`. */
function product([ax, ay, az, aw]: Quaternion, [bx, by, bz, bw]: Quaternion): Quaternion {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

function normalized([x, y, z, w]: Quaternion): Quaternion {
  const length = Math.hypot(x, y, z, w);
  if (!(length > 0)) return UPRIGHT;
  return [x / length, y / length, z / length, w / length];
}
