/** The section of the side panel that cuts a slice out of the atoms, to look into them. */
import {
  axisNames,
  farHalf,
  type Range,
  type Run,
  type Session,
  sliceRange,
  toldFrame,
} from '../state/index.js';
import { element, field, filled, slider } from './elements.js';
import type { MakePart } from './part.js';

/** Of the sliders. */
const STEPS = 400;

type End = 'low' | 'high';

export const slicePart: MakePart = (host) => {
  const across = element('select', { name: 'slice-axis' });
  across.addEventListener('change', () =>
    host.update((session, run) => {
      const axis = axisNames.find((name) => name === across.value);
      if (axis === undefined) return { ...session, slice: null };
      return { ...session, slice: farHalf(toldFrame(session, run), session.images, axis, session.camera) };
    }),
  );
  const ends = (['low', 'high'] as const).map((end) => {
    const place = slider(`slice-${end}`, 0, STEPS, 1);
    const typed = element('input', {
      name: `slice-${end}-at`,
      type: 'number',
      step: 'any',
      placeholder: 'open',
    });
    place.setAttribute('aria-label', end === 'low' ? 'Lower end of the slice' : 'Upper end of the slice');
    // At the end of its way a slider leaves the slice open.
    place.addEventListener('input', () => {
      const step = Number(place.value);
      const open = step === (end === 'low' ? 0 : STEPS);
      move(end, ({ low, high }) => (open ? null : low + (step / STEPS) * (high - low)));
    });
    typed.addEventListener('change', () => {
      const { valueAsNumber: at } = typed;
      move(end, () => (Number.isNaN(at) ? null : at));
    });
    return { end, place, typed };
  });
  /** An end stops where the other one is. */
  function move(end: End, to: (range: Range) => number | null): void {
    host.update((session, run) => {
      const { slice } = session;
      if (slice === null) return session;
      const asked = to(rangeOf(session, run));
      const other = end === 'low' ? slice.high : slice.low;
      const stop = end === 'low' ? Math.min : Math.max;
      const at = asked === null || other === null ? asked : stop(asked, other);
      return { ...session, slice: { ...slice, [end]: at } };
    });
  }
  const middle = slider('slice-middle', 0, STEPS, 1);
  middle.addEventListener('input', () =>
    host.update((session, run) => {
      const { slice } = session;
      if (slice === null || slice.low === null || slice.high === null) return session;
      const { low, high } = rangeOf(session, run);
      const at = low + (Number(middle.value) / STEPS) * (high - low);
      const half = (slice.high - slice.low) / 2;
      return { ...session, slice: { ...slice, low: at - half, high: at + half } };
    }),
  );
  const fields = ends.map(({ end, place, typed }) => {
    const made = field(end === 'low' ? 'Slice from' : 'Slice to', typed);
    made.append(place);
    return made;
  });
  const middleField = field('Both together', middle);
  return {
    place: 'side',
    title: 'Slice',
    folded: true,
    element: element(
      'div',
      {},
      field('Slice across', across),
      element('div', { class: 'columns' }, ...fields),
      middleField,
    ),
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
      middleField.hidden = slice === null || slice.low === null || slice.high === null;
      if (slice === null) return;
      const { low, high } = rangeOf(session, run);
      const stepOf = (at: number): number =>
        high > low ? Math.round((STEPS * (at - low)) / (high - low)) : 0;
      for (const { end, place, typed } of ends) {
        const at = slice[end];
        place.value = String(at === null ? (end === 'low' ? 0 : STEPS) : stepOf(at));
        place.setAttribute('aria-valuetext', at === null ? 'open' : String(at));
        filled(typed, at === null ? null : Number(at.toPrecision(4)));
      }
      if (slice.low !== null && slice.high !== null)
        middle.value = String(stepOf((slice.low + slice.high) / 2));
    },
  };
};

function rangeOf(session: Session, run: Run): Range {
  return sliceRange(toldFrame(session, run), session.images, session.slice?.axis ?? 'x');
}
