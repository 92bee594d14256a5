/** The one workshop of a viewer, which its parts share; it is made when the first of them asks for it. */
import { potentialOf, type Run } from '../state/index.js';
import type { Host } from './part.js';
import { Workshop } from './workshop.js';

interface Shared {
  readonly workshop: Workshop;
  /** What the panel has as the potential of structures that do not say theirs. @throws InputError */
  chosen: () => unknown;
}

const all = new WeakMap<Host, Shared>();

function sharedOf(host: Host): Shared {
  let found = all.get(host);
  if (found === undefined) {
    found = { workshop: new Workshop(), chosen: () => null };
    all.set(host, found);
  }
  return found;
}

export function workshopOf(host: Host): Workshop {
  return sharedOf(host).workshop;
}

/** Says where the potential of structures comes from that do not name one. */
export function offerPotential(host: Host, chosen: () => unknown): void {
  sharedOf(host).chosen = chosen;
}

/** What a frame was relaxed with, as far as its file says so; else what the panel has. @throws InputError */
export function potentialFor(host: Host, run: Run, index: number): unknown {
  return potentialOf(run.frame(index).system) ?? sharedOf(host).chosen();
}

const origins = new WeakMap<Run, string>();

/** The name of the file that a run came from, through however many relaxations. */
export function originOf(run: Run): string {
  return origins.get(run) ?? run.name;
}

export function setOrigin(run: Run, name: string): void {
  origins.set(run, name);
}
