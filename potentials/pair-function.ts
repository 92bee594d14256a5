/**
 * A pair energy u(r; parameters), written in tfjs ops, as the function of squared distance and of table and atom
 * values that kernels evaluate: compiled where it can be traced, run op by op where it cannot.
 */
import * as tf from '@tensorflow/tfjs';
import {
  computeDerivatives,
  Graph,
  type InputOptions,
  type Node,
  type ScalarFunction,
  traceDerivatives,
  traceValue,
} from '../src/expression/index.js';
import {
  firstSiteInput,
  type InterpretedPair,
  type PairFunction,
  secondSiteInput,
  squaredDistance,
  tableInput,
} from '../src/kernel/index.js';
import { constant } from '../src/tensor/index.js';
import { guarded } from './guarded-parameters.js';
import { demandNoSlope } from './lost-derivative.js';
import { type Mixing, mixingFunction } from './mixing.js';
import { type Truncation, truncate } from './truncation.js';

/** Scalar tensors by the names of their parameters. */
export type PairParameters = Readonly<Record<string, tf.Scalar>>;

/** u(r; parameters): two scalars in, a scalar out. */
export type PairEnergy = (r: tf.Scalar, parameters: PairParameters) => tf.Tensor;

export interface PairDefinition {
  readonly energy: PairEnergy;
  /** Distance at which the energy itself ends, as a soft sphere's does; for pairs closer than that only. */
  readonly range?: (parameters: PairParameters) => tf.Tensor;
  readonly cutoff: number | null;
  readonly truncation: Truncation;
  readonly onset?: number;
  readonly mixing: (name: string) => Mixing;
}

/** Parameters by where their values stand. */
export interface PairInputs {
  readonly tabulated: readonly string[];
  readonly perAtom: readonly string[];
}

/**
 * Traces a pair energy with its derivatives.
 *
 * @throws Untraceable with the reason
 * @throws InputError when the energy uses a parameter that was not given
 */
export function tracePair(definition: PairDefinition, inputs: PairInputs): PairFunction {
  const options: Record<string, InputOptions> = {
    [squaredDistance]: { variable: true, nonNegative: true },
  };
  inputs.tabulated.forEach((_, k) => {
    options[tableInput(k)] = {};
  });
  inputs.perAtom.forEach((_, k) => {
    options[firstSiteInput(k)] = { variable: true };
    options[secondSiteInput(k)] = { variable: true };
  });
  const graph = new Graph();
  const u = traceDerivatives(squaredEnergy(definition, inputs), options, squaredDistance, graph);
  const range = traceValue(squaredRange(definition, inputs), options, graph);
  const derivative = (name: string) => ({ energy: u.gradient[name], slope: u.mixed[name] });
  return {
    graph,
    energy: u.value,
    slope: u.gradient[squaredDistance],
    curvature: u.mixed[squaredDistance],
    rangeSquared: range.kind === 'constant' && range.value === Infinity ? null : range,
    tables: inputs.tabulated.map((_, k) => derivative(tableInput(k))),
    sites: inputs.perAtom.map((_, k) => ({
      first: derivative(firstSiteInput(k)),
      second: derivative(secondSiteInput(k)),
    })),
  };
}

/** The same with some table parameters put in as numbers, which folds them away. */
export function specializePair(pair: PairFunction, numbers: ReadonlyMap<string, number>): PairFunction {
  if (numbers.size === 0) return pair;
  const graph = new Graph();
  const put = (node: Node): Node =>
    graph.substitute([node], (name) => {
      const value = numbers.get(name);
      return value === undefined ? undefined : graph.constant(value);
    })[0];
  const derivative = ({ energy, slope }: { energy: Node; slope: Node }) => ({
    energy: put(energy),
    slope: put(slope),
  });
  return {
    graph,
    energy: put(pair.energy),
    slope: put(pair.slope),
    curvature: put(pair.curvature),
    rangeSquared: pair.rangeSquared && put(pair.rangeSquared),
    tables: pair.tables.map(derivative),
    sites: pair.sites.map(({ first, second }) => ({ first: derivative(first), second: derivative(second) })),
  };
}

