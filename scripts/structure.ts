/** The structure that a command works on, with its potential; and structures on their way out to a file. */
import { type EnergyModel, type ParameterValues, parameterDirection } from '../potentials/index.js';
import { InputError } from '../src/message/index.js';
import type { Equilibrium, RelaxProgress, Sensitivity } from '../src/relax/index.js';
import {
  type Column,
  coordinates,
  type FrameExtras,
  readStructure,
  type System,
  withColumn,
  withInfo,
  withPositions,
} from '../systems/index.js';
import { evaluate } from './evaluation.js';
import { type BoundPotential, bindPotential, type PotentialArguments } from './potential-argument.js';

export interface StructureArguments extends PotentialArguments {
  readonly file: string;
  readonly frame: number;
}

export interface Subject extends BoundPotential {
  readonly system: System;
  /** The system in words. */
  readonly title: string;
}

/** @throws InputError when the file or the potential cannot be used */
export function readSubject(args: StructureArguments): Subject {
  // yargs makes an empty name of a lone hyphen.
  if (args.file === '') {
    throw new InputError(
      'a structure is read from a file, found no name; for standard input give /dev/stdin',
    );
  }
  const system = readStructure(args.file, { frame: args.frame });
  return {
    ...bindPotential(args, system, args.file),
    system,
    title: `${args.file} · ${describeSystem(system)}`,
  };
}

export function describeSystem({ count, dimension, box }: System): string {
  const axes = ['a', 'b', 'c'].filter((_, k) => box.periodic[k]);
  const periodic =
    axes.length === 0
      ? 'free'
      : axes.length === dimension
        ? 'periodic'
        : `periodic along ${axes.join(' and ')}`;
  return `${count} atom${count === 1 ? '' : 's'} · ${dimension}-D · ${periodic}`;
}

/** Results that a file may hold from before, which are not those of moved atoms. */
const results = [
  'energy',
  'free_energy',
  'stress',
  'virial',
  'max_force',
  'converged',
  'step',
  'potential',
  'parameter',
  'parameter_value',
  'energy_derivative',
];
const resultColumns = ['forces', 'sensitivity', 'energies', 'stresses'];

/** A state on the way as a frame of a trajectory: its forces, energy, largest force and step beside the positions. */
export function frameOf(model: EnergyModel, state: RelaxProgress): [System, FrameExtras] {
  const { step, energy, maxForce, positions } = state;
  return [
    withPositions(withoutResults(model.system), positions),
    {
      columns: { forces: forcesAt(model, positions) },
      info: { energy, max_force: maxForce, step },
    },
  ];
}

/** The relaxed structure with what is known of it, and the potential as its JSON file describes it. */
export function relaxedStructure(rest: Equilibrium, potential: unknown): System {
  const { model, system, energy, maxForce, converged } = rest;
  const relaxed = withColumn(withoutResults(system), 'forces', forcesAt(model, coordinates(system)));
  return withInfo(relaxed, {
    energy,
    max_force: maxForce,
    converged,
    potential: JSON.stringify(potential),
  });
}

export interface SensitivityOf {
  /** As `--wrt` names it. */
  readonly parameter: string;
  readonly direction: ParameterValues;
  readonly potential: unknown;
}

/**
 * The relaxed structure with ∂x* as the column `sensitivity`, and the parameter's value where all entries that it
 * stands for have the same.
 */
export function sensitivityStructure(
  rest: Equilibrium,
  { vectors, energy }: Sensitivity,
  { parameter, direction, potential }: SensitivityOf,
): System {
  const { model, system } = rest;
  const along = parameterDirection(model.layout, system, direction);
  const values = model.theta.filter((_, k) => along[k] !== 0);
  const same = values.every((entry) => entry === values[0]);
  const moved = vectorColumn(system, coordinates({ ...system, positions: vectors }));
  const answered = withColumn(relaxedStructure(rest, potential), 'sensitivity', moved);
  return withInfo(answered, {
    parameter,
    ...(same && { parameter_value: values[0] }),
    energy_derivative: energy,
  });
}

/** The system as it was read, without what earlier programs computed for other positions. */
function withoutResults(system: System): System {
  const info = new Map([...system.info].filter(([key]) => !results.includes(key)));
  const columns = new Map([...system.columns].filter(([name]) => !resultColumns.includes(name)));
  return { ...system, info, columns };
}

function forcesAt(model: EnergyModel, x: Float64Array): Column {
  return vectorColumn(model.system, evaluate(model, x).forces);
}

/** One vector an atom, in the three coordinates that the format's positions have. */
function vectorColumn({ count, dimension }: System, flat: Float64Array): Column {
  const values = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dimension; k++) values[3 * i + k] = flat[dimension * i + k];
  }
  return { kind: 'real', width: 3, values };
}
