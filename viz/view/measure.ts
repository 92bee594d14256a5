/** The section in which picked atoms are described and measured, with their neighbours and g(r). */
import {
  atomName,
  atomNamed,
  type Curve,
  type Distribution,
  type Frame,
  isNamedById,
  measure,
  measureCurve,
  neighbourReach,
  neighboursWithin,
  pick,
  type RadialDistribution,
  type Run,
  radialDistribution,
  type Session,
  toldFrame,
} from '../state/index.js';
import { atomEntries, entryRows, measurementText } from './atom-entries.js';
import { button, element, field, graphic, setText, short } from './elements.js';
import type { MakePart } from './part.js';

const MOST_LISTED = 24;
/** With more atoms g(r) waits until playback does. */
const QUICK = 3_000;

export const measurePart: MakePart = (host) => {
  const number = element('input', { name: 'pick-atom', type: 'number', min: 0, step: 1 });
  const add = (): void => {
    const name = Number(number.value);
    host.update((session, run) => {
      const frame = toldFrame(session, run);
      if (number.value === '' || atomNamed(frame, name) < 0) {
        const known = isNamedById(frame)
          ? 'atoms are called by their id'
          : `the frame has atoms 0 to ${frame.count - 1}`;
        host.showError(`There is no atom ${number.value || '…'}; ${known}.`);
        return session;
      }
      return session.picked.includes(name) ? session : pick(session, name, true);
    });
  };
  number.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') add();
  });
  const letGo = (): void =>
    host.update((session) => (session.picked.length > 0 ? pick(session, null, false) : session));
  const hint = element('p', { class: 'note' }, 'Click an atom; with Shift up to four.');
  const result = element('output', { class: 'measurement', 'aria-live': 'polite' });
  const details = element('table', { class: 'details' });
  const radius = element('input', { name: 'neighbour-radius', type: 'number', min: 0, step: 'any' });
  radius.addEventListener('change', () => {
    const value = Number(radius.value);
    if (value >= 0 && Number.isFinite(value))
      host.update((session) => ({ ...session, neighbourRadius: value }));
  });
  const around = element('p', { class: 'note neighbours' });
  const aroundField = element('div', {}, field('Neighbours within', radius), around);
  const distribution = element('div', { class: 'distribution' });
  const wanted = element('select', { name: 'distribution' });
  wanted.addEventListener('change', () => {
    const distribution = distributionOf(wanted.value);
    host.update((session) => ({ ...session, distribution }));
  });
  let offered: readonly string[] = [];
  /** Each pair once: g(r) is the same both ways. */
  const offer = ({ species }: Run): void => {
    if (offered.length > 0 && offered.join('\n') === species.join('\n')) return;
    offered = species;
    const pairs = species.length < 2 ? [] : species.flatMap((a, k) => species.slice(k).map((b) => [a, b]));
    wanted.replaceChildren(
      element('option', { value: 'none' }, 'none'),
      element('option', { value: 'all' }, 'of all atoms'),
      ...pairs.map((pair) => element('option', { value: JSON.stringify(pair) }, pair.join('–'))),
    );
  };
  const shown = { details: [] as readonly unknown[], distribution: [] as readonly unknown[] };
  let curve: { readonly of: readonly unknown[]; readonly curve: Curve } | null = null;

  const describe = (session: Session, frame: Frame, spacing: number): void => {
    const { picked, neighbourRadius } = session;
    const now = [frame, picked, neighbourRadius];
    if (now.every((value, k) => value === shown.details[k])) return;
    shown.details = now;
    const here = picked.filter((name) => atomNamed(frame, name) >= 0);
    const last = here.map((name) => atomNamed(frame, name)).at(-1);
    hint.hidden = here.length > 0;
    const measured = measure(frame, here);
    setText(result, measured === null ? '' : measurementText(measured));
    details.replaceChildren(...(last === undefined ? [] : entryRows(atomEntries(frame, last))));
    aroundField.hidden = last === undefined;
    if (last === undefined) return;
    const reach = neighbourReach({ spacing }, session);
    const near = neighboursWithin(frame, last, reach);
    const list = near
      .slice(0, MOST_LISTED)
      .map(({ atom, distance }) => `${atomName(frame, atom)} at ${short(distance)}`);
    setText(
      around,
      `${near.length}${reach < neighbourRadius ? ` within ${short(reach)}, as far as is looked` : ''}${near.length > 0 ? ': ' : ''}${list.join(', ')}${near.length > MOST_LISTED ? ', …' : ''}`,
    );
  };

  return {
    place: 'side',
    title: 'Measure',
    folded: true,
    element: element(
      'div',
      {},
      hint,
      element(
        'div',
        { class: 'row' },
        field('Atom', number),
        button('Pick', 'Pick the atom of this number', add),
      ),
      result,
      details,
      aroundField,
      button('Clear', 'Clear the picked atoms (Escape)', letGo),
      field('g(r) of the shown frame', wanted),
      distribution,
    ),
    shortcuts: [{ keys: ['Escape'], label: 'Escape', does: 'clears the picked atoms', run: letGo }],
    setRun() {
      shown.details = [];
      shown.distribution = [];
    },
    click({ x, y, shift }) {
      const { clientWidth, clientHeight } = host.canvas;
      const atom = host.picture.atomAt(x / clientWidth, y / clientHeight);
      const before = host.session?.picked.length ?? 0;
      host.update((session, run) =>
        pick(session, atom === null ? null : atomName(toldFrame(session, run), atom), shift),
      );
      const section = result.closest('details');
      if (atom !== null && section !== null) {
        section.open = true;
        section.scrollIntoView({ block: 'nearest' });
      }
      return atom !== null || before > 0;
    },
    curves({ picked, change }, run) {
      if (picked.length < 2 || run.length < 2) return [];
      const of = [run, run.version, picked, change];
      if (curve === null || of.some((value, k) => value !== curve?.of[k])) {
        curve = { of, curve: measureCurve(run, picked, change) };
      }
      return [curve.curve];
    },
    show(session, run) {
      const frame = toldFrame(session, run);
      describe(session, frame, run.spacing);
      if (document.activeElement !== radius) radius.value = String(session.neighbourRadius);
      offer(run);
      const { distribution: asked, playing } = session;
      wanted.value = typeof asked === 'string' ? asked : JSON.stringify(asked);
      distribution.hidden = asked === 'none';
      const now = [frame, asked];
      if (asked === 'none' || now.every((value, k) => value === shown.distribution[k])) return;
      if (playing && frame.count > QUICK) return;
      shown.distribution = now;
      const options = { cutoff: 4 * run.spacing, bins: binsFor(frame.count) };
      const between = typeof asked === 'string' ? null : asked;
      const found = radialDistribution(frame, { ...options, ...(between && { between }) });
      distribution.replaceChildren(...plotOf(found, between));
    },
  };
};

