/** The section of the side panel that cuts a slice out of the atoms, to look into them. */
import { axisNames, sliceRange } from '../state/index.js';
import { element, field, idOf, setText, short } from './elements.js';
import type { MakePart } from './part.js';

/** Of the ends' sliders. */
const STEPS = 400;

export const slicePart: MakePart = (host) => {
  const across = element('select', { name: 'slice-axis' });
  const ends = (['low', 'high'] as const).map((end) => {
    const input = element('input', { name: `slice-${end}`, type: 'range', min: 0, max: STEPS, step: 1 });
    input.addEventListener('input', () => move(end, Number(input.value)));
    return { end, input, value: element('output', { for: idOf(input) }) };
  });
  across.addEventListener('change', () =>
    host.update((session, run) => {
      const axis = axisNames.find((name) => name === across.value);
      if (axis === undefined) return { ...session, slice: null };
      // Half of it, so that it is seen what a slice is.
      const { low, high } = sliceRange(run, session.images, axis);
      return { ...session, slice: { axis, low, high: (low + high) / 2 } };
    }),
  );
  function move(end: 'low' | 'high', step: number): void {
    host.update((session, run) => {
      const { slice } = session;
      if (slice === null) return session;
      const { low, high } = sliceRange(run, session.images, slice.axis);
      const at = low + (step / STEPS) * (high - low);
      // One end pushes the other.
      const [a, b] = end === 'low' ? [at, Math.max(at, slice.high)] : [Math.min(at, slice.low), at];
      return { ...session, slice: { ...slice, low: a, high: b } };
    });
  }
  const fields = ends.map(({ end, input, value }) => {
    const made = field(end === 'low' ? 'Slice from' : 'Slice to', input);
    made.append(value);
    return made;
  });
  return {
    place: 'side',
    title: 'Slice',
    folded: true,
    element: element('div', {}, field('Slice across', across), ...fields),
    setRun({ first }) {
      const names = axisNames.slice(0, first.dimension);
      across.replaceChildren(
        element('option', { value: '' }, 'nothing: all is shown'),
        ...names.map((name) => element('option', { value: name }, name)),
      );
    },
    show(session, run) {
      const { slice } = session;
      across.value = slice?.axis ?? '';
      for (const one of fields) one.hidden = slice === null;
      if (slice === null) return;
      const { low, high } = sliceRange(run, session.images, slice.axis);
      for (const { end, input, value } of ends) {
        const step = high > low ? Math.round((STEPS * (slice[end] - low)) / (high - low)) : 0;
        input.value = String(step);
        setText(value, short(slice[end]));
        input.setAttribute('aria-valuetext', short(slice[end]));
      }
    },
  };
};
