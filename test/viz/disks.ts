/** Files that the viewer's browser tests open, with places that can be told from here. */
import { createBox, createSystem, formatExtendedXyz } from '../../systems/index.js';
import { fittedCamera, frameOfSystem } from '../../viz/index.js';

export const SIDE = 8;
export const FRAMES = 5;

/** Two disks in a square, of which the first moves right by 1 a frame; its sensitivity points up, the other's left. */
export function disks(frame: number) {
  return createSystem({
    positions: [
      [2 + frame, 2],
      [4, 6],
    ],
    species: ['A', 'B'],
    box: createBox([SIDE, SIDE]),
    columns: {
      diameter: [1.6, 1.2],
      charge: [frame, 4 - frame],
      sensitivity: [
        [0, 1, 0],
        [-1, 0, 0],
      ],
    },
    info: { energy: (frame - 2) ** 2, max_force: 10 ** -frame },
  });
}

export function trajectory(): string {
  return Array.from({ length: FRAMES }, (_, k) => formatExtendedXyz(disks(k))).join('');
}

/** A pair of balls in a cube, one above the other. */
export function balls(): string {
  return formatExtendedXyz(
    createSystem({
      positions: [
        [2, 2, 1],
        [2, 2, 3],
      ],
      species: ['A', 'B'],
      box: createBox([4, 4, 4]),
      columns: { diameter: [1.5, 1.5] },
    }),
  );
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The pixel at which a point of the disks is seen in a picture of this place and size. */
export function pixelOf([x, y]: readonly [number, number], area: Area): [number, number] {
  const { height, target } = fittedCamera(frameOfSystem(disks(0)), area.width / area.height);
  const scale = area.height / height;
  return [
    Math.round(area.x + area.width / 2 + (x - target[0]) * scale),
    Math.round(area.y + area.height / 2 - (y - target[1]) * scale),
  ];
}
