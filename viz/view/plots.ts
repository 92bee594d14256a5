/** Curves against the frame, below the picture. */
import { curve, goTo, type Run, shownFrame, usualCurves } from '../state/index.js';
import { element } from './elements.js';
import type { MakePart } from './part.js';
import { createPlot, type Plot } from './plot.js';

export const plotsPart: MakePart = (host) => {
  const here = element('section', { class: 'plots', 'aria-label': 'Curves' });
  here.hidden = true;
  let plots: Plot[] = [];
  let drawn: readonly [Run, number] | null = null;
  const draw = (run: Run): void => {
    const names = run.length > 1 ? usualCurves(run) : [];
    plots = names.map((name) =>
      createPlot(curve(run, name), (frame) => host.update((session) => goTo(session, run, frame))),
    );
    here.replaceChildren(...plots.map((plot) => plot.element));
    here.hidden = plots.length === 0;
  };
  return {
    place: 'below',
    element: here,
    show(session, run) {
      if (drawn?.[0] !== run || drawn[1] !== run.version) {
        drawn = [run, run.version];
        draw(run);
      }
      for (const plot of plots) plot.showFrame(shownFrame(session, run));
    },
  };
};
