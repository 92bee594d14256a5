/** Sections of the side panel: species, bonds and images, and what arrows show. */
import {
  type ArrowScope,
  type ArrowStart,
  type BondRule,
  type Color,
  type ColorMapName,
  colorMapNames,
  LONGEST_TRAIL,
  MOST_IMAGES,
  type Run,
  type Session,
  seesThrough,
  speciesColors,
} from '../state/index.js';
import {
  button,
  check,
  checkField,
  choices,
  element,
  field,
  filled,
  idOf,
  setText,
  slider,
} from './elements.js';
import type { Host, MakePart } from './part.js';

const change =
  (host: Host) =>
  (part: Partial<Session>): void =>
    host.update((session) => ({ ...session, ...part }));

/** Which species are shown, in which colours, and how large. */
export const speciesPart: MakePart = (host) => {
  const list = element('div', { class: 'choices' });
  let drawn: readonly [Run, number] | null = null;
  let rows: readonly {
    label: string;
    shown: HTMLInputElement;
    color: HTMLInputElement;
    usual: HTMLButtonElement;
    size: HTMLInputElement;
  }[] = [];
  const draw = (run: Run): void => {
    rows = run.species.map((label, k) => {
      const shown = check(`Show ${label}`, `species-${k}`, (checked) =>
        host.update((session) => ({
          ...session,
          hidden: checked ? session.hidden.filter((one) => one !== label) : [...session.hidden, label],
        })),
      );
      const size = slider(`species-size-${k}`, 0.1, 2, 0.05);
      size.setAttribute('aria-label', `Radius of ${label}`);
      size.addEventListener('input', () =>
        host.update((session) => ({
          ...session,
          speciesRadii: [
            ...session.speciesRadii.filter(({ species }) => species !== label),
            { species: label, factor: Number(size.value) },
          ],
        })),
      );
      const color = element('input', { name: `species-color-${k}`, type: 'color' });
      color.setAttribute('aria-label', `Colour of ${label}`);
      color.addEventListener('input', () =>
        host.update((session) => ({
          ...session,
          speciesColors: [
            ...session.speciesColors.filter(({ species }) => species !== label),
            { species: label, color: colorOfHex(color.value) },
          ],
        })),
      );
      const usual = button('↺', `The usual colour of ${label}`, () =>
        host.update((session) => ({
          ...session,
          speciesColors: session.speciesColors.filter(({ species }) => species !== label),
        })),
      );
      return { label, shown, color, usual, size };
    });
    list.replaceChildren(
      ...rows.map(({ label, shown, color, usual, size }) =>
        element(
          'div',
          { class: 'species-row' },
          shown,
          color,
          element('label', { for: idOf(shown) }, label),
          usual,
          size,
        ),
      ),
    );
  };
  return {
    place: 'side',
    title: 'Species',
    folded: true,
    element: list,
    show(session, run) {
      if (drawn?.[0] !== run || drawn[1] !== run.species.length) {
        drawn = [run, run.species.length];
        draw(run);
      }
      const colors = speciesColors(run, session.speciesColors);
      for (const { label, shown, color, usual, size } of rows) {
        usual.hidden = !session.speciesColors.some(({ species }) => species === label);
        // Colours that tell numbers leave species none.
        color.disabled = session.colorBy !== null;
        color.value = hexOfColor(colors.get(label) ?? [128, 128, 128]);
        shown.checked = !session.hidden.includes(label);
        const factor = session.speciesRadii.find(({ species }) => species === label)?.factor ?? 1;
        size.value = String(factor);
        size.setAttribute('aria-valuetext', `${factor} times`);
      }
    },
  };
};

function hexOfColor(color: Color): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function colorOfHex(hex: string): Color {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return [r, g, b];
}

