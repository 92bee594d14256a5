/** The parameters that an energy is called with: a misspelt one is told by its name, before tfjs stumbles over it. */
import type * as tf from '@tensorflow/tfjs';
import { InputError } from '../src/message/index.js';
import { listed } from './parameter-values.js';

/** Parameters that answer an unknown name with an error in place of `undefined`. */
export function guarded<Tensor extends tf.Tensor>(
  parameters: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  return new Proxy(parameters, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !Object.hasOwn(target, name)) {
        throw new InputError(
          `the energy uses a parameter "${name}" that was not given; given are ${listed(Object.keys(target))}`,
        );
      }
      return Reflect.get(target, name, receiver);
    },
  });
}
