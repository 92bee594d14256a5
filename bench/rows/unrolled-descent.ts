/** Gradient descent with steps of one length, differentiated in reverse by hand: what unrolling costs with our kernels. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { EnergyModel } from '../../potentials/index.js';

/**
 * The gradient of ⟨w, x_S⟩ by all parameters, for x_{k+1} = x_k − rate · ∇E(x_k).
 *
 * Keeps every x_k. Backwards λ_k = λ_{k+1} − rate · H(x_k) λ_{k+1}, and θ takes up −rate · (∂²E/∂x∂θ)ᵀ λ_{k+1}.
 */
export function unrolledGradient(
  model: EnergyModel,
  start: Float64Array,
  w: Float64Array,
  steps: number,
  rate: number,
): Float64Array {
  const path = [start];
  const slope = new Float64Array(start.length);
  for (let k = 0; k < steps; k++) {
    const x = path[k];
    model.gradient(x, slope);
    path.push(x.map((value, i) => value - rate * slope[i]));
  }
  const lambda = Float64Array.from(w);
  const gradient = new Float64Array(model.layout.size);
  for (let k = steps - 1; k >= 0; k--) {
    const byParameters = model.mixedTransposeProduct(path[k], lambda);
    for (let i = 0; i < gradient.length; i++) gradient[i] -= rate * byParameters[i];
    model.hessianProduct(path[k], lambda, slope);
    for (let i = 0; i < lambda.length; i++) lambda[i] -= rate * slope[i];
  }
  return gradient;
}

/** Bytes by which the resident size of this process grows at most while `work` runs; NaN where /proc does not tell. */
export function grownBy(work: () => void): number {
  try {
    // Sets the peak back to the size of now.
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    work();
    return Number.NaN;
  }
  const before = resident('VmRSS');
  work();
  return resident('VmHWM') - before;
}

function resident(name: string): number {
  const line = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line?.[1]) * 1024;
}
