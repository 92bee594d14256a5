/**
 * A session: what is shown of a run and how. One immutable value, from which everything drawn follows. It is put
 * together from slices (playback, look, …); a slice is a type, its fields for saved views, and how it begins.
 */
import { type Camera, cameraFields, fittedCamera } from './camera.js';
import { createDrawing, type Drawing, drawingFields } from './drawing.js';
import { isMolecular } from './elements.js';
import { type Fields, record } from './fields.js';
import { numbers } from './frame.js';
import { createLook, type Look, lookFields } from './look.js';
import { createPicking, type Picking, pickingFields } from './picking.js';
import { createPlayback, type Playback, playbackFields } from './playback.js';
import { createPlotting, type Plotting, plottingFields } from './plotting.js';
import { createResponding, type Responding, respondingFields } from './response.js';
import type { Run } from './run.js';

export interface Session extends Playback, Look, Drawing, Picking, Plotting, Responding {
  readonly camera: Camera;
}

export const sessionFields: Fields<Session> = {
  ...playbackFields,
  ...lookFields,
  ...drawingFields,
  ...pickingFields,
  ...plottingFields,
  ...respondingFields,
  camera: record(cameraFields),
};

/** How a run is shown at first, in a picture of that width over height. */
export function createSession(run: Run, aspect = 1): Session {
  return {
    ...createPlayback(),
    ...createLook(run),
    ...createDrawing(),
    ...createPicking(run.spacing),
    ...createPlotting(),
    ...createResponding(),
    ...(isBallsAndSticks(run) && BALLS_AND_STICKS),
    camera: fittedCamera(run.first, aspect),
  };
}

const BALLS_AND_STICKS: Pick<Session, 'bonds' | 'radiusScale'> = {
  bonds: { kind: 'radii', factor: 1.2 },
  radiusScale: 0.5,
};

/** Molecules of more atoms are seen as a whole. */
const MOST_BALLS = 2_000;

/** Molecules whose file says nothing of radii. */
function isBallsAndSticks({ first, inAngstroms, species }: Run): boolean {
  const told = ['radius', 'diameter'].some((name) => numbers(first, name, 1) !== null);
  return inAngstroms && !told && first.count <= MOST_BALLS && isMolecular(species);
}
