/** A solver's run, and its answer as a flat vector: the only place that calls the solver. */
import { InputError } from '../message/index.js';
import { isolated, type TensorTree, toFloat64 } from '../tensor/index.js';
import { type Unknown, unknownOf, vectorUnknown } from './unknown.js';

/** What a solver may return for x: a tensor, a tree of tensors, or plain numbers in the order of x0. */
export type SolverOutput<X extends TensorTree> = X | Float64Array | number;

/** The solver's answer, found away from every tape. */
export function runSolver<X extends TensorTree, Aux>(
  name: string,
  solve: () => SolverOutput<X> | readonly [SolverOutput<X>, Aux],
  start: unknown,
  hasAux: boolean | undefined,
): { unknown: Unknown; values: Float64Array; aux: Aux } {
  const output = isolated(solve);
  if (hasAux && !(Array.isArray(output) && output.length === 2)) {
    throw new InputError(`${name}: with hasAux the solver must return [x, aux]; found ${String(output)}`);
  }
  const [found, aux] = hasAux
    ? (output as readonly [SolverOutput<X>, Aux])
    : [output as SolverOutput<X>, undefined as Aux];
  return { ...flat(name, found, start), aux };
}

/** The solver's answer as a flat vector, and what it is the vector of. */
function flat<X extends TensorTree>(
  name: string,
  found: SolverOutput<X>,
  start: unknown,
): { unknown: Unknown; values: Float64Array } {
  const unknown = unknownOf(found);
  if (unknown !== null) return { unknown, values: toFloat64(unknown.pack(found as X)) };
  const values =
    typeof found === 'number' ? Float64Array.of(found) : found instanceof Float64Array ? found : null;
  if (values === null) {
    throw new InputError(
      `${name}: the solver must return a float tensor, a tree of them, a Float64Array or a number; found ${String(found)}`,
    );
  }
  const like = unknownOf(start) ?? vectorUnknown(typeof found === 'number' ? [] : [values.length]);
  if (like.size !== values.length) {
    throw new InputError(
      `${name}: the solver returned ${values.length} values for a start of ${like.size} (${like})`,
    );
  }
  return { unknown: like, values: Float64Array.from(values) };
}
