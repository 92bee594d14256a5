/** The structure that a command works on, with its potential; and structures on their way out to a file. */
import { type Column, type Info, readStructure, type System } from '../systems/index.js';
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

/** Results that a file may hold from before and that are not those of moved atoms. */
const stale = ['energy', 'free_energy', 'stress', 'virial', 'max_force', 'converged', 'step'];

/** The system as it was read, without what earlier programs computed for other positions. */
export function withoutResults(system: System): System {
  const info = new Map<string, Info>([...system.info].filter(([key]) => !stale.includes(key)));
  const columns = new Map<string, Column>([...system.columns].filter(([name]) => name !== 'forces'));
  return { ...system, info, columns };
}

/** One vector an atom as a column in the three coordinates that the format's positions have. */
export function vectorColumn({ count, dimension }: System, flat: Float64Array): Column {
  const values = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dimension; k++) values[3 * i + k] = flat[dimension * i + k];
  }
  return { kind: 'real', width: 3, values };
}
