/** What the legend of a frame says, in words, colours and numbers: the same in the page and in a picture. */
import {
  arrowMapOf,
  arrowSizes,
  type Color,
  type ColorMapName,
  coloringOf,
  countedName,
  DISPLACEMENT,
  displacementSizes,
  type Frame,
  ghostFrame,
  neighbourReach,
  type Run,
  referenceOf,
  type Session,
  seenFrames,
  speciesColors,
  toldFrame,
  vectorSummary,
  vectorsOf,
} from '../state/index.js';
import { short } from './elements.js';

export interface Bar {
  readonly name: string;
  readonly map: ColorMapName;
  /** Numbers along it, from its low end at 0 to its high end at 1. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface LegendEntries {
  /** Those that are shown; none where colours tell numbers. */
  readonly species: readonly (readonly [label: string, color: Color])[];
  readonly colors: Bar | null;
  /** What arrows are, and how long; empty where there are none. */
  readonly arrows: string;
  /** Of arrows whose colours tell their size. */
  readonly sizes: Bar | null;
  /** What outlines are of; empty where there are none. */
  readonly outlines: string;
}

/** Of the frame that is shown. */
export function legendEntries(session: Session, run: Run): LegendEntries {
  const frame = toldFrame(session, run);
  const { column, map, low, high } = coloringOf(run, frame, session);
  const ghost = ghostFrame(run, frame, session);
  const shown = [...speciesColors(run, session.speciesColors)].filter(
    ([label]) => !session.hidden.includes(label),
  );
  return {
    species: column === null ? shown : [],
    colors:
      column === null
        ? null
        : barOf(`${titleOf(column, session, run)}${colorScope(column, session, run)}`, map, low, high),
    arrows: arrowNote(session, run, frame),
    sizes: sizesBar(session, run, frame),
    outlines: ghost === null ? '' : structureOf(ghost),
  };
}

function titleOf(column: string, session: Session, run: Run): string {
  if (countedName(run, column) === 'neighbours')
    return `neighbours within ${short(neighbourReach(run, session))}`;
  return column === `|${DISPLACEMENT}|` ? `|${vectorTitle(DISPLACEMENT, session, run)}|` : column;
}

function vectorTitle(name: string, session: Session, run: Run): string {
  const found = name === DISPLACEMENT && !run.vectors.includes(name);
  return found ? `${name} from frame ${referenceOf(run, session)}` : name;
}

/** What a frame is of, where that is known. */
function structureOf({ index, info }: Frame): string {
  const title = info.get('structure');
  return typeof title === 'string' ? title : `frame ${index}`;
}

function arrowNote(session: Session, run: Run, frame: Frame): string {
  if (session.arrows === null) return '';
  const name = vectorTitle(session.arrows, session, run);
  const vectors = vectorsOf(run, frame, session);
  if (vectors === null) return `→ ${name}: not known of this structure`;
  const most = vectorSummary(vectors)?.high ?? 0;
  const { noise } = arrowSizes(run, frame, session);
  if (most < noise) return `→ ${name}: none above ${short(noise)}, below which is noise`;
  const scope = arrowScope(session, run);
  return `→ ${name}, longest ${short(most)}${scope && `; lengths as${scope}`}`;
}

function sizesBar(session: Session, run: Run, frame: Frame): Bar | null {
  if (!session.arrowColors || vectorsOf(run, frame, session) === null) return null;
  const { largest } = arrowSizes(run, frame, session);
  const map = arrowMapOf(session, coloringOf(run, frame, session));
  return largest > 0 ? barOf('arrows', map, 0, largest) : null;
}

/** Which frames the lengths of arrows are measured by, where there are several. */
function arrowScope(session: Session, run: Run): string {
  if (run.length < 2) return '';
  if (session.arrowScope === 'frame') return ' in this frame';
  const { arrows } = session;
  const seen =
    arrows === null || run.vectors.includes(arrows)
      ? seenFrames(run, arrows ?? '')
      : displacementSizes(run, session).seen;
  return partOf(seen, run) || ' in all frames';
}

/** What the ends of the bar are those of, where that is not all frames or what was asked for. */
function colorScope(column: string, session: Session, run: Run): string {
  if (session.colorRange === 'frame') return run.length > 1 ? ' in this frame' : '';
  return session.colorRange === null ? partOf(seenFrames(run, column, session), run) : '';
}

/** Where not all frames have been looked at: in how many of them. */
function partOf(seen: number, { length }: Run): string {
  return seen === length ? '' : ` in the ${seen} of ${length} frames seen so far`;
}

/** How near to an end of its bar a number may stand, as a fraction of the bar, to be told beside that of the end. */
const CLOSE = 0.25;

/** Zero stands where it is, where the bar goes over it; else the number in the middle is told. */
function barOf(name: string, map: ColorMapName, low: number, high: number): Bar {
  const ends = [
    { at: 0, text: short(low) },
    { at: 1, text: short(high) },
  ] as const;
  if (!(high > low)) return { name, map, ticks: ends };
  const zero = -low / (high - low);
  const at = zero >= CLOSE && zero <= 1 - CLOSE ? zero : 0.5;
  return {
    name,
    map,
    ticks: [
      ends[0],
      { at, text: short(at === zero ? 0 : Number(((low + high) / 2).toPrecision(3))) },
      ends[1],
    ],
  };
}
