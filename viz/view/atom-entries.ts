/** What is known of an atom, in words: its number, species, position and columns; and what is measured between atoms. */
import {
  atomName,
  colorNumbers,
  type Frame,
  isNamedById,
  type Measurement,
  measureLabel,
  type Referred,
  type Run,
  type Session,
} from '../state/index.js';
import { element, short } from './elements.js';

export type Entry = readonly [name: string, text: string];

/** @param columns those that are told, where a frame has them; all of them where not given */
export function atomEntries(frame: Frame, atom: number, columns?: readonly string[]): Entry[] {
  const { dimension, system, species } = frame;
  const position = Array.from({ length: dimension }, (_, m) => system.positions.get(atom, m));
  // What picks, measurements and the list of neighbours call it comes first.
  const called: Entry[] = isNamedById(frame)
    ? [
        ['id', String(atomName(frame, atom))],
        ['index', String(atom)],
      ]
    : [['atom', String(atom)]];
  const entries: Entry[] = [
    ...called,
    ['species', species[atom]],
    ['position', position.map(short).join(', ')],
  ];
  for (const name of columns ?? frame.columns.keys()) {
    const column = frame.columns.get(name);
    if (column === undefined || entries.some(([known]) => known === name)) continue;
    const { kind, width, values } = column;
    const own = Array.from({ length: width }, (_, m) => values[atom * width + m]);
    const text = own.map((value) =>
      kind === 'real' || kind === 'integer' ? short(Number(value)) : String(value),
    );
    entries.push([name, text.join(', ')]);
  }
  return entries;
}

/** What is shown of an atom: which it is, and the numbers that its colour and its arrow stand for. */
export function shownEntries(
  run: Run,
  session: Pick<Session, 'colorBy' | 'arrows'> & Referred,
  frame: Frame,
  atom: number,
): Entry[] {
  const { colorBy, arrows } = session;
  const columns = new Set([colorBy, arrows].filter((name) => name !== null));
  const entries = atomEntries(frame, atom, [...columns]);
  if (colorBy === null || frame.columns.has(colorBy)) return entries;
  // What is computed is no column.
  const computed = colorNumbers(run, frame, colorBy, session);
  return computed === null ? entries : [...entries, [colorBy, short(computed[atom])]];
}

export function entryRows(entries: readonly Entry[]): HTMLElement[] {
  return entries.map(([name, text]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, text)),
  );
}

export function measurementText(found: Measurement): string {
  return `${measureLabel(found.atoms)}: ${measurementValue(found)}`;
}

export function measurementValue({ kind, value }: Measurement): string {
  return `${short(value)}${kind === 'distance' ? '' : '°'}`;
}
