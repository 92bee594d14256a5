/**
 * Curves below the picture, and the section of the side panel that says which. Curves are drawn between two frames of
 * the screen, when nothing else is to do: playback never waits for them. What they come to at the shown frame is told
 * with every picture.
 */
import {
  type Against,
  type Curve,
  curveNames,
  curve as curveOf,
  curveReader,
  curveTable,
  goTo,
  type Plotted,
  plotted,
  type Run,
  readingOf,
  type Session,
  shownFrame,
  stepsOf,
  usualCurves,
} from '../state/index.js';
import { button, check, checkField, choices, element, field } from './elements.js';
import { shortNames } from './files.js';
import type { Host, MakePart, ThemeName } from './part.js';
import { createPlot, type Plot } from './plot.js';
import { baseName, download } from './take-away.js';

/** A file that grows has its curves drawn again so often at the most. */
const PATIENCE_MS = 250;

export const plotsPart: MakePart = (host) => {
  const here = element('section', { class: 'plots', 'aria-label': host.label('Curves') });
  const plots = new Map<string, { readonly plot: Plot; content: Plotted }>();
  let made = 0;
  let drawn: Source | null = null;
  let waiting: ReturnType<typeof setTimeout> | null = null;

  const added = (name: string, content: Plotted): Plot => {
    const plot = createPlot(name, `plot-${made++}`, {
      goTo: (frame) => host.update((session, run) => goTo(session, run, frame)),
      setLogarithmic: () => host.update((session) => toggled(session, 'otherScale', name)),
    });
    plots.set(name, { plot, content });
    return plot;
  };
  const draw = (): void => {
    waiting = null;
    const { run, session, theme, secondRun } = host;
    if (run === null || session === null) return;
    const extra = host.curves();
    drawn = sourceOf(session, run, host, extra);
    const chosen = run.length > 1 ? shownCurves(session, run, extra) : [];
    const contents = new Map(chosen.map((one) => [one.label, contentOf(session, run, secondRun, one)]));
    if ([...contents.keys()].join('\n') !== [...plots.keys()].join('\n')) {
      for (const { plot } of plots.values()) plot.close();
      plots.clear();
      here.replaceChildren(...[...contents].map(([name, content]) => added(name, content).element));
      here.hidden = plots.size === 0;
    }
    for (const [name, one] of plots) {
      one.content = contents.get(name) ?? one.content;
      one.plot.draw(one.content, theme);
    }
    tell(session, run, extra);
  };
  const tell = (session: Session, run: Run, extra: readonly Curve[]): void => {
    const frame = shownFrame(session, run);
    for (const [name, { plot, content }] of plots) {
      const values = extra.find(({ label }) => label === name)?.values;
      const read = values === undefined ? curveReader(run, name) : (k: number) => values[k];
      plot.show(readingOf(content, read, run, frame));
    }
  };

  here.hidden = true;
  return {
    place: 'below',
    element: here,
    setRun() {
      if (waiting !== null) clearTimeout(waiting);
      drawn = null;
      draw();
    },
    show(session, run) {
      const extra = host.curves();
      const now = sourceOf(session, run, host, extra);
      tell(session, run, extra);
      if (waiting !== null || same(now, drawn)) return;
      // At once what a person has asked for; what a growing file brings, now and then.
      waiting = setTimeout(
        draw,
        now.version === drawn?.version || now.secondRun !== drawn?.secondRun ? 0 : PATIENCE_MS,
      );
    },
    close() {
      if (waiting !== null) clearTimeout(waiting);
      for (const { plot } of plots.values()) plot.close();
    },
  };
};

