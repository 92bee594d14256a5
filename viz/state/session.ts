/**
 * A session: what is shown of a run and how. Plain values and pure functions; the view draws whatever session it is
 * given, and knows no other state.
 */
import type { Run } from './run.js';

export type LoopMode = 'once' | 'loop' | 'back-and-forth';
export const loopModes: readonly LoopMode[] = ['loop', 'once', 'back-and-forth'];

export interface Session {
  /** Where playback stands, in frames; the frame shown is the whole part. */
  readonly time: number;
  readonly playing: boolean;
  readonly direction: 1 | -1;
  /** Frames a second. */
  readonly speed: number;
  readonly loop: LoopMode;
  /** Name of a scalar column; null colours by species. */
  readonly colorBy: string | null;
  /** Name of a vector column; null shows no arrows. */
  readonly arrows: string | null;
  /** Factor on the arrows' length. */
  readonly arrowScale: number;
  /** Factor on the radii. */
  readonly radiusScale: number;
  readonly cell: boolean;
  /** Atoms are moved into the cell. */
  readonly wrap: boolean;
  readonly projection: 'orthographic' | 'perspective';
}

/** How a run is shown at first: with the sensitivity's arrows where it has them. */
export function createSession(run: Run): Session {
  const flat = run.frames[0].dimension === 2;
  return {
    time: 0,
    playing: false,
    direction: 1,
    speed: 20,
    loop: 'loop',
    colorBy: null,
    arrows: run.vectors.includes('sensitivity') ? 'sensitivity' : null,
    arrowScale: 1,
    radiusScale: 1,
    cell: true,
    wrap: true,
    projection: flat ? 'orthographic' : 'perspective',
  };
}

/** The index of the frame that is shown. */
export function shownFrame(session: Session, run: Run): number {
  return Math.min(run.frames.length - 1, Math.max(0, Math.floor(session.time)));
}

/** Moves to a frame, counted from the end where negative, and stops there. */
export function goTo(session: Session, run: Run, frame: number): Session {
  const last = run.frames.length - 1;
  const asked = frame < 0 ? last + 1 + frame : frame;
  return { ...session, playing: false, time: Math.min(last, Math.max(0, Math.round(asked))) };
}

/** So many frames on, or back; stops at the ends. */
export function step(session: Session, run: Run, frames: number): Session {
  return goTo(session, run, Math.max(0, shownFrame(session, run) + frames));
}

/** Plays or pauses. What stands at its end begins again. */
export function togglePlay(session: Session, run: Run): Session {
  if (session.playing) return { ...session, playing: false };
  if (run.frames.length < 2) return session;
  const ended = session.loop === 'once' && shownFrame(session, run) === run.frames.length - 1;
  return { ...session, playing: true, direction: 1, time: ended ? 0 : session.time };
}

/** What a session is after so many seconds of playback. */
export function advance(session: Session, run: Run, seconds: number): Session {
  const frames = run.frames.length;
  if (!session.playing || frames < 2) return session;
  const time = session.time + session.direction * session.speed * seconds;
  switch (session.loop) {
    case 'loop':
      return { ...session, time: time % frames };
    case 'once':
      return time < frames ? { ...session, time } : { ...session, playing: false, time: frames - 1 };
    case 'back-and-forth': {
      // Every end is shown as long as any other frame: there and back again are twice the frames.
      const turn = 2 * frames;
      const along = session.direction === 1 ? time : turn - time;
      const phase = ((along % turn) + turn) % turn;
      return phase < frames
        ? { ...session, direction: 1, time: phase }
        : { ...session, direction: -1, time: turn - phase };
    }
  }
}
