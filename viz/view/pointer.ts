/**
 * Mouse, pen and fingers on the picture. One that is dragged turns (two-dimensional systems move); with Shift, the
 * right button or two fingers the picture moves; the wheel and two fingers zoom; what stays in place is a click, of a
 * finger that stays long it is a hold.
 */
import type { Place } from './part.js';

export interface Gestures {
  /** By fractions of the picture's height, right and up. */
  turn(right: number, up: number): void;
  move(right: number, up: number): void;
  /** At a place in fractions of the height from the middle. */
  zoom(factor: number, x: number, y: number): void;
  click(place: Place): void;
  /** Where the pointer is while nothing is pressed; null when it has gone or something is. */
  hover?(place: Place | null): void;
  hold?(place: Place): void;
}

/** A hand is never quite still: so many pixels are no drag. */
const STILL = 4;
/** Milliseconds after which a finger that has not moved holds. */
const LONG = 500;

export function listenToPointers(
  canvas: HTMLCanvasElement,
  { turn, move, zoom, click, hover, hold }: Gestures,
  signal: AbortSignal,
): void {
  const down = new Map<number, { x: number; y: number }>();
  let dragged = false;
  let holding: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(holding));
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => canvas.addEventListener(type, listener, { signal, passive: false });

  /** From the middle of the picture, in fractions of its height. */
  const fraction = (x: number, y: number): readonly [number, number] => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(x - left - width / 2) / height, -(y - top - height / 2) / height];
  };

  const placeOf = (event: PointerEvent): Place => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top, shift: event.shiftKey };
  };

  on('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (down.size === 0) dragged = false;
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    hover?.(null);
    clearTimeout(holding);
    if (event.pointerType !== 'touch' || down.size > 1 || hold === undefined) return;
    const place = placeOf(event);
    holding = setTimeout(() => {
      if (dragged || down.size !== 1) return;
      // What has been a hold is no click when it ends.
      dragged = true;
      hold(place);
    }, LONG);
  });
  on('pointerleave', ({ pointerType }) => {
    // A finger that is lifted leaves what it has asked for.
    if (pointerType !== 'touch') hover?.(null);
  });
  on('pointermove', (event) => {
    const before = down.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== 'touch') hover?.(placeOf(event));
      return;
    }
    const after = { x: event.clientX, y: event.clientY };
    dragged ||= down.size > 1 || Math.hypot(after.x - before.x, after.y - before.y) > STILL;
    // What was too little to be a drag is made up for when it has become one.
    if (!dragged) return;
    down.set(event.pointerId, after);
    const height = Math.max(1, canvas.clientHeight);
    const [right, up] = [(after.x - before.x) / height, -(after.y - before.y) / height];
    if (down.size === 1) {
      if (event.shiftKey || (event.buttons & 2) !== 0) move(right, up);
      else turn(right, up);
      return;
    }
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) return;
    // The middle of two fingers moves half as far as one of them.
    move(right / 2, up / 2);
    const apart = (a: { x: number; y: number }): number =>
      Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
    zoom(apart(after) / apart(before), ...fraction((after.x + other.x) / 2, (after.y + other.y) / 2));
  });
  const lift = (event: PointerEvent): void => {
    const last = down.get(event.pointerId);
    down.delete(event.pointerId);
    clearTimeout(holding);
    if (event.type !== 'pointerup' || last === undefined || down.size > 0) return;
    if (dragged || event.button !== 0) return;
    click(placeOf(event));
  };
  on('pointerup', lift);
  on('pointercancel', lift);
  on('contextmenu', (event) => event.preventDefault());
  on('wheel', (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.0015), ...fraction(event.clientX, event.clientY));
  });
}
