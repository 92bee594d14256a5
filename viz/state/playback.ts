/** Where playback stands and how it goes on: pure functions of a session's part and the number of frames. */
import { type Fields, flag, number, oneOf } from './fields.js';

export type LoopMode = 'once' | 'loop' | 'back-and-forth';
export const loopModes: readonly LoopMode[] = ['loop', 'once', 'back-and-forth'];

export interface Playback {
  /** Where playback stands, in frames; the frame shown is the whole part. */
  readonly time: number;
  readonly playing: boolean;
  readonly direction: 1 | -1;
  /** Frames a second. */
  readonly speed: number;
  readonly loop: LoopMode;
  /** Between two frames atoms are drawn on the straight way from one to the other. */
  readonly interpolate: boolean;
  /** The last frame is shown, also while the file grows. */
  readonly follow: boolean;
}

export const playbackFields: Fields<Playback> = {
  time: number(0),
  playing: flag,
  direction: oneOf<1 | -1>(1, -1),
  speed: number(0.01, 1000),
  loop: oneOf(...loopModes),
  interpolate: flag,
  follow: flag,
};

export function createPlayback(): Playback {
  return {
    time: 0,
    playing: false,
    direction: 1,
    speed: 20,
    loop: 'loop',
    interpolate: false,
    follow: false,
  };
}

interface Frames {
  readonly length: number;
}

/** The index of the frame that is shown. */
export function shownFrame({ time }: Playback, { length }: Frames): number {
  return Math.min(length - 1, Math.max(0, Math.floor(time)));
}

/** Moves to a frame, counted from the end where negative, and stops there. */
export function goTo<S extends Playback>(session: S, { length }: Frames, frame: number): S {
  const asked = frame < 0 ? length + frame : frame;
  const time = Math.min(length - 1, Math.max(0, Math.round(asked)));
  return { ...session, playing: false, time, follow: session.follow && time === length - 1 };
}

/** So many frames on, or back; stops at the ends. */
export function step<S extends Playback>(session: S, run: Frames, frames: number): S {
  return goTo(session, run, Math.max(0, shownFrame(session, run) + frames));
}

/** Plays or pauses. What stands at its end begins again. */
export function togglePlay<S extends Playback>(session: S, run: Frames): S {
  if (session.playing) return { ...session, playing: false };
  if (run.length < 2) return session;
  const ended = session.loop === 'once' && shownFrame(session, run) === run.length - 1;
  return { ...session, playing: true, follow: false, direction: 1, time: ended ? 0 : session.time };
}

/** What a session is after so many seconds of playback. */
export function advance<S extends Playback>(session: S, { length }: Frames, seconds: number): S {
  if (session.follow && session.time !== length - 1) return { ...session, time: length - 1 };
  if (!session.playing || length < 2) return session;
  // Only what goes back and forth goes back; the mode may have been another when it turned.
  const direction = session.loop === 'back-and-forth' ? session.direction : 1;
  const time = session.time + direction * session.speed * seconds;
  switch (session.loop) {
    case 'loop':
      return { ...session, direction, time: time % length };
    case 'once':
      return time < length
        ? { ...session, direction, time }
        : { ...session, direction, playing: false, time: length - 1 };
    case 'back-and-forth': {
      // Every end is shown as long as any other frame: there and back again are twice the frames.
      const turn = 2 * length;
      const along = session.direction === 1 ? time : turn - time;
      const phase = ((along % turn) + turn) % turn;
      return phase < length
        ? { ...session, direction: 1, time: phase }
        : { ...session, direction: -1, time: turn - phase };
    }
  }
}