export const curvesPart: MakePart = (host) => {
  const list = element('div', { class: 'choices curve-choices' });
  const against = element('select', { name: 'against' }, ...choices(['step', 'frame']));
  const againstField = field('Curves against', against);
  against.addEventListener('change', () =>
    host.update((session) => ({ ...session, against: against.value as Against })),
  );
  const save = button('Save CSV', 'Save the curves as comma-separated values', () => {
    const { run, session } = host;
    if (run === null || session === null) return;
    const table = curveTable(run, shownCurves(session, run, host.curves()));
    download(new Blob([table], { type: 'text/csv' }), `${baseName(run.name)}-curves.csv`);
  });
  let offered = '';
  const boxes = new Map<string, HTMLInputElement>();
  return {
    place: 'side',
    title: 'Curves',
    folded: true,
    element: element('div', {}, list, againstField, save),
    show(session, run) {
      const extra = host.curves();
      const names = [...new Set([...curveNames(run), ...extra.map(({ label }) => label)])];
      if (names.join('\n') !== offered) {
        offered = names.join('\n');
        boxes.clear();
        names.forEach((name, k) => {
          boxes.set(
            name,
            check(name, `curve-${k}`, () =>
              host.update((session, run) =>
                toggled({ ...session, curves: session.curves ?? usualCurves(run) }, 'curves', name),
              ),
            ),
          );
        });
        list.replaceChildren(...[...boxes].map(([name, box]) => checkField(name, box)));
      }
      const chosen = session.curves ?? usualCurves(run);
      for (const [name, box] of boxes) box.checked = chosen.includes(name);
      againstField.hidden = stepsOf(run) === null;
      against.value = session.against;
      save.disabled = shownNames(session, run, extra).length === 0;
    },
  };
};

/** All that the drawing of curves follows from. */
interface Source {
  readonly run: Run;
  readonly secondRun: Run | null;
  /** Of both. */
  readonly version: number;
  readonly curves: Session['curves'];
  readonly otherScale: Session['otherScale'];
  readonly against: Against;
  readonly theme: ThemeName;
  readonly extra: string;
}

const numbered = new WeakMap<Curve, number>();
let numbers = 0;

function sourceOf(
  session: Session,
  run: Run,
  { theme, secondRun }: Pick<Host, 'theme' | 'secondRun'>,
  extra: readonly Curve[],
): Source {
  const names = extra.map((one) => {
    if (!numbered.has(one)) numbered.set(one, numbers++);
    return numbered.get(one);
  });
  const { curves, otherScale, against } = session;
  const version = run.version + (secondRun?.version ?? 0);
  return { run, secondRun, version, curves, otherScale, against, theme, extra: names.join() };
}

function same(a: Source, b: Source | null): boolean {
  if (b === null) return false;
  return (Object.keys(a) as (keyof Source)[]).every((key) => a[key] === b[key]);
}

/** Curves of parts (distances, angles) are shown by themselves, until others are chosen. */
function shownNames(session: Session, run: Run, extra: readonly Curve[]): readonly string[] {
  const there = [...curveNames(run), ...extra.map(({ label }) => label)];
  if (session.curves !== null) return session.curves.filter((name) => there.includes(name));
  return [...new Set([...usualCurves(run), ...extra.map(({ label }) => label)])];
}

function shownCurves(session: Session, run: Run, extra: readonly Curve[]): Curve[] {
  const byName = new Map(extra.map((one) => [one.label, one]));
  return shownNames(session, run, extra).map((name) => byName.get(name) ?? curveOf(run, name));
}

/** Of the run, and of the one beside it where that has such a curve. */
function contentOf(session: Session, run: Run, second: Run | null, curve: Curve): Plotted {
  const { label } = curve;
  const of = [{ run, curve }];
  if (second !== null && curveNames(second).includes(label)) {
    of.push({ run: second, curve: curveOf(second, label) });
  }
  // Against the step where all have one; the steps themselves are against the frame.
  const steps = of.map(({ run }) => stepsOf(run));
  const bySteps = session.against === 'step' && label !== 'step' && steps.every((found) => found !== null);
  const names = shortNames(of.map(({ run }) => run.name));
  const placed = of.map((one, k) => ({
    name: names[k],
    curve: one.curve,
    along: (bySteps ? steps[k] : null) ?? one.curve.values.map((_, frame) => frame),
  }));
  const other = session.otherScale.includes(label);
  return plotted(placed, bySteps ? 'step' : 'frame', curve.logarithmic !== other);
}

function toggled<K extends 'curves' | 'otherScale'>(session: Session, key: K, name: string): Session {
  const now: readonly string[] = session[key] ?? [];
  return { ...session, [key]: now.includes(name) ? now.filter((one) => one !== name) : [...now, name] };
}