/** Bonds, periodic images, trails, shades. */
export const structurePart: MakePart = (host) => {
  const set = change(host);
  const rule = element(
    'select',
    { name: 'bonds' },
    element('option', { value: '' }, 'none'),
    element('option', { value: 'radii' }, 'by radii'),
    element('option', { value: 'cutoff' }, 'by length'),
  );
  const reach = element('input', { name: 'bond-reach', type: 'number', min: 0, step: 'any' });
  const reachField = field('Factor', reach);
  const reachLabel = reachField.querySelector('label') ?? reachField;
  const bondRule = (kind: string, value: number): BondRule | null => {
    if (kind === '') return null;
    return kind === 'cutoff' ? { kind: 'cutoff', cutoff: value } : { kind: 'radii', factor: value };
  };
  rule.addEventListener('change', () => {
    const spacing = host.run?.spacing ?? 1;
    set({
      bonds: bondRule(rule.value, rule.value === 'cutoff' ? Number((1.3 * spacing).toPrecision(3)) : 1.2),
    });
  });
  reach.addEventListener('change', () => {
    const value = Number(reach.value);
    if (value > 0 && value <= (rule.value === 'radii' ? 100 : Infinity))
      set({ bonds: bondRule(rule.value, value) });
    else host.redraw();
  });
  const kept = check('Keep the bonds of the first frame', 'bonds-kept', (checked) =>
    set({ bondsKept: checked }),
  );
  const images = ['a', 'b', 'c'].map((name, k) => {
    const input = element('input', {
      name: `images-${name}`,
      type: 'number',
      min: 1,
      max: MOST_IMAGES,
      step: 1,
    });
    input.addEventListener('change', () =>
      host.update((session) => {
        const count = Math.min(MOST_IMAGES, Math.max(1, Math.round(Number(input.value)) || 1));
        const [a, b, c] = session.images.map((now, m) => (m === k ? count : now));
        return { ...session, images: [a, b, c] };
      }),
    );
    return input;
  });
  const imageFields = images.map((input, k) => field(`Copies along ${'abc'[k]}`, input));
  const trail = element('input', { name: 'trail', type: 'number', min: 0, max: LONGEST_TRAIL, step: 1 });
  const trailField = field('Trails over so many frames', trail);
  trail.addEventListener('change', () =>
    set({ trail: Math.min(LONGEST_TRAIL, Math.max(0, Math.round(Number(trail.value)) || 0)) }),
  );
  const ghost = element('input', { name: 'ghost', type: 'number', min: 0, step: 1, placeholder: 'none' });
  const ghostField = field('Outlines of frame', ghost);
  ghost.addEventListener('change', () => {
    const last = (host.run?.length ?? 1) - 1;
    const asked = Math.min(last, Math.max(0, Math.round(ghost.valueAsNumber)));
    set({ ghost: Number.isNaN(asked) ? null : asked });
  });
  const shades = check('Shades between atoms', 'occlusion', (checked) => set({ occlusion: checked }));
  const shadesField = checkField('Shades between atoms', shades);
  const keptField = checkField('Keep the bonds of the first frame', kept);
  return {
    place: 'side',
    title: 'Bonds and images',
    folded: true,
    element: element(
      'div',
      {},
      field('Bonds', rule),
      reachField,
      keptField,
      element('div', { class: 'row' }, ...imageFields),
      trailField,
      ghostField,
      shadesField,
    ),
    show(session, run) {
      const { bonds } = session;
      rule.value = bonds?.kind ?? '';
      reachField.hidden = bonds === null;
      setText(reachLabel, bonds?.kind === 'cutoff' ? 'Length' : 'Factor');
      if (bonds !== null) filled(reach, bonds.kind === 'cutoff' ? bonds.cutoff : bonds.factor);
      keptField.hidden = bonds === null || run.length < 2;
      kept.checked = session.bondsKept;
      const { cell, dimension } = run.first;
      images.forEach((input, k) => {
        imageFields[k].hidden = !cell?.periodic[k] || k >= dimension;
        filled(input, session.images[k]);
      });
      trailField.hidden = run.length < 2;
      filled(trail, session.trail);
      // Of a single frame, outlines are where the slider has moved it from.
      ghostField.hidden = run.length < 2 && !run.vectors.includes('sensitivity');
      ghost.max = String(run.length - 1);
      filled(ghost, session.ghost);
      shadesField.hidden = dimension === 2;
      shades.checked = session.occlusion;
    },
  };
};

/** How long arrows are, which of them are shown, in which colours, and where displacements are from. */
export const arrowsPart: MakePart = (host) => {
  const set = change(host);
  const threshold = slider('arrow-threshold', 0, 1, 0.01);
  threshold.addEventListener('input', () => set({ arrowThreshold: Number(threshold.value) }));
  const scope = element(
    'select',
    { name: 'arrow-scope' },
    element('option', { value: 'run' }, 'in all frames'),
    element('option', { value: 'frame' }, 'in this frame'),
  );
  scope.addEventListener('change', () => set({ arrowScope: scope.value as ArrowScope }));
  const scopeField = field('Arrows are as long as', scope);
  const colors = check('Colours tell the size', 'arrow-colors', (checked) => set({ arrowColors: checked }));
  const map = element(
    'select',
    { name: 'arrow-map' },
    element('option', { value: '' }, 'another than that of the atoms'),
    ...choices(colorMapNames),
  );
  map.addEventListener('change', () => set({ arrowMap: (map.value || null) as ColorMapName | null }));
  const mapField = field('Scale of their colours', map);
  const through = check('Arrows seen through atoms', 'arrows-through', (checked) =>
    set({ arrowsThrough: checked }),
  );
  const throughField = checkField('Arrows seen through atoms', through);
  const start = element(
    'select',
    { name: 'arrow-start' },
    element('option', { value: 'surface' }, 'at the surface of the atom'),
    element('option', { value: 'center' }, 'at its center'),
    element('option', { value: 'middle' }, 'so that their middle is there'),
  );
  start.addEventListener('change', () => set({ arrowStart: start.value as ArrowStart }));
  const reference = element('input', { name: 'reference', type: 'number', min: 0, step: 1 });
  reference.addEventListener('change', () => {
    const last = (host.run?.length ?? 1) - 1;
    set({ reference: Math.min(last, Math.max(0, Math.round(Number(reference.value)) || 0)) });
  });
  const referenceField = field('Displacements from frame', reference);
  return {
    place: 'side',
    title: 'Arrows',
    folded: true,
    element: element(
      'div',
      {},
      scopeField,
      field('Hide arrows below a fraction of the longest', threshold),
      field('Arrows begin', start),
      checkField('Colours tell the size', colors),
      mapField,
      throughField,
      referenceField,
    ),
    show(session, run) {
      threshold.value = String(session.arrowThreshold);
      threshold.setAttribute('aria-valuetext', `${Math.round(100 * session.arrowThreshold)} %`);
      scopeField.hidden = run.length < 2;
      scope.value = session.arrowScope;
      colors.checked = session.arrowColors;
      throughField.hidden = run.first.dimension === 2;
      through.checked = seesThrough(session, run.first.count);
      mapField.hidden = !session.arrowColors;
      map.value = session.arrowMap ?? '';
      start.value = session.arrowStart ?? (run.first.dimension === 2 ? 'center' : 'surface');
      referenceField.hidden = run.length < 2;
      reference.max = String(run.length - 1);
      filled(reference, session.reference);
    },
  };
};
