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
      const ends = axisNames.map((_, k) =>
        apply(
          camera.rotation,
          [0, 1, 2].map((m) => (m === k ? 1 : 0)),
        ),
      );
      axes.forEach(({ line, label }, k) => {
        const [x, y] = ends[k];
        setAttributes(line, { x2: LENGTH * x, y2: -LENGTH * y });
        setAttributes(label, { x: (LENGTH + 8) * x, y: -(LENGTH + 8) * y });
      });
      // The nearest last, over the others.
      const order = [0, 1, 2].sort((a, b) => ends[a][2] - ends[b][2]);
      drawing.append(...order.flatMap((k) => [axes[k].line, axes[k].label]));
      const towards = ends.map(([x, y], k) => `${axisNames[k]} ${directionOf(x, y)}`).join(', ');
      drawing.setAttribute('aria-label', `Axes: ${towards}`);
    },
  };
};

function directionOf(right: number, up: number): string {
  if (Math.hypot(right, up) < 0.3) return 'along the view';
  if (Math.abs(right) > Math.abs(up)) return right > 0 ? 'to the right' : 'to the left';
  return up > 0 ? 'up' : 'down';
}
