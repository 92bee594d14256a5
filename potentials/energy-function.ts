/**
 * An energy that is any tfjs function of all positions: many-body terms, neural networks, external fields.
 *
 * It is called as it is, on the backend of one's choice, and differentiated by tfjs: the same interface as a pair
 * potential, other speed. Energies of pairs belong in `pairPotential`, which compiles them.
 */
import * as tf from '@tensorflow/tfjs';
import { checkOptions, InputError } from '../src/message/index.js';
import { random } from '../src/random/index.js';
import { availableBackend, float64, gradientsOf, toFloat64, useBackend } from '../src/tensor/index.js';
import type { System } from '../systems/index.js';
import { checkBindOptions, type EnergyModel, type Potential } from './energy-model.js';
import { guarded } from './guarded-parameters.js';
import { demandNoSlope } from './lost-derivative.js';
import {
  layOutParameters,
  type ParameterBlock,
  type ParameterLayout,
  type ParameterValues,
  pairIndex,
} from './parameter-values.js';

/**
 * E(positions, parameters): positions are `count × dimension`; a parameter has the shape [] (system), [species],
 * [species, species] (pairs, symmetric) or [count] (atoms). The result has one element.
 */
export type SystemEnergy = (
  positions: tf.Tensor2D,
  parameters: Readonly<Record<string, tf.Tensor>>,
  system: System,
) => tf.Tensor;

export interface EnergyFunctionDefinition {
  name?: string;
  energy: SystemEnergy;
  /** Parameters that may be left out, with their values. */
  defaults?: ParameterValues;
  /** tfjs backend to run on; 'float64' by default. A float32 backend cannot meet tight tolerances, which is told. */
  backend?: string;
}

const definitionNames: readonly (keyof EnergyFunctionDefinition)[] = [
  'name',
  'energy',
  'defaults',
  'backend',
];

export type EnergyFunctionFactory = (parameters?: ParameterValues) => Potential;

/**
 * Defines a potential from a tfjs function of all positions.
 *
 * @returns a function from parameters to a potential
 */
export function energyFunction(definition: EnergyFunctionDefinition): EnergyFunctionFactory {
  checkOptions('energyFunction', definition, definitionNames);
  const { name = 'energy function', energy } = definition;
  if (typeof energy !== 'function') {
    throw new InputError(`energyFunction needs a tfjs function as its energy, found ${typeof energy}`);
  }
  return (given = {}) => ({
    name,
    bind(system, bindOptions = {}) {
      checkBindOptions(bindOptions);
      const { layout, theta } = layOutParameters({ ...definition.defaults, ...given }, system);
      return new FunctionModel(system, layout, theta, definition);
    },
  });
}

class FunctionModel implements EnergyModel {
  readonly interpreted = 'it is a function of all positions';
  readonly unitRoundoff: number;
  private readonly backend: string;
  /** Known to be the same wherever the atoms are. */
  private flat = false;

  constructor(
    readonly system: System,
    readonly layout: ParameterLayout,
    readonly theta: Float64Array,
    private readonly definition: EnergyFunctionDefinition,
  ) {
    this.backend = availableBackend(definition.backend ?? 'float64');
    this.unitRoundoff = this.backend === 'float64' ? 2 ** -53 : 2 ** -24;
  }

  energy(x: Float64Array): number {
    return this.run(x, (positions, parameters) => this.evaluate(positions, parameters).dataSync()[0]);
  }

  gradient(x: Float64Array, gradient: Float64Array): number {
    return this.run(x, (positions, parameters) => {
      const { value, grads } = gradientsOf(() => this.evaluate(positions, parameters), [positions]);
      if (!grads[0] && !this.flat) this.demandFlat(x);
      write(grads[0], gradient);
      return value.dataSync()[0];
    });
  }

  /** Without a box in the function, only a free system says how its energy answers strain. */
  strainGradient(x: Float64Array): { energy: number; strain: Float64Array } | null {
    const { dimension, box } = this.system;
    if (box.periodic.some(Boolean)) return null;
    const gradient = new Float64Array(x.length);
    const energy = this.gradient(x, gradient);
    const strain = new Float64Array(dimension ** 2);
    for (let i = 0; i < x.length; i += dimension) {
      for (let a = 0; a < dimension; a++) {
        for (let b = 0; b < dimension; b++) strain[a * dimension + b] += gradient[i + a] * x[i + b];
      }
    }
    return { energy, strain };
  }

  hessianProduct(x: Float64Array, v: Float64Array, product: Float64Array): void {
    this.run(x, (positions, parameters) => {
      const direction = this.positions(v);
      const along = (): tf.Scalar => this.slope(positions, parameters, direction);
      write(gradientsOf(along, [positions]).grads[0], product);
    });
  }

  /** It says nothing of single atoms. */
  atomEnergies(): null {
    return null;
  }

