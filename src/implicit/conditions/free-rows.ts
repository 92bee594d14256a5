/** The support of a non-smooth step, read off its derivative. */
import { InputError } from '../../message/index.js';
import { random } from '../../random/index.js';
import { jvp, type TensorTree, toFloat64 } from '../../tensor/index.js';
import { tensorOf, unknownOf } from '../unknown.js';

/**
 * Masks like u: 0 where a row of the Jacobian of P at u is zero, 1 elsewhere.
 *
 * Entries that P holds (at zero, at a bound, outside a simplex's support, in a group that vanished) have rows of exact
 * zeros: their entry of a product with one random vector is zero, and no other is, but with probability zero. That is
 * one product for any P, those of the user included. An entry taken for a moving one in vain does no harm.
 */
export function freeRows<X extends TensorTree>(P: (u: X) => X, u: X): X {
  const unknown = unknownOf(u);
  if (unknown === null) throw new InputError('the support of a step needs an x of float tensors');
  const source = random(7);
  const probe = Float64Array.from({ length: unknown.size }, () => source.normal());
  const image = jvp<X, X>(P, u, unknown.unpack(tensorOf(probe)) as X).jvp;
  const rows = toFloat64(unknown.pack(image));
  return unknown.unpack(tensorOf(rows.map((value) => (value === 0 ? 0 : 1)))) as X;
}
