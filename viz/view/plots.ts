/**
 * Curves against the frame, below the picture, and the section of the side panel that says which. Curves are drawn
 * between two frames of the screen, when nothing else is to do: playback never waits for them.
 */
import {
  type Curve,
  curve,
  curveNames,
  goTo,
  type Run,
  type Session,
  shownFrame,
  usualCurves,
} from '../state/index.js';
import { check, checkField, element } from './elements.js';
import type { MakePart, ThemeName } from './part.js';
import { createPlot, type Plot } from './plot.js';

/** A file that grows has its curves drawn again so often at the most. */
const PATIENCE_MS = 250;

export const plotsPart: MakePart = (host) => {
  const here = element('section', { class: 'plots', 'aria-label': host.label('Curves') });
  let plots: readonly Plot[] = [];
  let made = 0;
  let drawn: Drawn | null = null;
  let waiting: ReturnType<typeof setTimeout> | null = null;

  const draw = (): void => {
    waiting = null;
    const { run, session, theme } = host;
    if (run === null || session === null) return;
    const extra = host.curves();
    drawn = drawnWith(session, run, theme, extra);
    const chosen = run.length > 1 ? shownCurves(session, run, extra) : [];
    const labels = chosen.map(({ label }) => label);
    if (labels.join('\n') !== plots.map(({ label }) => label).join('\n')) {
      for (const plot of plots) plot.close();
      plots = labels.map((label) =>
        createPlot(label, `plot-${made++}`, {
          goTo: (frame) => host.update((session) => goTo(session, run, frame)),
          setLogarithmic: () => host.update((session) => toggled(session, 'otherScale', label)),
        }),
      );
      here.replaceChildren(...plots.map((plot) => plot.element));
      here.hidden = plots.length === 0;
    }
    plots.forEach((plot, k) => {
      const other = session.otherScale.includes(plot.label);
      plot.setCurve(chosen[k], chosen[k].logarithmic !== other, theme);
      plot.showFrame(shownFrame(session, run));
    });
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
      for (const plot of plots) plot.showFrame(shownFrame(session, run));
      if (waiting !== null) return;
      const now = drawnWith(session, run, host.theme, host.curves());
      if (same(now, drawn)) return;
      // At once what a person has asked for; what a growing file brings, now and then.
      waiting = setTimeout(draw, now.version === drawn?.version ? 0 : PATIENCE_MS);
    },
    close() {
      if (waiting !== null) clearTimeout(waiting);
      for (const plot of plots) plot.close();
    },
  };
};

export const curvesPart: MakePart = (host) => {
  const list = element('div', { class: 'choices curve-choices' });
  let offered = '';
  const boxes = new Map<string, HTMLInputElement>();
  return {
    place: 'side',
    title: 'Curves',
    folded: true,
    element: list,
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
    },
  };
};

/** All that the drawing of curves follows from. */
interface Drawn {
  readonly run: Run;
  readonly version: number;
  readonly curves: Session['curves'];
  readonly otherScale: Session['otherScale'];
  readonly theme: ThemeName;
  readonly extra: string;
}

const numbered = new WeakMap<Curve, number>();
let numbers = 0;

function drawnWith(session: Session, run: Run, theme: ThemeName, extra: readonly Curve[]): Drawn {
  const names = extra.map((one) => {
    if (!numbered.has(one)) numbered.set(one, numbers++);
    return numbered.get(one);
  });
  const { curves, otherScale } = session;
  return { run, version: run.version, curves, otherScale, theme, extra: names.join() };
}

function same(a: Drawn, b: Drawn | null): boolean {
  if (b === null) return false;
  return (Object.keys(a) as (keyof Drawn)[]).every((key) => a[key] === b[key]);
}

/** Curves of parts (distances, angles) are shown by themselves, until others are chosen. */
function shownCurves(session: Session, run: Run, extra: readonly Curve[]): Curve[] {
  const byName = new Map(extra.map((one) => [one.label, one]));
  const known = new Set(curveNames(run));
  const names = session.curves ?? [...usualCurves(run), ...byName.keys()];
  return names.flatMap((name) => byName.get(name) ?? (known.has(name) ? [curve(run, name)] : []));
}

function toggled<K extends 'curves' | 'otherScale'>(session: Session, key: K, name: string): Session {
  const now: readonly string[] = session[key] ?? [];
  return { ...session, [key]: now.includes(name) ? now.filter((one) => one !== name) : [...now, name] };
}
