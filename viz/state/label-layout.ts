/** Where words stand in a picture so that they cover neither what they are of nor each other. */

/** In pixels, from the left and the top. */
export type Spot = readonly [number, number];

export interface LabelBox {
  /** What it is of: an atom, or the middle of a line. */
  readonly spot: Spot;
  readonly width: number;
  readonly height: number;
  /** Beside its spot, away from the others; else on it, where nothing stands yet. */
  readonly aside: boolean;
}

/** Between a spot and the label beside it. */
const AWAY = 10;

/**
 * The upper left corner of each label; null where there is no room for one that stands on its spot. Labels beside
 * spots come first, each on the side that faces away from the middle of all spots.
 */
export function layOut(labels: readonly LabelBox[]): (Spot | null)[] {
  const spots = labels.filter(({ aside }) => aside).map(({ spot }) => spot);
  const middle = [0, 1].map((m) => spots.reduce((sum, spot) => sum + spot[m], 0) / spots.length);
  const taken: { readonly at: Spot; readonly box: LabelBox }[] = [];
  const isFree = (at: Spot, { width, height }: LabelBox): boolean =>
    taken.every(
      ({ at: [x, y], box }) =>
        at[0] + width <= x || x + box.width <= at[0] || at[1] + height <= y || y + box.height <= at[1],
    );
  const places = labels.map((): Spot | null => null);
  const take = (k: number, at: Spot): void => {
    taken.push({ at, box: labels[k] });
    places[k] = at;
  };
  labels.forEach((box, k) => {
    if (!box.aside) return;
    const [x, y] = [box.spot[0] - middle[0], box.spot[1] - middle[1]];
    const from = Math.hypot(x, y) < 1 ? Math.PI / 4 : Math.atan2(y, x);
    const turned = RINGS.flatMap((ring) =>
      TURNS.map((turn) => beside(box, from + turn, AWAY + ring * box.height)),
    );
    take(k, turned.find((at) => isFree(at, box)) ?? turned[0]);
  });
  labels.forEach((box, k) => {
    if (box.aside) return;
    const at: Spot = [box.spot[0] - box.width / 2, box.spot[1] - box.height / 2];
    const covers = spots.some(
      ([x, y]) => x > at[0] && x < at[0] + box.width && y > at[1] && y < at[1] + box.height,
    );
    if (!covers && isFree(at, box)) take(k, at);
  });
  return places;
}

/** Directions that are tried, one after the other. */
const TURNS = [0, 1, -1, 2, -2, 3, -3, 4].map((k) => (k * Math.PI) / 4);

/** How many of its heights farther away a label is tried, one after the other. */
const RINGS = [0, 1, 2, 3];

function beside({ spot: [x, y], width, height }: LabelBox, direction: number, away: number): Spot {
  const [right, down] = [Math.cos(direction), Math.sin(direction)];
  return [x + away * right + (width / 2) * (right - 1), y + away * down + (height / 2) * (down - 1)];
}
