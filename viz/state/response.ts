/**
 * How a frame answers a parameter: its column `sensitivity`, ∂x*, with what the file says of θ, and the frame moved
 * along it to first order. Moved frames follow from the frame and the change alone.
 */

import { type Column, coordinates, type Info, type System, withPositions } from '../../systems/index.js';
import { type Fields, number } from './fields.js';
import { type Frame, frameOfSystem, numbers } from './frame.js';
import { columnOf, potentialOf } from './potentials.js';
import { spacing } from './scale.js';

export interface Responding {
  /** δθ: frames that have a sensitivity are shown moved by so much of it. */
  readonly change: number;
}

export const respondingFields: Fields<Responding> = { change: number() };

export const createResponding = (): Responding => ({ change: 0 });

export interface Response {
  /** As `--wrt` names it (`diameter.B`); null where the file does not say. */
  readonly parameter: string | null;
  /** θ; null where the file does not say. */
  readonly value: number | null;
  /** ∂x*, `count × 3`. */
  readonly vectors: Float64Array;
  /** ∂E*; null where the file does not say. */
  readonly energyDerivative: number | null;
}

/** Null where a frame has no sensitivity. */
export function responseOf(frame: Frame): Response | null {
  const column = numbers(frame, 'sensitivity', 3);
  if (column === null) return null;
  const { parameter, parameter_value: value, energy_derivative: slope } = Object.fromEntries(frame.info);
  return {
    parameter: typeof parameter === 'string' ? parameter : null,
    value: typeof value === 'number' ? value : null,
    vectors: column.values,
    energyDerivative: typeof slope === 'number' ? slope : null,
  };
}

/** The largest change worth a try: atoms move by a tenth of their distance, and θ by no more than half of itself. */
export function largestChange(frame: Frame, { vectors, value }: Response): number {
  let square = 0;
  for (const component of vectors) square += component * component;
  const typical = Math.sqrt(square / Math.max(1, frame.count));
  const most = typical > 0 ? (0.1 * spacing(frame)) / typical : 1;
  const bound = value === null || value === 0 ? most : Math.min(most, Math.abs(value) / 2);
  const power = 10 ** Math.floor(Math.log10(bound));
  return ([5, 2, 1].find((digit) => digit * power <= bound) ?? 1) * power;
}

const latest = new WeakMap<Frame, { readonly change: number; readonly moved: Frame }>();

/** The frame with its atoms at x + δθ·∂x*; itself where it has no sensitivity. The same frame again for the same δθ. */
export function movedFrame(frame: Frame, change: number): Frame {
  const response = change === 0 ? null : responseOf(frame);
  if (response === null) return frame;
  const known = latest.get(frame);
  if (known?.change === change) return known.moved;
  const moved = { ...frameOfSystem(movedSystem(frame, response, change), frame.index), cell: frame.cell };
  latest.set(frame, { change, moved });
  return moved;
}

function movedSystem({ system }: Frame, response: Response, change: number): System {
  const { count, dimension } = system;
  const positions = coordinates(system).slice();
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dimension; k++) positions[i * dimension + k] += change * response.vectors[3 * i + k];
  }
  const { parameter, value, energyDerivative } = response;
  const info = new Map<string, Info>(system.info);
  const energy = info.get('energy');
  // Of what was true of the frame, that which first order tells stays.
  for (const key of ['energy', 'max_force', 'converged', 'structure']) info.delete(key);
  if (typeof energy === 'number' && energyDerivative !== null) {
    info.set('energy', energy + change * energyDerivative);
  }
  if (value !== null) info.set('parameter_value', value + change);
  const columns = new Map(system.columns);
  columns.delete('forces');
  const grown = parameter === null ? null : changedColumn(system, parameter, change);
  if (grown !== null) columns.set(...grown);
  return { ...withPositions(system, positions), columns, info };
}

/** The column that the potential reads the parameter from, or of its name, with the change; null where there is none. */
export function changedColumn(system: System, parameter: string, change: number): [string, Column] | null {
  const entry = parameter.split('.', 2)[1] ?? null;
  const name = columnOf(potentialOf(system), parameter);
  const column = system.columns.get(name);
  if (column?.kind !== 'real' || column.width !== 1) return null;
  const means = (label: string, atom: number): boolean =>
    entry === null || entry === label || entry === String(atom);
  const values = column.values.map((value, i) => (means(system.species[i], i) ? value + change : value));
  return [name, { ...column, values }];
}
