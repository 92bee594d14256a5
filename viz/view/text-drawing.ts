/** Draws what is measured, and the axes, into a picture, as the page has them. */
import { axisNames, type Camera, type Session } from '../state/index.js';
import { css } from './elements.js';
import { placedTexts } from './measured-text.js';
import { axisEnds } from './orientation.js';
import type { Host } from './part.js';
import { bytes, FAMILY, type ShotPlace, unitOf } from './shot-place.js';

/** As the page's. */
const FONT = 12;
const LINE = 17;
const PAD = 5;

/** Names of picked atoms and lengths between them, in the picture that was drawn last. */
export function drawTexts(
  context: CanvasRenderingContext2D,
  host: Pick<Host, 'run' | 'picture'>,
  session: Session,
  place: ShotPlace,
): void {
  const unit = unitOf(place);
  const { background, line } = place.theme;
  context.save();
  context.scale(unit, unit);
  context.font = `${FONT}px ${FAMILY}`;
  context.textBaseline = 'middle';
  const widthOf = (text: string): number => context.measureText(text).width + 2 * PAD;
  const texts = placedTexts(host, session, [place.width / unit, place.height / unit], ({ text }) => [
    widthOf(text),
    LINE,
  ]);
  for (const { text, corner, aside } of texts) {
    const [ink, ground] = aside ? [background, line] : [line, background];
    context.globalAlpha = 0.85;
    context.fillStyle = css(bytes(ground));
    context.beginPath();
    context.roundRect(...corner, widthOf(text), LINE, 4);
    context.fill();
    context.globalAlpha = 1;
    context.fillStyle = css(bytes(ink));
    context.fillText(text, corner[0] + PAD, corner[1] + LINE / 2 + 0.5);
  }
  context.restore();
}

/** From the upper left corner to where the axes meet, and how long they are. */
const AXES_AT = 40;

/** The axes in the upper left corner. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  camera: Camera,
  colors: readonly string[],
  place: ShotPlace,
): void {
  const unit = unitOf(place);
  context.save();
  context.scale(unit, unit);
  context.translate(AXES_AT, AXES_AT);
  context.font = `${FONT}px ${FAMILY}`;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.lineWidth = 2;
  for (const { axis, line, label } of axisEnds(camera.rotation)) {
    context.strokeStyle = context.fillStyle = colors[axis];
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(...line);
    context.stroke();
    context.fillText(axisNames[axis], ...label);
  }
  context.restore();
}
