/** Draws what the legend says into a picture, in a size that suits it: at its lower left, as in the page. */
import { type Color, scaleColor } from '../state/index.js';
import { css } from './elements.js';
import type { Bar, LegendEntries } from './legend-entries.js';
import type { Theme } from './scene.js';
import { bytes, FAMILY, type ShotPlace, unitOf } from './shot-place.js';

/** Lengths of the legend of the page. */
const FONT = 13;
const LINE = 18;
const EDGE = 14;
const PAD = 8;
const BAR = [200, 12] as const;
const STRIPES = 256;

/** A line of the legend, which draws itself from its upper left corner on. */
interface Row {
  readonly width: number;
  readonly height: number;
  draw(x: number, y: number): void;
}

export function drawLegend(
  context: CanvasRenderingContext2D,
  entries: LegendEntries,
  place: ShotPlace,
): void {
  const { width, height, theme, plain } = place;
  const unit = unitOf(place);
  context.save();
  context.scale(unit, unit);
  context.font = `${FONT}px ${FAMILY}`;
  context.textBaseline = 'middle';
  const room = width / unit - 2 * EDGE;
  const rows = rowsOf(context, entries, theme, room - 2 * PAD);
  let top = height / unit - EDGE - rows.reduce((sum, row) => sum + row.height + 4, 0);
  for (const row of rows) {
    if (!plain) {
      context.globalAlpha = 0.8;
      context.fillStyle = css(bytes(theme.background));
      context.beginPath();
      context.roundRect(EDGE, top, row.width + 2 * PAD, row.height + 4, 6);
      context.fill();
      context.globalAlpha = 1;
    }
    row.draw(EDGE + PAD, top + 2);
    top += row.height + 4;
  }
  context.restore();
}

function rowsOf(
  context: CanvasRenderingContext2D,
  { species, colors, arrows, sizes, outlines }: LegendEntries,
  theme: Theme,
  room: number,
): Row[] {
  const ink = css(bytes(theme.line));
  const text = (words: string, x: number, y: number): void => {
    context.fillStyle = ink;
    context.fillText(words, x, y);
  };
  const measured = (words: string): number => context.measureText(words).width;

  const written = (words: string): Row[] =>
    wrapped(words.split(' '), room, (part) => measured(part.join(' '))).map((part) => ({
      width: measured(part.join(' ')),
      height: LINE,
      draw: (x, y) => text(part.join(' '), x, y + LINE / 2),
    }));

  const widthOf = (labels: readonly (readonly [string, Color])[]): number =>
    labels.reduce((sum, [label]) => sum + DOT + measured(label), (labels.length - 1) * BETWEEN);
  const listed = wrapped(species, room, widthOf).map(
    (part): Row => ({
      width: widthOf(part),
      height: LINE,
      draw(x, y) {
        let left = x;
        for (const [label, color] of part) {
          circle(context, left + 6, y + LINE / 2, 5.5);
          context.fillStyle = css(color);
          context.fill();
          text(label, left + DOT, y + LINE / 2);
          left += DOT + measured(label) + BETWEEN;
        }
      },
    }),
  );

  const barred = ({ name, map, ticks }: Bar): Row[] => {
    const [long, high] = [Math.min(BAR[0], room), BAR[1]];
    const bar: Row = {
      width: long,
      height: high + LINE,
      draw(x, y) {
        for (let k = 0; k < STRIPES; k++) {
          context.fillStyle = css(scaleColor(k / (STRIPES - 1), map));
          // Each covers all that follows: no ground is seen between two.
          context.fillRect(x + (k / STRIPES) * long, y, (1 - k / STRIPES) * long, high);
        }
        context.fillStyle = ink;
        for (const { at, text: number } of ticks) {
          // In the middle under its place, within the bar.
          text(number, x + at * long - at01(at) * measured(number), y + high + LINE / 2);
          if (at > 0 && at < 1) context.fillRect(x + at * long - 0.5, y + high - 3, 1, 4);
        }
      },
    };
    return [...written(name), bar];
  };

  const outlined = written(outlines).map(
    ({ width, height, draw }): Row => ({
      width: width + DOT,
      height,
      draw(x, y) {
        circle(context, x + 6, y + LINE / 2, 4.5);
        context.strokeStyle = css(bytes(theme.ghost));
        context.lineWidth = 1.3;
        context.stroke();
        draw(x + DOT, y);
      },
    }),
  );

  return [
    ...listed,
    ...(colors === null ? [] : barred(colors)),
    ...written(arrows),
    ...(sizes === null ? [] : barred(sizes)),
    ...outlined,
  ];
}

/** From the left of a species' dot to its label, and from a label to the next dot. */
const DOT = 17;
const BETWEEN = 12;

/** Which part of a number stands left of its place: none at the low end, all at the high one. */
function at01(at: number): number {
  return at <= 0 ? 0 : at >= 1 ? 1 : 0.5;
}

/** As many items a line as there is room for, one at least. */
function wrapped<T>(items: readonly T[], room: number, width: (part: readonly T[]) => number): T[][] {
  const lines: T[][] = [];
  for (const item of items) {
    if (item === '') continue;
    const last = lines.at(-1);
    if (last !== undefined && width([...last, item]) <= room) last.push(item);
    else lines.push([item]);
  }
  return lines;
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
