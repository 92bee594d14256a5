/**
 * A session: what is shown of a run and how. One immutable value, from which everything drawn follows. It is put
 * together from slices (playback, look, …); a slice is a type, its fields for saved views, and how it begins.
 */
import { type Camera, cameraFields, fittedCamera } from './camera.js';
import { type Fields, record } from './fields.js';
import { createLook, type Look, lookFields } from './look.js';
import { createPlayback, type Playback, playbackFields } from './playback.js';
import type { Run } from './run.js';

export interface Session extends Playback, Look {
  readonly camera: Camera;
}

export const sessionFields: Fields<Session> = {
  ...playbackFields,
  ...lookFields,
  camera: record(cameraFields),
};

/** How a run is shown at first, in a picture of that width over height. */
export function createSession(run: Run, aspect = 1): Session {
  return {
    ...createPlayback(),
    ...createLook(run),
    camera: fittedCamera(run.frame(0), aspect),
  };
}
