/**
 * Frames of an extended XYZ file from its lines, given one at a time.
 *
 * It holds one frame and no text, so that a file of any length can be read; where the lines come from (a string,
 * a file, a network stream) is for `parse.ts`, `stream.ts` and the file functions. Every error begins with
 * `name:line:`.
 */
import { InputError } from '../../src/message/index.js';
import type { Column } from '../column.js';
import { createSystem, type System } from '../system.js';
import { type ColumnPlan, type Header, parseHeader } from './header.js';
import { readInteger, readLogical, readNumber } from './scalars.js';

export interface FrameParser {
  /** Takes the next line, without its line feed; returns the frame that it completes, or null. */
  push(line: string): System | null;
  /** Says that no line follows. @throws InputError when a frame is not complete, or there was none */
  end(): void;
}

/** @param name what errors call the source: the path of the file */
export function frameParser(name: string): FrameParser {
  let lineNumber = 0;
  let frames = 0;
  let countLine = 0;
  let atoms: AtomTable | null = null;
  let count: number | null = null;
  const labels = new Map<string, string>();

  const finish = (): System | null => {
    if (atoms === null || atoms.filled < atoms.count) return null;
    const system = atoms.system();
    atoms = null;
    count = null;
    frames++;
    return system;
  };

  const take = (line: string): System | null => {
    if (atoms !== null) {
      atoms.add(line);
      return finish();
    }
    if (count !== null) {
      atoms = atomTable(count, parseHeader(line), labels);
      return finish();
    }
    if (line.trim() === '') return null;
    count = parseCount(line, frames);
    countLine = lineNumber;
    return null;
  };

  return {
    push(line) {
      lineNumber++;
      const ended = line.endsWith('\r') ? line.slice(0, -1) : line;
      try {
        return take(lineNumber === 1 && ended.startsWith('\uFEFF') ? ended.slice(1) : ended);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw new InputError(`${name}:${lineNumber}: ${error.message}`);
      }
    },
    end() {
      if (count !== null) {
        const found = atoms === null ? 'its comment line' : `${atoms.filled} of the ${count} atoms`;
        const missing = atoms === null ? 'before' : 'after';
        throw new InputError(
          `${name}:${lineNumber + 1}: the file ends ${missing} ${found} of frame ${frames + 1}, ` +
            `expected ${count} atom lines as line ${countLine} declares`,
        );
      }
      if (frames === 0) {
        throw new InputError(`${name}:1: the file is empty; expected the number of atoms on the first line`);
      }
    },
  };
}

function parseCount(line: string, frames: number): number {
  const count = readInteger(line.trim());
  if (count !== null && count >= 0) return count;
  const expected =
    frames === 0 ? 'the number of atoms on the first line' : `the number of atoms of frame ${frames + 1}`;
  const hint = frames === 0 ? '' : ` (does frame ${frames} have more atoms than it declares?)`;
  throw new InputError(`found "${shortened(line)}", expected ${expected}${hint}`);
}

interface AtomTable {
  readonly count: number;
  readonly filled: number;
  add(line: string): void;
  system(): System;
}

/** The rows of one frame as they come in. `labels` keeps one copy of each species label. */
function atomTable(count: number, header: Header, labels: Map<string, string>): AtomTable {
  const { dimension, box, info, plain } = header;
  const sinks = header.columns.map((plan) => columnSink(plan, count, dimension, labels));
  const fields = header.columns.flatMap((plan, c) =>
    Array.from({ length: plan.width }, (_, k): Field => ({ name: plan.name, take: sinks[c].field(k) })),
  );
  let filled = 0;
  return {
    count,
    get filled() {
      return filled;
    },
    add(line) {
      let at = 0;
      for (let k = 0; k < fields.length; k++) {
        while (isSpace(line.charCodeAt(at))) at++;
        const start = at;
        // Past the end charCodeAt is NaN, which is not a space: compare with the length too.
        while (at < line.length && !isSpace(line.charCodeAt(at))) at++;
        if (at === start) throw tooFew(k, fields.length, filled, count);
        fields[k].take(line.slice(start, at), filled);
      }
      if (!plain) checkEnd(line, at, fields.length, filled, count);
      filled++;
    },
    system() {
      const columns = new Map<string, Column>();
      let positions: Float64Array = new Float64Array(0);
      let species: readonly string[] = [];
      for (const [c, { name }] of header.columns.entries()) {
        const column = sinks[c].column();
        if (name === 'pos' && column.kind === 'real') positions = column.values;
        else if (name === 'species' && column.kind === 'string') species = column.values;
        else columns.set(name, column);
      }
      return createSystem({ positions, dimension, species, box, columns, info });
    },
  };
}

