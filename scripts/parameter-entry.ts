/** What `--wrt` names: a parameter, or one entry of a parameter that has several (`sigma.A-B`, `diameter.B`). */
import {
  type EnergyModel,
  entryPlaces,
  type ParameterBlock,
  type ParameterValues,
} from '../potentials/index.js';
import { InputError } from '../src/message/index.js';

/**
 * One unit of change of the entry, as a direction in the space of parameters.
 *
 * @throws InputError when there is no such parameter or entry, or the entry is left out where there are several
 */
export function parameterEntry(name: string, model: EnergyModel): ParameterValues {
  const dot = name.indexOf('.');
  const parameter = dot < 0 ? name : name.slice(0, dot);
  const entry = dot < 0 ? null : name.slice(dot + 1);
  const { blocks } = model.layout;
  const block = blocks.find((candidate) => candidate.name === parameter);
  if (!block) {
    throw new InputError(
      `--wrt: there is no parameter "${parameter}"; this potential has ${blocks.map((known) => `"${known.name}"`).join(', ')}`,
    );
  }
  if (entry === null) {
    if (block.size === 1) return { [parameter]: 1 };
    throw new InputError(
      `--wrt: the parameter "${parameter}" has several entries; name one of ${entries(block, model)}`,
    );
  }
  if (block.level === 'system') {
    throw new InputError(
      `--wrt: the parameter "${parameter}" has one value for all atoms; name it without ".${entry}"`,
    );
  }
  if (entryPlaces(model.layout, block, entry).length === 0) {
    throw new InputError(
      `--wrt: the parameter "${parameter}" has no entry "${entry}"; it has ${entries(block, model)}`,
    );
  }
  return { [parameter]: { [entry]: 1 } };
}

function entries({ name, level, size }: ParameterBlock, { layout }: EnergyModel): string {
  const { species } = layout;
  const ofSpecies = species.map((label) => `${name}.${label}`).join(', ');
  if (level === 'species') return ofSpecies;
  if (level === 'pair') {
    return species.flatMap((a, k) => species.slice(k).map((b) => `${name}.${a}-${b}`)).join(', ');
  }
  return `${ofSpecies} (all atoms of a species), ${name}.0 to ${name}.${size - 1} (one atom, counted from 0)`;
}
