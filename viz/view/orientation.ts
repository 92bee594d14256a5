/** How the picture is turned: the axes in its corner, and views along each of them. */
import { apply, axisNames, type Camera, type Quaternion } from '../state/index.js';
import { element, graphic, setAttributes } from './elements.js';
import type { MakePart } from './part.js';

const SIZE = 64;
/** Of an axis, in pixels. */
const LENGTH = 20;

/** Turns the world so that the axis points at the eye; z, or along z y, points up. */
const ALONG: readonly Quaternion[] = [
  [-0.5, -0.5, -0.5, 0.5],
  [0, Math.SQRT1_2, Math.SQRT1_2, 0],
  [0, 0, 0, 1],
];

export const orientationPart: MakePart = (host) => {
  const axes = axisNames.map((name) => ({
    line: graphic('line', { class: `axis ${name}` }),
    label: graphic('text', { class: `axis ${name}` }, name),
  }));
  const drawing = graphic(
    'svg',
    { viewBox: `${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`, role: 'img' },
    ...axes.flatMap(({ line, label }) => [line, label]),
  );
  const along = (axis: number) => (): void => {
    if (host.run?.first.dimension === 2) return;
    host.look((camera) => ({ ...camera, rotation: ALONG[axis] }));
  };
  let drawn: Camera['rotation'] | null = null;
  return {
    place: 'stage',
    element: element('div', { class: 'orientation' }, drawing),
    shortcuts: axisNames.map((name, axis) => ({
      keys: [String(axis + 1)],
      label: String(axis + 1),
      does: `looks along ${name}`,
      run: along(axis),
    })),
    setRun({ first }) {
      const flat = first.dimension === 2;
      setAttributes(axes[2].line, { hidden: flat });
      setAttributes(axes[2].label, { hidden: flat });
    },
    show({ camera }) {
      if (camera.rotation === drawn) return;
      drawn = camera.rotation;
      const ends = axisEnds(camera.rotation);
      for (const { axis, line, label } of ends) {
        setAttributes(axes[axis].line, { x2: line[0], y2: line[1] });
        setAttributes(axes[axis].label, { x: label[0], y: label[1] });
      }
      drawing.append(...ends.flatMap(({ axis }) => [axes[axis].line, axes[axis].label]));
      const towards = [...ends]
        .sort((a, b) => a.axis - b.axis)
        .map(({ axis, towards: [x, y] }) => `${axisNames[axis]} ${directionOf(x, y)}`);
      drawing.setAttribute('aria-label', `Axes: ${towards.join(', ')}`);
    },
  };
};

export interface AxisEnd {
  /** 0 to 2. */
  readonly axis: number;
  /** Right and up, in units of its length. */
  readonly towards: readonly [number, number];
  /** Where it ends and where its name is, in pixels to the right and down from where the axes meet. */
  readonly line: readonly [number, number];
  readonly label: readonly [number, number];
}

/** The axes as a camera sees them; the nearest last, over the others. */
export function axisEnds(rotation: Quaternion): readonly AxisEnd[] {
  const ends = axisNames.map((name, axis) => {
    const [x, y, near] = apply(
      rotation,
      axisNames.map((other) => (other === name ? 1 : 0)),
    );
    const line = [LENGTH * x, -LENGTH * y] as const;
    const label = [(LENGTH + 8) * x, -(LENGTH + 8) * y] as const;
    return { axis, near, towards: [x, y] as const, line, label };
  });
  return ends.sort((a, b) => a.near - b.near);
}

function directionOf(right: number, up: number): string {
  if (Math.hypot(right, up) < 0.3) return 'along the view';
  if (Math.abs(right) > Math.abs(up)) return right > 0 ? 'to the right' : 'to the left';
  return up > 0 ? 'up' : 'down';
}