/** The same pair evaluated by running its ops for one pair at a time. */
export function interpretPair(
  definition: PairDefinition,
  inputs: PairInputs,
  backend: string | undefined,
): InterpretedPair & { rangeSquared(values: Readonly<Record<string, number>>): number } {
  const u = squaredEnergy(definition, inputs);
  const range = squaredRange(definition, inputs);
  const rangeSquared = (values: Readonly<Record<string, number>>): number =>
    definition.range
      ? computeDerivatives(range, { ...values, [squaredDistance]: 1 }, squaredDistance, backend).value
      : (definition.cutoff ?? Infinity) ** 2;
  // Of pairs that feel nothing; more would only cost time.
  let looks = 8;
  return {
    rangeSquared,
    evaluate(s, tables, sites) {
      const values: Record<string, number> = { [squaredDistance]: s };
      inputs.tabulated.forEach((_, k) => {
        values[tableInput(k)] = tables[k];
      });
      inputs.perAtom.forEach((_, k) => {
        values[firstSiteInput(k)] = sites[2 * k];
        values[secondSiteInput(k)] = sites[2 * k + 1];
      });
      // Not "unless s is less": a distance that is not a number must show in the energy.
      if (s >= rangeSquared(values)) return null;
      const { value, gradient, mixed } = computeDerivatives(u, values, squaredDistance, backend);
      if (gradient[squaredDistance] === 0 && mixed[squaredDistance] === 0 && looks-- > 0) {
        demandNoSlope(`the energy of a pair at the distance ${Math.sqrt(s)}`, (step) => {
          const moved = { ...values, [squaredDistance]: s * (1 + step) };
          return computeDerivatives(u, moved, squaredDistance, backend).value;
        });
      }
      const derivative = (name: string) => ({ energy: gradient[name], slope: mixed[name] });
      return {
        energy: value,
        slope: gradient[squaredDistance],
        curvature: mixed[squaredDistance],
        tables: inputs.tabulated.map((_, k) => derivative(tableInput(k))),
        sites: inputs.perAtom.flatMap((_, k) => [
          derivative(firstSiteInput(k)),
          derivative(secondSiteInput(k)),
        ]),
      };
    },
  };
}

/** u as a function of s = r² and of the kernels' inputs. */
function squaredEnergy(definition: PairDefinition, inputs: PairInputs): ScalarFunction {
  const { cutoff, truncation, onset } = definition;
  return (values) => {
    const parameters = mixedParameters(definition, inputs, values);
    const r = tf.sqrt(values[squaredDistance]) as tf.Scalar;
    if (truncation === 'none' || cutoff === null) return definition.energy(r, parameters);
    const whole = wholeEnergy(definition, parameters);
    return truncate(whole, truncation, cutoff, onset)(r);
  };
}

/** The energy at any distance: zero beyond its range. */
function wholeEnergy(definition: PairDefinition, parameters: PairParameters): (r: tf.Scalar) => tf.Tensor {
  const { energy, range } = definition;
  if (!range) return (r) => energy(r, parameters);
  return (r) => {
    const u = energy(r, parameters);
    return tf.where(tf.less(r, range(parameters)), u, tf.zerosLike(u));
  };
}

/** The square of the distance below which pairs are evaluated. */
function squaredRange(definition: PairDefinition, inputs: PairInputs): ScalarFunction {
  const { cutoff, range, truncation } = definition;
  return (values) => {
    const whole = constant(cutoff === null ? Infinity : cutoff * cutoff);
    if (!range || (cutoff !== null && truncation !== 'none')) return whole;
    const length = range(mixedParameters(definition, inputs, values));
    // A negative length keeps its sign, so that it can be told.
    const own = tf.mul(length, tf.abs(length));
    return cutoff === null ? own : tf.minimum(own, whole);
  };
}

function mixedParameters(
  definition: PairDefinition,
  inputs: PairInputs,
  values: Readonly<Record<string, tf.Scalar>>,
): PairParameters {
  // Without a prototype every name is the caller's own, `__proto__` as well.
  const parameters: Record<string, tf.Scalar> = Object.create(null);
  inputs.tabulated.forEach((name, k) => {
    parameters[name] = values[tableInput(k)];
  });
  inputs.perAtom.forEach((name, k) => {
    const mix = mixingFunction(definition.mixing(name));
    parameters[name] = tf.squeeze(mix(values[firstSiteInput(k)], values[secondSiteInput(k)]));
  });
  return guarded(parameters);
}
