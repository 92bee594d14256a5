/** The parameters of a bound potential by the names that the command line has for them. */
import { type EnergyModel, type ParameterValues, parameterDirection } from '../../potentials/index.js';
import type { ParameterChoice } from './protocol.js';

/** All that can be asked for: parameters of one entry, and the species or pairs of the others. */
export function parameterChoices(model: EnergyModel): ParameterChoice[] {
  const { species, blocks } = model.layout;
  const pairs = species.flatMap((a, k) => species.slice(k).map((b) => `${a}-${b}`));
  const names = blocks.flatMap(({ name, level }) => {
    if (level === 'system') return [name];
    return (level === 'pair' ? pairs : species).map((entry) => `${name}.${entry}`);
  });
  return names.map((name) => ({ name, value: parameterValue(model, name) }));
}

/** The value of an entry; null where what it stands for has several. */
export function parameterValue(model: EnergyModel, name: string): number | null {
  const along = direction(model, name);
  const values = model.theta.filter((_, k) => along[k] !== 0);
  return values.length > 0 && values.every((value) => value === values[0]) ? values[0] : null;
}

/** One unit of change of `epsilon`, `diameter.B`, `sigma.A-B`. */
export function unitChange(name: string): ParameterValues {
  const dot = name.indexOf('.');
  return dot < 0 ? { [name]: 1 } : { [name.slice(0, dot)]: { [name.slice(dot + 1)]: 1 } };
}

/** The model with an entry changed by so much. @throws InputError where there is none of that name */
export function changed(model: EnergyModel, name: string, by: number): EnergyModel {
  const along = direction(model, name);
  return model.withTheta(model.theta.map((value, k) => value + by * along[k]));
}

function direction(model: EnergyModel, name: string): Float64Array {
  return parameterDirection(model.layout, model.system, unitChange(name));
}