/** Few atoms fill few bins. */
function binsFor(count: number): number {
  return Math.min(160, Math.max(40, Math.round(4 * Math.sqrt(count))));
}

/** What an option of the list stands for. */
function distributionOf(value: string): Distribution {
  return value === 'none' || value === 'all' ? value : JSON.parse(value);
}

function plotOf(
  { r, values, normalized }: RadialDistribution,
  between: readonly [string, string] | null,
): Element[] {
  const [width, height] = [200, 90];
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const last = r[r.length - 1];
  const points = Array.from(
    values,
    (value, k) =>
      `${((r[k] / last) * width).toFixed(1)},${(height - 4 - (value / (most || 1)) * (height - 8)).toFixed(1)}`,
  );
  const peak = r[values.indexOf(most)] ?? 0;
  const pair = between === null ? '' : ` of ${between.join('–')}`;
  const [from, to] = between ?? ['', ''];
  const neighbours = between === null ? 'neighbours an atom' : `${to} an atom of ${from}`;
  const name = normalized ? `g(r)${pair}` : `${neighbours} for a unit of length`;
  const line = graphic('polyline', { points: points.join(' '), class: 'curve' });
  const one = height - 4 - (1 / (most || 1)) * (height - 8);
  const level = graphic('line', { x1: 0, x2: width, y1: one, y2: one, class: 'level' });
  const picture = graphic(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${name} up to ${short(last)}, highest ${short(most)} at ${short(peak)}`,
    },
    ...(normalized && most > 1 ? [level, line] : [line]),
  );
  const note = normalized
    ? `${name} up to r = ${short(last)}; highest ${short(most)} at r = ${short(peak)}`
    : `The system has a free boundary, so that g(r) is not defined: ${name}, up to r = ${short(last)}; highest ${short(most)} at r = ${short(peak)}`;
  return [picture, element('p', { class: 'note' }, note)];
}
