/** What the commands say of their results: fields for programs, rows for people. */
import type { CurvatureReport, Equilibrium, RelaxMethod, Sensitivity } from '../src/relax/index.js';
import type { Evaluation } from './evaluation.js';
import { formatSeconds, plural, type Row } from './summary.js';

export const unitsNote = 'Energies and lengths are in the units of the input.';

export function evaluationFields({ forces: _, ...fields }: Evaluation): Omit<Evaluation, 'forces'> {
  return fields;
}

export function evaluationRows({ energy, energyPerAtom, maxForce, virial, stress }: Evaluation): Row[] {
  return [
    { label: 'energy', value: energy, digits: 12 },
    { label: 'energy per atom', value: energyPerAtom, digits: 12 },
    { label: 'largest force', value: maxForce, digits: 4 },
    ...(virial === null ? [] : [{ label: 'virial', value: virial }]),
    ...(stress === null ? [] : [{ label: 'stress', value: stress }]),
  ];
}

export function relaxationFields(rest: Equilibrium) {
  const { steps, evaluations, converged, result, message, seconds, fixed } = rest;
  return { steps, evaluations, converged, result, message, seconds, fixed: fixed.length };
}

/** What was done with atoms that do not move stands beside the potential. */
export function withFixed(description: string, { fixed }: Equilibrium): string {
  return fixed.length === 0 ? description : `${description} · ${plural(fixed.length, 'atom')} fixed`;
}

/** How a relaxation that converged did so; nothing of one that did not. */
export function relaxationSuccess(rest: Equilibrium, method: RelaxMethod): string | undefined {
  if (!rest.converged) return undefined;
  const { steps, evaluations, seconds } = rest;
  return `relaxed by ${method} in ${plural(steps, 'step')}, ${plural(evaluations, 'evaluation')}, ${formatSeconds(seconds)}`;
}

/** All null where nothing could be differentiated. */
export function sensitivityFields(parameter: string, rest: Equilibrium, sensitivity: Sensitivity | null) {
  if (!sensitivity) {
    return {
      parameter,
      dEnergy: null,
      norm1: null,
      linear: null,
      zeroModes: null,
      zeroModeKinds: null,
      stability: null,
      lowestEigenvalue: null,
      largestEigenvalue: null,
    };
  }
  const { solver, iterations, residual, result } = sensitivity.linear;
  const { zeroModes, stability, lowestEigenvalue, largestEigenvalue } = rest.curvature();
  const { count, ...zeroModeKinds } = zeroModes;
  return {
    parameter,
    dEnergy: sensitivity.energy,
    norm1: sensitivity.norm1,
    linear: { solver, iterations, residual, result },
    zeroModes: count,
    zeroModeKinds,
    stability,
    lowestEigenvalue,
    largestEigenvalue,
  };
}

export function sensitivityRows(
  parameter: string,
  rest: Equilibrium,
  sensitivity: Sensitivity | null,
): Row[] {
  if (!sensitivity) return [];
  const { linear, energy, norm1 } = sensitivity;
  const { zeroModes, stability, lowestEigenvalue } = rest.curvature();
  return [
    { label: `∂energy/∂${parameter}`, value: energy, digits: 12 },
    { label: `∂x/∂${parameter}`, value: norm1, note: 'sum of the absolute values of all coordinates' },
    {
      label: 'linear solve',
      value: linear.residual,
      digits: 3,
      note: `relative residual after ${plural(linear.iterations, 'iteration')} of ${linear.solver}`,
    },
    { label: 'zero modes', value: zeroModes.count, note: describeZeroModes(zeroModes) },
    // Where every motion is a zero mode there is no curvature.
    Number.isNaN(lowestEigenvalue)
      ? { label: 'lowest curvature', value: 'none', note: 'no motion costs energy' }
      : {
          label: 'lowest curvature',
          value: lowestEigenvalue,
          digits: 4,
          note:
            stability === 'undecided'
              ? 'too large a system to be sure that it is a minimum'
              : `a ${stability}`,
        },
  ];
}

function describeZeroModes({
  translations,
  rotations,
  rattlers,
  others,
}: CurvatureReport['zeroModes']): string {
  const counts = { translation: translations, rotation: rotations, rattler: rattlers.length, other: others };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => plural(count, word))
    .join(', ');
}

/** Where things were written. */
export function fileLines(files: Readonly<Record<string, string | undefined>>): string[] {
  const entries = Object.entries(files).filter(([, path]) => path !== undefined);
  const width = Math.max(0, ...entries.map(([what]) => what.length));
  return entries.map(([what, path]) => `${what.padEnd(width)}  ${path}`);
}