interface Field {
  readonly name: string;
  readonly take: (word: string, atom: number) => void;
}

interface ColumnSink {
  /** What takes the word of place `k` in the column. */
  field(k: number): Field['take'];
  column(): Column;
}

function columnSink(
  plan: ColumnPlan,
  count: number,
  dimension: 2 | 3,
  labels: Map<string, string>,
): ColumnSink {
  const { name } = plan;
  if (name === 'species') return stringSink(1, labels);
  if (name === 'pos') {
    const real = numberSink({ ...plan, width: dimension }, count);
    return { field: (k) => (k < dimension ? real.field(k) : takeZero), column: real.column };
  }
  if (plan.kind === 'string') return stringSink(plan.width, labels);
  if (plan.kind === 'logical') return logicalSink(plan);
  return numberSink(plan, count);
}

function numberSink({ name, kind, width }: ColumnPlan, count: number): ColumnSink {
  // Room is made as lines come: a count that a file only claims reserves no memory.
  let values = new Float64Array(Math.min(count, 65536) * width);
  const read = kind === 'integer' ? readInteger : readNumber;
  const expected = kind === 'integer' ? 'a whole number' : 'a finite number';
  return {
    field: (k) => (word, atom) => {
      const value = read(word);
      if (value === null) {
        throw new InputError(
          `found "${shortened(word)}" in the column "${name}" of atom ${atom + 1}, expected ${expected}`,
        );
      }
      const at = atom * width + k;
      if (at >= values.length) {
        const larger = new Float64Array(Math.min(count * width, 2 * values.length));
        larger.set(values);
        values = larger;
      }
      values[at] = value;
    },
    column: () => ({ kind: kind === 'integer' ? 'integer' : 'real', width, values }),
  };
}

function stringSink(width: number, labels: Map<string, string>): ColumnSink {
  const values: string[] = [];
  const take = (word: string): void => {
    let label = labels.get(word);
    if (label === undefined) {
      label = word;
      // Names of atoms one by one would fill the table without being met again.
      if (labels.size < 10_000) labels.set(word, word);
    }
    values.push(label);
  };
  return { field: () => take, column: () => ({ kind: 'string', width, values }) };
}

function logicalSink({ name, width }: ColumnPlan): ColumnSink {
  const values: boolean[] = [];
  const take: Field['take'] = (word, atom) => {
    const value = word === '1' ? true : word === '0' ? false : readLogical(word);
    if (value === null) {
      throw new InputError(
        `found "${shortened(word)}" in the column "${name}" of atom ${atom + 1}, expected T or F`,
      );
    }
    values.push(value);
  };
  return { field: () => take, column: () => ({ kind: 'logical', width, values }) };
}

/** The third coordinate of a two-dimensional system. */
function takeZero(word: string, atom: number): void {
  if (readNumber(word) === 0) return;
  throw new InputError(
    `found z = ${shortened(word)} for atom ${atom + 1} of a two-dimensional system, expected 0`,
  );
}

function tooFew(found: number, expected: number, filled: number, count: number): InputError {
  return new InputError(
    `atom ${filled + 1} of ${count} has ${found} field${found === 1 ? '' : 's'}, expected ${expected} ` +
      '(does the frame have fewer atoms than it declares, or too few columns?)',
  );
}

function checkEnd(line: string, from: number, expected: number, filled: number, count: number): void {
  let at = from;
  while (isSpace(line.charCodeAt(at))) at++;
  if (at === line.length) return;
  throw new InputError(
    `atom ${filled + 1} of ${count} has more than the ${expected} fields that Properties declares: ` +
      `found "${shortened(line.slice(at))}" after them`,
  );
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}
