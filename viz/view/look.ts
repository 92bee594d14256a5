/** The section of the side panel that says how atoms, arrows and cell are drawn. */
import { type ColorMapName, colorMapNames, type Run, type Session, vectorNames } from '../state/index.js';
import { check, checkField, choices, element, field, slider } from './elements.js';
import type { MakePart } from './part.js';

export const lookPart: MakePart = (host) => {
  const change = (part: Partial<Session>): void => host.update((session) => ({ ...session, ...part }));
  const colorBy = element('select', { id: 'color-by' });
  const colorMap = element(
    'select',
    { id: 'color-map' },
    element('option', { value: '' }, 'that fits the values'),
    ...choices(colorMapNames),
  );
  colorMap.addEventListener('change', () =>
    change({ colorMap: (colorMap.value || null) as ColorMapName | null }),
  );
  const colorMapField = field('Scale', colorMap);
  const arrows = element('select', { id: 'arrows' });
  const arrowScale = slider('arrow-scale', -2, 2, 0.01);
  const radiusScale = slider('radius-scale', 0.1, 2, 0.01);
  const projection = element('select', { id: 'projection' }, ...choices(['orthographic', 'perspective']));
  const cell = check('Cell', 'cell', (checked) => change({ cell: checked }));
  const wrap = check('Atoms in the cell', 'wrap', (checked) => change({ wrap: checked }));
  colorBy.addEventListener('change', () => change({ colorBy: colorBy.value || null }));
  arrows.addEventListener('change', () => change({ arrows: arrows.value || null }));
  arrowScale.addEventListener('input', () => change({ arrowScale: 10 ** Number(arrowScale.value) }));
  radiusScale.addEventListener('input', () => change({ radiusScale: Number(radiusScale.value) }));
  projection.addEventListener('change', () =>
    change({ projection: projection.value as Session['projection'] }),
  );
  let offered = '';
  const offer = (run: Run): void => {
    const { scalars } = run;
    const vectors = vectorNames(run);
    const now = JSON.stringify([scalars, vectors]);
    if (now === offered) return;
    offered = now;
    colorBy.replaceChildren(element('option', { value: '' }, 'species'), ...choices(scalars));
    arrows.replaceChildren(element('option', { value: '' }, 'none'), ...choices(vectors));
  };
  return {
    place: 'side',
    title: 'Look',
    element: element(
      'div',
      {},
      field('Colour by', colorBy),
      colorMapField,
      field('Radii', radiusScale),
      field('Arrows', arrows),
      field('Arrow length', arrowScale),
      field('Projection', projection),
      checkField('Cell', cell),
      checkField('Atoms in the cell', wrap),
    ),
    show(session, run) {
      offer(run);
      colorBy.value = session.colorBy ?? '';
      colorMapField.hidden = session.colorBy === null;
      colorMap.value = session.colorMap ?? '';
      arrows.value = session.arrows ?? '';
      arrowScale.value = String(Math.log10(session.arrowScale));
      arrowScale.setAttribute('aria-valuetext', `${session.arrowScale.toPrecision(3)} times`);
      arrowScale.disabled = session.arrows === null;
      radiusScale.value = String(session.radiusScale);
      projection.value = session.projection;
      cell.checked = session.cell;
      wrap.checked = session.wrap;
    },
  };
};
