/** The parameters of a bound potential by the names that the command line has for them. */
import { type EnergyModel, entryPlaces, findBlock, type ParameterValues } from '../../potentials/index.js';
import { InputError } from '../../src/message/index.js';
import type { ParameterChoice } from './protocol.js';

/** All that can be asked for: whole parameters of one entry, and the species or pairs of the others. */
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
  const values = placesOf(model, name).map((place) => model.theta[place]);
  return values.every((value) => value === values[0]) ? values[0] : null;
}

/** One unit of change of an entry. @throws InputError where there is none of that name */
export function unitChange(model: EnergyModel, name: string): ParameterValues {
  placesOf(model, name);
  const [parameter, entry] = split(name);
  return { [parameter]: entry === null ? 1 : { [entry]: 1 } };
}

/** The model with an entry changed by so much. */
export function changed(model: EnergyModel, name: string, by: number): EnergyModel {
  const theta = model.theta.slice();
  for (const place of placesOf(model, name)) theta[place] += by;
  return model.withTheta(theta);
}

/** Where the entry stands in θ. */
function placesOf(model: EnergyModel, name: string): number[] {
  const [parameter, entry] = split(name);
  const block = findBlock(model.layout, parameter);
  const places =
    entry === null
      ? Array.from({ length: block.size }, (_, k) => k)
      : entryPlaces(model.layout, block, entry);
  if (places.length === 0) {
    const names = parameterChoices(model).map((choice) => choice.name);
    throw new InputError(`there is no parameter "${name}"; this potential has ${names.join(', ')}`);
  }
  return places.map((place) => block.offset + place);
}

function split(name: string): [parameter: string, entry: string | null] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, null] : [name.slice(0, dot), name.slice(dot + 1)];
}
