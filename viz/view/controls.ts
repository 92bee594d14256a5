/** The controls beside and below the picture: plain HTML, each with its label; they change the session and show it. */
import { type LoopMode, loopModes, type Run, type Session, shownFrame } from '../state/index.js';
import { element } from './elements.js';

export interface Actions {
  change(part: Partial<Session>): void;
  goTo(frame: number): void;
  step(frames: number): void;
  togglePlay(): void;
  resetView(): void;
  savePicture(): void;
  toggleTheme(): void;
}

export interface Controls {
  readonly panel: HTMLElement;
  readonly transport: HTMLElement;
  setRun(run: Run): void;
  show(session: Session, run: Run): void;
}

export function createControls(actions: Actions): Controls {
  const colorBy = element('select', { id: 'color-by' });
  const arrows = element('select', { id: 'arrows' });
  const arrowScale = slider('arrow-scale', -2, 2, 0.01);
  const radiusScale = slider('radius-scale', 0.1, 2, 0.01);
  const projection = element('select', { id: 'projection' }, ...options(['orthographic', 'perspective']));
  const cell = element('input', { id: 'cell', type: 'checkbox' });
  const wrap = element('input', { id: 'wrap', type: 'checkbox' });
  colorBy.addEventListener('change', () => actions.change({ colorBy: colorBy.value || null }));
  arrows.addEventListener('change', () => actions.change({ arrows: arrows.value || null }));
  arrowScale.addEventListener('input', () => actions.change({ arrowScale: 10 ** Number(arrowScale.value) }));
  radiusScale.addEventListener('input', () => actions.change({ radiusScale: Number(radiusScale.value) }));
  projection.addEventListener('change', () =>
    actions.change({ projection: projection.value as Session['projection'] }),
  );
  cell.addEventListener('change', () => actions.change({ cell: cell.checked }));
  wrap.addEventListener('change', () => actions.change({ wrap: wrap.checked }));
  const summary = element('p', { class: 'summary' });
  const panel = element(
    'section',
    { class: 'panel', 'aria-label': 'Look' },
    summary,
    field('Colour by', colorBy),
    field('Radii', radiusScale),
    field('Arrows', arrows),
    field('Arrow length', arrowScale),
    field('Projection', projection),
    element('div', { class: 'check' }, cell, element('label', { for: 'cell' }, 'Cell')),
    element('div', { class: 'check' }, wrap, element('label', { for: 'wrap' }, 'Atoms in the cell')),
    element(
      'div',
      { class: 'buttons' },
      button('Reset view', 'Reset the view (R)', actions.resetView),
      button('Save PNG', 'Save the picture as PNG (S)', actions.savePicture),
      button('Light / dark', 'Light or dark (T)', actions.toggleTheme),
    ),
  );

  const play = button('▶', 'Play', actions.togglePlay);
  const frame = slider('frame', 0, 0, 1);
  const speed = element(
    'select',
    { id: 'speed' },
    ...[1, 5, 10, 20, 30, 60].map((value) => element('option', { value }, `${value} frames/s`)),
  );
  const loop = element('select', { id: 'loop' }, ...options(loopModes));
  const position = element('output', { for: 'frame', class: 'position' });
  frame.setAttribute('aria-label', 'Frame');
  speed.setAttribute('aria-label', 'Speed');
  loop.setAttribute('aria-label', 'At the end');
  frame.addEventListener('input', () => actions.goTo(Number(frame.value)));
  speed.addEventListener('change', () => actions.change({ speed: Number(speed.value) }));
  loop.addEventListener('change', () => actions.change({ loop: loop.value as LoopMode }));
  const transport = element(
    'section',
    { class: 'transport', 'aria-label': 'Playback' },
    button('❘◀', 'First frame (Home)', () => actions.goTo(0)),
    button('◀', 'One frame back (←)', () => actions.step(-1)),
    play,
    button('▶❘', 'One frame on (→)', () => actions.step(1)),
    button('▶▶❘', 'Last frame (End)', () => actions.goTo(-1)),
    frame,
    position,
    speed,
    loop,
  );

  return {
    panel,
    transport,
    setRun(run) {
      colorBy.replaceChildren(element('option', { value: '' }, 'species'), ...options(run.scalars));
      arrows.replaceChildren(element('option', { value: '' }, 'none'), ...options(run.vectors));
      frame.max = String(run.frames.length - 1);
      transport.hidden = run.frames.length < 2;
    },
    show(session, run) {
      const shown = shownFrame(session, run);
      const last = run.frames.length - 1;
      const { count, dimension } = run.frames[shown];
      summary.textContent = `${run.name} · ${count} atoms · ${dimension}-D`;
      play.textContent = session.playing ? '❘❘' : '▶';
      play.setAttribute('aria-label', session.playing ? 'Pause (space)' : 'Play (space)');
      play.title = session.playing ? 'Pause (space)' : 'Play (space)';
      frame.value = String(shown);
      frame.setAttribute('aria-valuetext', `frame ${shown} of ${last}`);
      position.textContent = `${shown} / ${last}`;
      speed.value = String(session.speed);
      loop.value = session.loop;
      colorBy.value = session.colorBy ?? '';
      arrows.value = session.arrows ?? '';
      arrowScale.value = String(Math.log10(session.arrowScale));
      arrowScale.setAttribute('aria-valuetext', `${session.arrowScale.toPrecision(3)} times`);
      arrowScale.disabled = session.arrows === null;
      radiusScale.value = String(session.radiusScale);
      projection.value = session.projection;
      cell.checked = session.cell;
      wrap.checked = session.wrap;
    },
  };
}

function field(label: string, control: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), control);
}

function options(values: readonly string[]): HTMLOptionElement[] {
  return values.map((value) => element('option', { value }, value));
}

function slider(id: string, min: number, max: number, by: number): HTMLInputElement {
  return element('input', { id, type: 'range', min, max, step: by });
}

function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', title: label, 'aria-label': label }, text);
  made.addEventListener('click', onClick);
  return made;
}
