/** The bar below the picture: play, pause, step, scrub, speed, and what happens at the end. */
import {
  goTo,
  type LoopMode,
  loopModes,
  type Session,
  shownFrame,
  step,
  togglePlay,
} from '../state/index.js';
import { button, check, checkField, choices, element, idOf, setText, slider } from './elements.js';
import type { MakePart } from './part.js';

const SPEEDS = [1, 2, 5, 10, 20, 30, 60, 120];

export const playbackPart: MakePart = (host) => {
  const change = (part: Partial<Session>): void => host.update((session) => ({ ...session, ...part }));
  const toggle = (): void => host.update(togglePlay);
  const by = (frames: number) => (): void => host.update((session, run) => step(session, run, frames));
  const to = (frame: number) => (): void => host.update((session, run) => goTo(session, run, frame));
  const faster = (places: number) => (): void =>
    host.update((session) => {
      const at = SPEEDS.findLastIndex((speed) => speed <= session.speed) + places;
      return { ...session, speed: SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))] };
    });

  const play = button('▶', 'Play', toggle);
  const frame = slider('frame', 0, 0, 1);
  const position = element('output', { for: idOf(frame), class: 'position' });
  const speed = element(
    'select',
    { name: 'speed', 'aria-label': 'Speed' },
    ...SPEEDS.map((value) => element('option', { value }, `${value} frames/s`)),
  );
  const loop = element('select', { name: 'loop', 'aria-label': 'At the end' }, ...choices(loopModes));
  const smooth = check('Smooth', 'interpolate', (interpolate) => change({ interpolate }));
  const follow = check('Follow', 'follow', (checked) => change({ follow: checked, playing: false }));
  frame.setAttribute('aria-label', 'Frame');
  frame.addEventListener('input', () => to(Number(frame.value))());
  speed.addEventListener('change', () => change({ speed: Number(speed.value) }));
  loop.addEventListener('change', () => change({ loop: loop.value as LoopMode }));
  const bar = element(
    'section',
    { class: 'transport', 'aria-label': host.label('Playback') },
    button('❘◀◀', 'First frame (Home)', to(0)),
    button('❘◀', 'One frame back (←)', by(-1)),
    play,
    button('▶❘', 'One frame on (→)', by(1)),
    button('▶▶❘', 'Last frame (End)', to(-1)),
    frame,
    position,
    speed,
    loop,
    element('div', { class: 'group' }, checkField('Smooth', smooth), checkField('Follow', follow)),
  );
  for (const made of bar.querySelectorAll('button')) made.classList.add('step');
  bar.hidden = true;

  return {
    place: 'bar',
    element: bar,
    shortcuts: [
      { keys: [' '], label: 'Space', does: 'plays, pauses', run: toggle },
      { keys: ['ArrowLeft'], label: '←', does: 'a frame back', run: by(-1) },
      { keys: ['ArrowRight'], label: '→', does: 'a frame on', run: by(1) },
      { keys: ['PageUp'], label: 'Page up', does: 'ten frames back', run: by(-10) },
      { keys: ['PageDown'], label: 'Page down', does: 'ten frames on', run: by(10) },
      { keys: ['Home'], label: 'Home', does: 'the first frame', run: to(0) },
      { keys: ['End'], label: 'End', does: 'the last frame', run: to(-1) },
      { keys: [','], label: ',', does: 'slower', run: faster(-1) },
      { keys: ['.'], label: '.', does: 'faster', run: faster(1) },
    ],
    show(session, run) {
      const shown = shownFrame(session, run);
      const last = run.length - 1;
      bar.hidden = run.length < 2 && !session.follow;
      const label = session.playing ? 'Pause (space)' : 'Play (space)';
      if (play.title !== label) {
        setText(play, session.playing ? '❘❘' : '▶');
        play.setAttribute('aria-label', label);
        play.title = label;
      }
      if (frame.max !== String(last)) frame.max = String(last);
      frame.value = String(shown);
      frame.setAttribute('aria-valuetext', `frame ${shown} of ${last}`);
      setText(position, `${shown} / ${last}`);
      speed.value = String(session.speed);
      loop.value = session.loop;
      smooth.checked = session.interpolate;
      follow.checked = session.follow;
    },
  };
};
