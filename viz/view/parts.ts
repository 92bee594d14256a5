/** The parts of the viewer, in their order on the page and in the help sheet. */
import { answerPart } from './answer-panel.js';
import { besidePart } from './beside.js';
import { arrowsPart, speciesPart, structurePart } from './drawing.js';
import { filesPart } from './files.js';
import { frameFactsPart } from './frame-facts.js';
import { helpPart } from './help.js';
import { hoverPart } from './hover.js';
import { legendPart } from './legend.js';
import { lookPart } from './look.js';
import { measurePart } from './measure.js';
import { measureLabelsPart } from './measure-labels.js';
import { orientationPart } from './orientation.js';
import type { MakePart } from './part.js';
import { playbackPart } from './playback.js';
import { playgroundPart, welcomePart } from './playground.js';
import { curvesPart, plotsPart } from './plots.js';
import { relaxPart } from './relax-panel.js';
import { slicePart } from './slice.js';
import { takeAwayPart } from './take-away.js';
import { viewPart } from './view.js';

export const parts: readonly MakePart[] = [
  filesPart,
  frameFactsPart,
  answerPart,
  relaxPart,
  playgroundPart,
  besidePart,
  lookPart,
  speciesPart,
  arrowsPart,
  structurePart,
  slicePart,
  measurePart,
  curvesPart,
  takeAwayPart,
  viewPart,
  welcomePart,
  legendPart,
  measureLabelsPart,
  orientationPart,
  hoverPart,
  plotsPart,
  playbackPart,
  helpPart,
];