  parameterGradient(x: Float64Array): Float64Array {
    return this.run(x, (positions, parameters) =>
      this.gather(gradientsOf(() => this.evaluate(positions, parameters), Object.values(parameters)).grads),
    );
  }

  /** (∂²E/∂x∂θ) δθ as the gradient, by positions, of the energy's derivative along δθ. */
  mixedProduct(x: Float64Array, direction: Float64Array, product: Float64Array): void {
    this.run(x, (positions, parameters) => {
      const tangents = this.tensors(direction);
      const along = (): tf.Scalar => {
        const { grads } = gradientsOf(() => this.evaluate(positions, parameters), Object.values(parameters));
        const terms = Object.values(tangents).map((t, k) => tf.sum(tf.mul(grads[k] ?? tf.zerosLike(t), t)));
        return terms.reduce((sum, term) => tf.add(sum, term), tf.scalar(0)) as tf.Scalar;
      };
      write(gradientsOf(along, [positions]).grads[0], product);
    });
  }

  mixedTransposeProduct(x: Float64Array, w: Float64Array): Float64Array {
    return this.run(x, (positions, parameters) => {
      const along = (): tf.Scalar => this.slope(positions, parameters, this.positions(w));
      return this.gather(gradientsOf(along, Object.values(parameters)).grads);
    });
  }

  withTheta(theta: Float64Array): FunctionModel {
    return new FunctionModel(this.system, this.layout, theta, this.definition);
  }

  /** Without a derivative by the positions it may not change with them. @throws InputError where it does */
  private demandFlat(x: Float64Array): void {
    const { normal } = random(1);
    const direction = Float64Array.from(x, normal);
    demandNoSlope(this.definition.name ?? 'the energy function', (step) =>
      this.energy(x.map((value, k) => value + step * direction[k])),
    );
    this.flat = true;
  }

  private evaluate(positions: tf.Tensor2D, parameters: Record<string, tf.Tensor>): tf.Scalar {
    const value = this.definition.energy(positions, guarded(parameters), this.system);
    if (value?.size !== 1) {
      const found = value?.shape ? `a tensor of shape [${value.shape}]` : `a ${typeof value}`;
      throw new InputError(`an energy is a tensor of one number; the function returned ${found}`);
    }
    return tf.squeeze(value);
  }

  /** The derivative of the energy along a displacement of the atoms. */
  private slope(
    positions: tf.Tensor2D,
    parameters: Record<string, tf.Tensor>,
    direction: tf.Tensor2D,
  ): tf.Scalar {
    const { grads } = gradientsOf(() => this.evaluate(positions, parameters), [positions]);
    return tf.sum(tf.mul(grads[0] ?? tf.zerosLike(positions), direction));
  }

  private run<T>(
    x: Float64Array,
    compute: (positions: tf.Tensor2D, parameters: Record<string, tf.Tensor>) => T,
  ): T {
    return useBackend(this.backend, () => {
      tf.engine().startScope('energy');
      try {
        return compute(this.positions(x), this.tensors(this.theta));
      } finally {
        tf.engine().endScope();
      }
    });
  }

  private positions(x: Float64Array): tf.Tensor2D {
    return float64(x, [this.system.count, this.system.dimension]) as tf.Tensor2D;
  }

  /** θ, or a direction in its space, as one tensor a parameter. */
  private tensors(theta: Float64Array): Record<string, tf.Tensor> {
    const count = this.layout.species.length;
    return Object.fromEntries(
      this.layout.blocks.map(({ name, level, offset, size }) => {
        const entries = theta.subarray(offset, offset + size);
        if (level === 'system') return [name, float64(entries, [])];
        if (level !== 'pair') return [name, float64(entries, [size])];
        const table = Float64Array.from(
          { length: count * count },
          (_, k) => entries[pairIndex(Math.floor(k / count), k % count, count)],
        );
        return [name, float64(table, [count, count])];
      }),
    );
  }

  /** Gradients of the parameter tensors as a gradient of θ. */
  private gather(grads: readonly (tf.Tensor | null | undefined)[]): Float64Array {
    const gradient = new Float64Array(this.layout.size);
    this.layout.blocks.forEach((block, k) => {
      const tensor = grads[k];
      if (tensor) addEntries(block, toFloat64(tensor), this.layout.species.length, gradient);
    });
    return gradient;
  }
}

function addEntries(
  block: ParameterBlock,
  values: Float64Array,
  species: number,
  gradient: Float64Array,
): void {
  if (block.level !== 'pair') {
    gradient.set(values, block.offset);
    return;
  }
  // An entry off the diagonal stands twice in the table.
  for (let a = 0; a < species; a++) {
    for (let b = 0; b < species; b++) {
      gradient[block.offset + pairIndex(a, b, species)] += values[a * species + b];
    }
  }
}

function write(tensor: tf.Tensor | null | undefined, out: Float64Array): void {
  if (tensor) out.set(tensor.dataSync());
  else out.fill(0);
}
