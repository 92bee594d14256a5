/** The section that relaxes the shown frame in the page: its potential, its method, and how it goes. */
import { InputError } from '../../src/message/index.js';
import {
  type Frame,
  goTo,
  offeredPotential,
  offeredPotentials,
  potentialOf,
  potentialText,
  type Run,
  readPotential,
  responseOf,
  type Session,
  shownFrame,
} from '../state/index.js';
import { button, choices, element, field, setText, short } from './elements.js';
import type { Host, MakePart } from './part.js';
import { offerPotential, originOf, setOrigin, workshopOf } from './shared-workshop.js';

const METHODS = ['fire', 'gradient-descent'] as const;
type Method = (typeof METHODS)[number];

export const relaxPart: MakePart = (host) => {
  const workshop = workshopOf(host);
  const kind = element('select', { name: 'potential-kind' });
  const potential = element('textarea', {
    name: 'potential',
    rows: 9,
    spellcheck: 'false',
    autocomplete: 'off',
    class: 'code',
  });
  const method = element('select', { name: 'method' }, ...choices(METHODS));
  const maxForce = element('input', { name: 'max-force', inputmode: 'decimal', value: '1e-10' });
  const maxSteps = element('input', { name: 'max-steps', inputmode: 'numeric', value: '100000' });
  const status = element('p', { class: 'status', role: 'status' });
  const start = button('Relax', 'Relax the shown structure', () => void relax());
  const stop = button('Stop', 'Stop the relaxation', () => running?.abort());
  stop.disabled = true;
  let running: AbortController | null = null;
  /** The run that frames come into, while the last one is followed. */
  let followed: { readonly run: Run; shown: number } | null = null;
  let offered: Frame | null = null;

  offerPotential(host, () => readPotential(potential.value));
  kind.addEventListener('change', () => {
    if (offered === null) return;
    const told = kind.value === '' ? potentialOf(offered.system) : null;
    potential.value = potentialText(told ?? offeredPotential(kind.value, offered));
  });

  /** What there is to choose from follows from the structure. */
  function offer(frame: Frame): void {
    offered = frame;
    const told = potentialOf(frame.system);
    kind.replaceChildren(
      ...(told === null ? [] : [element('option', { value: '' }, 'as the file says')]),
      ...choices(offeredPotentials),
    );
    if (told === null) kind.value = frame.columns.has('diameter') ? 'soft-sphere' : 'lennard-jones';
    potential.value = potentialText(told ?? offeredPotential(kind.value, frame));
  }

  async function relax(): Promise<void> {
    const { run, session } = host;
    if (run === null || session === null || running !== null) return;
    const frame = run.frame(shownFrame(session, run));
    running = new AbortController();
    start.disabled = true;
    stop.disabled = false;
    setText(status, 'Loading what computes…');
    delete status.dataset.result;
    try {
      const asked = frame.info.get('parameter');
      const origin = originOf(run);
      const { file, done } = workshop.relax(frame, freeName(`relaxed ${origin}`), {
        potential: readPotential(potential.value),
        method: method.value as Method,
        maxForce: positive(maxForce, 'Max force'),
        maxSteps: Math.ceil(positive(maxSteps, 'Max steps')),
        parameter: typeof asked === 'string' ? asked : null,
        signal: running.signal,
        onProgress: ({ step, energy, maxForce }) =>
          setText(status, `step ${step} · energy ${short(energy)} · largest force ${short(maxForce)}`),
      });
      // Before anything is awaited: a relaxation that fails at once is not left without someone who listens.
      const shown = host.show(file);
      done.catch(() => {});
      if (await shown) follow(host, session, origin);
      const { answer, doubt } = await done;
      if (followed !== null && followed.run === host.run) {
        const arrows = answer.converged ? 'sensitivity' : null;
        host.update((session, run) => goTo({ ...session, arrows }, run, -1));
      }
      const moved = answer.step > 0 || answer.maxForce > 0;
      tell(answer.converged && moved && doubt === null, [
        `${answer.message}, ${short(answer.seconds)} s`,
        doubt,
      ]);
    } catch (error) {
      tell(false, [error instanceof Error ? error.message : String(error)]);
    } finally {
      running = null;
      start.disabled = false;
      stop.disabled = true;
    }
  }

  /** Another number for each that has been made before. */
  function freeName(name: string): string {
    const taken = host.files.map((file) => file.name);
    for (let k = 1; ; k++) {
      const numbered = k === 1 ? name : `${name} (${k})`;
      if (!taken.includes(numbered)) return numbered;
    }
  }

  function tell(good: boolean, messages: readonly (string | null)[]): void {
    const told = messages.filter((message) => message !== null).join('. ');
    // As the fields are called here.
    setText(
      status,
      told.replace(/\bmax(Steps|Force)\b/g, (_, what: string) => `Max ${what.toLowerCase()}`),
    );
    status.dataset.result = good ? 'good' : 'doubtful';
  }

  /** The new run is looked at as the one before was; its last frame is shown as long as nobody moves away. */
  function follow({ run, update }: Host, before: Session, origin: string): void {
    if (run === null) return;
    setOrigin(run, origin);
    followed = { run, shown: run.length - 1 };
    update(() => goTo({ ...before, change: 0 }, run, -1));
  }

  const content = element(
    'div',
    {},
    field('Potential', kind),
    field('As JSON', potential),
    field('Method', method),
    element('div', { class: 'columns' }, field('Max force', maxForce), field('Max steps', maxSteps)),
    element('div', { class: 'buttons pair' }, start, stop),
    status,
  );
  return {
    place: 'side',
    title: 'Relax',
    folded: true,
    element: content,
    setRun(run) {
      // What was told is of another structure.
      if (run !== followed?.run) {
        followed = null;
        if (running === null) setText(status, '');
      }
      offer(run.first);
      // What says its potential and has not been relaxed is here to be relaxed.
      const told = potentialOf(run.first.system) !== null && responseOf(run.first) === null;
      const section = content.closest('details');
      if (told && section !== null) section.open = true;
    },
    show(session, run) {
      if (followed === null || followed.run !== run || session.playing) return;
      if (shownFrame(session, run) !== followed.shown) followed = null;
      else if (run.length - 1 > followed.shown) {
        followed.shown = run.length - 1;
        host.update((session, run) => goTo(session, run, -1));
      }
    },
    close: () => workshop.close(),
  };
};

/** @throws InputError */
function positive(input: HTMLInputElement, what: string): number {
  const value = Number(input.value);
  if (input.value.trim() !== '' && value > 0) return value;
  throw new InputError(`${what} must be a positive number, found "${input.value}"`);
}
