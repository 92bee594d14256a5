/** What the worker does and what the page knows of it, without either: messages in, messages out. */
import { describe, expect, test } from 'vitest';
import { potentialFromConfig } from '../../potentials/index.js';
import { relax } from '../../src/relax/index.js';
import { bidispersePacking, coordinates } from '../../systems/index.js';
import { createDesk } from '../../viz/relax/desk.js';
import {
  createRelaxer,
  type Relaxer,
  type RelaxFrame,
  type RelaxWorker,
  systemData,
} from '../../viz/relax/index.js';
import type { ToWorker } from '../../viz/relax/protocol.js';

const potential = { kind: 'soft-sphere', parameters: { diameter: { A: 1, B: 0.6 } } };
const system = bidispersePacking({ count: 24, diameters: [1, 0.6], packingFraction: 0.98, seed: 3 });

/** A worker's desk in this thread; what goes either way is cloned as between threads. */
function local(): { worker: RelaxWorker; ended: () => boolean } {
  let ended = false;
  const desk = createDesk((message) => {
    const data = structuredClone(message);
    queueMicrotask(() => {
      if (!ended) worker.onmessage?.call(worker as Worker, { data } as MessageEvent);
    });
  });
  const worker: RelaxWorker = {
    onmessage: null,
    onerror: null,
    postMessage: (message: ToWorker) => void desk.receive(structuredClone(message)),
    terminate: () => {
      ended = true;
    },
  };
  return { worker, ended: () => ended };
}

function relaxer(): Relaxer {
  return createRelaxer(() => local().worker);
}

describe('a relaxer', () => {
  test('gives what the library gives, with the frames on the way', async () => {
    const frames: RelaxFrame[] = [];
    const question = { system: systemData(system), potential, maxForce: 1e-10 };
    const answer = await relaxer().relax(question, { onFrames: (next) => frames.push(...next) });
    const here = relax(system, potentialFromConfig(potential), { maxForce: 1e-10, maxSteps: 100_000 });
    expect([...answer.positions]).toEqual([...coordinates(here.system)]);
    expect([answer.energy, answer.step, answer.converged]).toEqual([here.energy, here.steps, true]);
    expect(Math.max(...answer.forces.map(Math.abs))).toBeLessThanOrEqual(1e-10);
    expect(frames[0]).toMatchObject({ step: 0, positions: coordinates(system) });
    const steps = frames.map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    // Every step at first; each doubling of the steps is as many frames again.
    expect(steps.slice(0, 200)).toEqual(Array.from({ length: Math.min(200, steps.length) }, (_, k) => k));
    expect(answer.parameters.map(({ name }) => name)).toContain('diameter.B');
    expect(answer.parameters.find(({ name }) => name === 'diameter.B')?.value).toBe(0.6);
  });

  test('differentiates an equilibrium until it is released', async () => {
    const one = relaxer();
    const { equilibrium } = await one.relax({ system: systemData(system), potential });
    const { vectors, energyDerivative, doubt, value } = await one.sensitivity(equilibrium, 'diameter.B');
    const here = relax(system, potentialFromConfig(potential), { maxForce: 1e-10, maxSteps: 100_000 });
    const known = here.sensitivity({ diameter: { B: 1 } });
    expect([...vectors]).toEqual([...known.vectors.data]);
    expect([energyDerivative, value, doubt]).toEqual([known.energy, 0.6, null]);
    await expect(one.sensitivity(equilibrium, 'size')).rejects.toThrow(/"size"/);
    one.release(equilibrium);
    await expect(one.sensitivity(equilibrium, 'diameter.B')).rejects.toThrow(/no equilibrium/);
  });

  test('relaxes at a changed parameter', async () => {
    const change = { parameter: 'diameter.B', by: 0.01 };
    const { energy, parameters } = await relaxer().relax({ system: systemData(system), potential, change });
    const larger = { ...potential, parameters: { diameter: { A: 1, B: 0.6 + 0.01 } } };
    expect(energy).toBe(
      relax(system, potentialFromConfig(larger), { maxForce: 1e-10, maxSteps: 100_000 }).energy,
    );
    expect(parameters.find(({ name }) => name === 'diameter.B')?.value).toBe(0.61);
  });

  test('says what keeps it from converging, and doubts what is differentiated there', async () => {
    const one = relaxer();
    const answer = await one.relax({ system: systemData(system), potential, maxSteps: 3 });
    expect(answer.converged).toBe(false);
    expect(answer.message).toMatch(/raise maxSteps/);
    const { doubt } = await one.sensitivity(answer.equilibrium, 'diameter.B');
    expect(doubt).toMatch(/forces have not vanished/);
  });

  test('is stopped on the way, and refuses what cannot be', async () => {
    const stop = new AbortController();
    const question = { system: systemData(system), potential, maxForce: 1e-300, maxSteps: 1e9 };
    const answer = await relaxer().relax(question, { signal: stop.signal, onFrames: () => stop.abort() });
    expect(answer.message).toMatch(/stopped by the caller/);
    const wrong = { system: systemData(system), potential: { kind: 'soft-cube' } };
    await expect(relaxer().relax(wrong)).rejects.toThrow(/soft-cube/);
  });

  test('starts its worker with the first question, and ends it with what waits for it', async () => {
    let started = 0;
    const { worker, ended } = local();
    const one = createRelaxer(() => {
      started++;
      return worker;
    });
    expect(started).toBe(0);
    const waiting = one.relax({ system: systemData(system), potential, maxForce: 1e-300, maxSteps: 1e9 });
    expect(started).toBe(1);
    one.close();
    await expect(waiting).rejects.toThrow(/closed/);
    expect(ended()).toBe(true);
    await expect(one.sensitivity(1, 'epsilon')).rejects.toThrow(/closed/);
  });

  test('tells when its worker cannot be loaded, and starts another for the next question', async () => {
    const broken: RelaxWorker = { onmessage: null, onerror: null, postMessage() {}, terminate() {} };
    const workers = [broken, local().worker];
    const one = createRelaxer(() => workers.shift() ?? broken);
    const lost = one.relax({ system: systemData(system), potential });
    broken.onerror?.call(broken as Worker, { message: '' } as ErrorEvent);
    await expect(lost).rejects.toThrow(/could not be loaded/);
    expect((await one.relax({ system: systemData(system), potential })).converged).toBe(true);
  });
});
