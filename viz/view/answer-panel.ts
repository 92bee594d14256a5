/**
 * The section that moves a structure along its answer to a parameter: a slider for δθ, by which the atoms go to
 * x + δθ·∂x*, and a button that relaxes again at θ + δθ and holds first order against the truth.
 */

import type { ViewerFile } from '../files/index.js';
import {
  goTo,
  largestChange,
  type Response,
  type Run,
  responseOf,
  type Session,
  shownFrame,
} from '../state/index.js';
import { button, choices, element, field, idOf, setText, short, slider } from './elements.js';
import type { MakePart } from './part.js';
import { originOf, potentialFor, setOrigin, workshopOf } from './shared-workshop.js';
import type { Compared } from './workshop.js';

/** Steps of the slider on either side of zero. */
const STEPS = 100;

/** The frame that answers, with all that leads back to it. */
interface Base {
  readonly file: ViewerFile;
  readonly run: Run;
  readonly index: number;
  readonly response: Response;
}

interface Comparison extends Compared {
  /** How far first order was off. */
  readonly told: string;
  readonly run: Run;
  readonly base: Base;
  readonly change: number;
}

export const answerPart: MakePart = (host) => {
  const workshop = workshopOf(host);
  const parameter = element('select', { name: 'parameter' });
  const others = button('Other parameters', 'Other parameters of the potential', () => void listOthers());
  const change = slider('change', -1, 1, 0.01);
  const value = element('output', { for: idOf(change), class: 'value' });
  const back = button('Zero', 'Zero change', () => moveTo(0));
  const again = button(
    'Relax again',
    'Relax again at the changed parameter, and compare',
    () => void relaxAgain(),
  );
  const result = element('p', { class: 'status', role: 'status' });
  const guess = button('First order', 'First order: where the atoms would go', () => showFrame(0));
  const truth = button('Truth', 'Truth: relaxed again', () => showFrame(1));
  const both = button('Both', 'Both: the truth, with outlines where the atoms would go', () =>
    showFrame(1, 0),
  );
  const goOn = button(
    'Go on from the truth',
    'Go on from the truth: the structure that was relaxed again',
    () => {
      comparison = null;
      showFrame(1);
      // What is of interest now is where it goes next.
      host.update((session) => ({
        ...session,
        arrows: session.arrows === 'difference' ? 'sensitivity' : session.arrows,
      }));
    },
  );
  const outcome = element('p', { class: 'status', role: 'status', 'data-result': 'good' });
  const compared = element(
    'div',
    { class: 'compared', hidden: true },
    outcome,
    element(
      'div',
      { class: 'buttons three', role: 'group', 'aria-label': 'Which is shown' },
      both,
      guess,
      truth,
    ),
    goOn,
  );
  const hint = element(
    'p',
    { class: 'summary' },
    'This frame has no sensitivity. Relax it below, or open what “stillpoint sensitivity” has written.',
  );
  const controls = element(
    'div',
    {},
    field('Parameter', parameter),
    element('div', { class: 'field' }, others),
    element('div', { class: 'field' }, element('label', { for: idOf(change) }, 'Change'), change, value),
    element('div', { class: 'buttons pair' }, again, back),
    result,
    compared,
  );
  let base: Base | null = null;
  let comparison: Comparison | null = null;
  let working = false;
  let listed = '';

  change.addEventListener('input', () => moveTo(Number(change.value)));
  parameter.addEventListener('change', () => void respond(parameter.value));

  /** A slider that stands away from the frame that it moves leads back there. */
  function moveTo(by: number): void {
    if (base === null) return;
    const { file, run, index } = base;
    const before = host.session;
    setText(result, '');
    delete result.dataset.result;
    const set = (session: Session): Session => ({ ...session, change: by });
    if (host.run === run) {
      host.update((session, run) => set(goTo(session, run, index)));
      return;
    }
    void host.show(file).then((good) => {
      if (!good || host.run !== run || before === null) return;
      host.update((session, run) => {
        const { camera } = before;
        return set(goTo({ ...session, camera }, run, index));
      });
    });
  }

  function showFrame(frame: number, ghost: number | null = null): void {
    host.update((session, run) => goTo({ ...session, ghost }, run, frame));
  }

  async function attempt(what: string, work: () => Promise<string>): Promise<void> {
    if (working) return;
    working = true;
    again.disabled = true;
    setText(result, what);
    delete result.dataset.result;
    try {
      setText(result, await work());
      result.dataset.result = 'good';
    } catch (error) {
      setText(result, error instanceof Error ? error.message : String(error));
      result.dataset.result = 'doubtful';
    } finally {
      working = false;
      again.disabled = false;
      host.redraw();
    }
  }

  const relaxAgain = (): Promise<void> =>
    attempt('Relaxing…', async () => {
      const { session } = host;
      if (base === null || session === null) return '';
      const from = base;
      const { parameter, value } = from.response;
      if (parameter === null) throw new Error('The file does not say which parameter its sensitivity is to.');
      const by = comparison?.change ?? session.change;
      const origin = originOf(from.run);
      const at = value === null ? `${parameter} ${signed(by)}` : `${parameter} = ${short(value + by)}`;
      const potential = potentialFor(host, from.run, from.index);
      const made = await workshop.compare(
        from.run.frame(from.index),
        potential,
        { parameter, by },
        `${origin} at ${at}`,
      );
      if (!made.answer.converged) throw new Error(made.answer.message);
      const run = await made.file.open({ notice() {}, error() {}, replaced() {} });
      setOrigin(run, origin);
      const { largest, atom, rms } = made.difference;
      const { step, seconds } = made.answer;
      const told =
        `First order is off by ${short(largest)} at most (atom ${atom}), ${short(rms)} root mean square; ` +
        `the atoms moved by ${short(moved(from, by))}. Relaxed again in ${step} steps, ${short(seconds)} s.`;
      comparison = { ...made, told, run, base: from, change: by };
      if (await host.show(made.file)) {
        host.update((_, run) => goTo({ ...session, change: 0, arrows: 'difference', ghost: 0 }, run, 1));
      }
      return '';
    });

  const respond = (name: string): Promise<void> =>
    attempt('Differentiating…', async () => {
      const { session } = host;
      if (base === null || session === null) return '';
      const { run, index } = base;
      const origin = originOf(run);
      const made = await workshop.respond(
        run.frame(index),
        potentialFor(host, run, index),
        name,
        `${origin} and ${name}`,
      );
      const next = made.run;
      setOrigin(next, origin);
      if (await host.show({ name: next.name, open: async () => next })) {
        host.update(() => ({ ...session, time: 0, playing: false, change: 0, arrows: 'sensitivity' }));
      }
      return made.doubt ?? '';
    });

  const listOthers = (): Promise<void> =>
    attempt('Looking…', async () => {
      if (base === null) return '';
      const { run, index } = base;
      await workshop.know(run.frame(index), potentialFor(host, run, index));
      return '';
    });
  return {
    place: 'side',
    title: 'Answer',
    element: element('div', {}, hint, controls),
    setRun(run) {
      if (run === comparison?.run) return;
      comparison = null;
      if (!working) setText(result, '');
    },
    show(session, run) {
      const index = shownFrame(session, run);
      if (run !== comparison?.run) {
        comparison = null;
        const frame = run.frame(index);
        const response = responseOf(frame);
        if (response === null || host.file === null) base = null;
        else if (base?.run !== run || base.index !== index) base = { file: host.file, run, index, response };
      }
      hint.hidden = base !== null;
      controls.hidden = base === null;
      compared.hidden = comparison === null;
      setText(outcome, comparison?.told ?? '');
      if (base === null) return;
      offer(base);
      const by = comparison?.change ?? session.change;
      const largest = largestChange(base.run.frame(base.index), base.response);
      change.max = String(largest);
      change.min = String(-largest);
      change.step = String(largest / STEPS);
      change.value = String(by);
      const told = describe(base.response, by);
      setText(value, told);
      change.setAttribute('aria-valuetext', told);
      const alone = session.ghost === null;
      both.setAttribute('aria-pressed', String(!alone));
      guess.setAttribute('aria-pressed', String(alone && index === 0));
      truth.setAttribute('aria-pressed', String(alone && index === 1));
    },
  };

  function offer({ run, index, response }: Base): void {
    const known = workshop.parametersOf(run.frame(index)).map(({ name }) => name);
    const shown = response.parameter ?? 'not named';
    const names = known.includes(shown) ? known : [shown, ...known];
    others.hidden = known.length > 0;
    if (listed !== names.join(' ')) {
      listed = names.join(' ');
      parameter.replaceChildren(...choices(names));
    }
    parameter.value = shown;
    parameter.disabled = names.length < 2;
  }
};

function describe({ parameter, value }: Response, by: number): string {
  const name = parameter ?? 'θ';
  if (value === null) return `${name} ${signed(by)}`;
  return by === 0 ? `${name} = ${short(value)}` : `${name} = ${short(value + by)} (${signed(by)})`;
}

function signed(by: number): string {
  return by < 0 ? `−${short(-by)}` : `+${short(by)}`;
}

/** How far the atoms go to first order, in the root mean square. */
function moved({ response, run, index }: Base, by: number): number {
  const square = response.vectors.reduce((sum, component) => sum + component * component, 0);
  return Math.abs(by) * Math.sqrt(square / run.frame(index).count);
}
