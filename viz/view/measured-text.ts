/** What is measured, in words, each at its place in the picture: the same in the page and in a picture that is saved. */
import {
  atomNamed,
  type LabelBox,
  layOut,
  measure,
  measuredPath,
  type Point,
  type Session,
  type Spot,
  seenAt,
  toldFrame,
} from '../state/index.js';
import { measurementValue } from './atom-entries.js';
import type { Host } from './part.js';

export interface MeasuredText {
  readonly text: string;
  readonly at: Point;
  /** At an atom: beside it and not on it. */
  readonly aside: boolean;
  /** Where the atom itself is drawn, which may be another image than the one that the way leads to. */
  readonly own?: Point;
}

export interface PlacedText extends MeasuredText {
  /** Its upper left corner, in pixels of the picture. */
  readonly corner: Spot;
}

type Seen = Pick<Host, 'run' | 'picture'>;

/**
 * The name of each picked atom, with the angle at it, and the length of each line between them, with its dihedral.
 * Atoms that are not seen have none.
 */
export function measuredTexts({ run, picture }: Seen, session: Session): readonly MeasuredText[] {
  const { picked } = session;
  if (run === null || picked.length === 0) return [];
  const frame = toldFrame(session, run);
  const atoms = picked.map((name) => atomNamed(frame, name));
  const centers = atoms.map((atom) => picture.centerOf(atom));
  if (!centers.every((center) => center !== null)) return [];
  const places = atoms.map((atom, k) => seenAt(session, frame, atom, centers[k]));
  const seen = places.map((place) => place !== null);
  const drawn = places.map((place, k) => place ?? centers[k]);
  const path = measuredPath(frame, drawn);
  const textOf = (atoms: readonly number[]): string => {
    const found = measure(frame, atoms);
    return found === null ? '' : measurementValue(found);
  };
  const names = path.map((at, k): MeasuredText => {
    const angle = picked.length === 3 && k === 1 && !seen.includes(false) ? ` · ${textOf(picked)}` : '';
    return { text: `${picked[k]}${angle}`, at, aside: true, own: drawn[k] };
  });
  const lines = path.slice(1).map((to, k): MeasuredText => {
    const from = path[k];
    const dihedral = picked.length === 4 && k === 1 && !seen.includes(false) ? ` · ${textOf(picked)}` : '';
    const at: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
    return { text: `${textOf(picked.slice(k, k + 2))}${dihedral}`, at, aside: false };
  });
  return [...names.filter((_, k) => seen[k]), ...lines.filter((_, k) => seen[k] && seen[k + 1])];
}

/**
 * Those that are in the picture as it was drawn last and have room there.
 *
 * @param sizeOf width and height of a text, in pixels of a picture of that size
 */
export function placedTexts(
  host: Seen,
  session: Session,
  [width, height]: readonly [number, number],
  sizeOf: (text: MeasuredText) => readonly [number, number],
): readonly PlacedText[] {
  const texts = measuredTexts(host, session).flatMap((text) => {
    const { at, own = at } = text;
    const place = host.picture.placeOf(at) ?? host.picture.placeOf(own);
    return place === null ? [] : [{ ...text, spot: [place[0] * width, place[1] * height] as const }];
  });
  const boxes = texts.map((text): LabelBox => {
    const [across, down] = sizeOf(text);
    return { spot: text.spot, width: across, height: down, aside: text.aside };
  });
  const corners = layOut(boxes);
  return texts.flatMap((text, k) => {
    const corner = corners[k];
    return corner === null ? [] : [{ ...text, corner }];
  });
}
