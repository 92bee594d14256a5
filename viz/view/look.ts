/** The section of the side panel that says how atoms, arrows and cell are drawn. */
import {
  type ColorMapName,
  coloringOf,
  colorMapNames,
  colorNames,
  countedName,
  type Run,
  type Session,
  seenFrames,
  toldFrame,
  vectorNames,
} from '../state/index.js';
import { check, checkField, choices, element, field, filled, slider } from './elements.js';
import type { MakePart } from './part.js';

export const lookPart: MakePart = (host) => {
  const change = (part: Partial<Session>): void => host.update((session) => ({ ...session, ...part }));
  const colorBy = element('select', { name: 'color-by' });
  const colorMap = element(
    'select',
    { name: 'color-map' },
    element('option', { value: '' }, 'that fits the values'),
    ...choices(colorMapNames),
  );
  colorMap.addEventListener('change', () =>
    change({ colorMap: (colorMap.value || null) as ColorMapName | null }),
  );
  const colorMapField = field('Scale', colorMap);
  const ends = element('select', { name: 'color-ends' });
  const endsField = field('Ends of the scale', ends);
  const [low, high] = (['low', 'high'] as const).map((end) => {
    const input = element('input', { name: `color-${end}`, type: 'number', step: 'any' });
    input.addEventListener('change', () => takeEnds());
    return input;
  });
  const typedEnds = element('div', { class: 'row' }, field('From', low), field('To', high));
  ends.addEventListener('change', () =>
    host.update((session, run) => {
      if (ends.value !== 'typed') return { ...session, colorRange: ends.value === 'frame' ? 'frame' : null };
      // It begins with what is seen.
      const now = coloringOf(run, toldFrame(session, run), session);
      const top = now.high > now.low ? now.high : now.low + 1;
      return { ...session, colorRange: { low: now.low, high: top } };
    }),
  );
  const within = element('input', { name: 'neighbours-within', type: 'number', min: 0, step: 'any' });
  within.addEventListener('change', () => {
    if (within.valueAsNumber >= 0) change({ neighbourRadius: within.valueAsNumber });
    else host.redraw();
  });
  const withinField = field('Those within', within);
  function takeEnds(): void {
    const typed = { low: low.valueAsNumber, high: high.valueAsNumber };
    if (typed.low < typed.high) change({ colorRange: typed });
    else {
      const found = [low, high].map(({ value }) => value || 'nothing').join(' to ');
      host.showError(`The scale goes from a smaller number to a larger one; found ${found}.`);
    }
  }
  const arrows = element('select', { name: 'arrows' });
  const arrowScale = slider('arrow-scale', -2, 2, 0.01);
  const radiusScale = slider('radius-scale', 0.1, 2, 0.01);
  const projection = element('select', { name: 'projection' }, ...choices(['orthographic', 'perspective']));
  const cell = check('Cell', 'cell', (checked) => change({ cell: checked }));
  const wrap = check('Atoms in the cell', 'wrap', (checked) => change({ wrap: checked }));
  colorBy.addEventListener('change', () => change({ colorBy: colorBy.value || null }));
  arrows.addEventListener('change', () => change({ arrows: arrows.value || null }));
  arrowScale.addEventListener('input', () => change({ arrowScale: 10 ** Number(arrowScale.value) }));
  radiusScale.addEventListener('input', () => change({ radiusScale: Number(radiusScale.value) }));
  projection.addEventListener('change', () =>
    change({ projection: projection.value as Session['projection'] }),
  );
  const cellField = checkField('Cell', cell);
  const wrapField = checkField('Atoms in the cell', wrap);
  let offered = '';
  const offer = (run: Run): void => {
    const names = colorNames(run);
    const vectors = vectorNames(run);
    const now = JSON.stringify([names, vectors]);
    if (now === offered) return;
    offered = now;
    colorBy.replaceChildren(element('option', { value: '' }, 'species'), ...choices(names));
    arrows.replaceChildren(element('option', { value: '' }, 'none'), ...choices(vectors));
  };
  let whole: boolean | null = null;
  /** @param all whether the values of all frames are known */
  const offerEnds = (all: boolean): void => {
    if (whole === all) return;
    whole = all;
    ends.replaceChildren(
      element('option', { value: '' }, all ? 'of all frames' : 'of the frames seen so far'),
      element('option', { value: 'frame' }, 'of the shown frame'),
      element('option', { value: 'typed' }, 'these'),
    );
  };
  return {
    place: 'side',
    title: 'Look',
    element: element(
      'div',
      {},
      field('Colour by', colorBy),
      withinField,
      colorMapField,
      endsField,
      typedEnds,
      field('Radii', radiusScale),
      field('Arrows', arrows),
      field('Arrow length', arrowScale),
      field('Projection', projection),
      cellField,
      wrapField,
    ),
    show(session, run) {
      offer(run);
      colorBy.value = session.colorBy ?? '';
      withinField.hidden = session.colorBy === null || countedName(run, session.colorBy) !== 'neighbours';
      filled(within, session.neighbourRadius);
      colorMapField.hidden = session.colorBy === null;
      colorMap.value = session.colorMap ?? '';
      const { colorBy: column, colorRange } = session;
      const typed = colorRange !== null && colorRange !== 'frame';
      endsField.hidden = column === null;
      offerEnds(column === null || seenFrames(run, column, session) === run.length);
      ends.value = typed ? 'typed' : (colorRange ?? '');
      typedEnds.hidden = column === null || !typed;
      if (typed) {
        filled(low, colorRange.low);
        filled(high, colorRange.high);
      }
      arrows.value = session.arrows ?? '';
      arrowScale.value = String(Math.log10(session.arrowScale));
      arrowScale.setAttribute('aria-valuetext', `${session.arrowScale.toPrecision(3)} times`);
      arrowScale.disabled = session.arrows === null;
      radiusScale.value = String(session.radiusScale);
      projection.value = session.projection;
      cellField.hidden = wrapField.hidden = run.first.cell === null;
      cell.checked = session.cell;
      wrap.checked = session.wrap;
    },
  };
};
