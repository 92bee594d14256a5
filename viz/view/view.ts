/** Camera, theme and screen: buttons of the side panel, and the keys that turn, move and zoom. */
import { dragged, zoom } from '../state/index.js';
import { button, element } from './elements.js';
import type { MakePart } from './part.js';

/** Fractions of the picture's height for one key. */
const STEP = 0.05;

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

export const viewPart: MakePart = (host) => {
  const toggleTheme = (): void => host.setTheme(host.theme === 'light' ? 'dark' : 'light');
  const toggleScreen = (): void => {
    const done =
      document.fullscreenElement === null ? host.root.requestFullscreen() : document.exitFullscreen();
    done.catch(() => host.showError('The browser does not let this page fill the screen.'));
  };
  const turn = (key: string): void => {
    const [right, up] = DIRECTIONS[key];
    host.look((camera) => dragged(camera, host.run?.first.dimension ?? 3, right, up));
  };
  const closer = (factor: number) => (): void => host.look((camera) => zoom(camera, factor));
  const screen = button('Full screen', 'Fill the screen (F)', toggleScreen);
  screen.hidden = !document.fullscreenEnabled;
  return {
    place: 'side',
    title: 'View',
    element: element(
      'div',
      { class: 'buttons' },
      button('Reset view', 'Reset the view (R)', host.resetView),
      button('Light / dark', 'Light or dark (T)', toggleTheme),
      screen,
    ),
    shortcuts: [
      {
        keys: Object.keys(DIRECTIONS),
        shift: true,
        label: 'Shift and an arrow key',
        does: 'turns the view; moves it in two dimensions',
        run: turn,
      },
      { keys: ['+', '='], label: '+', does: 'zooms in', run: closer(1.2) },
      { keys: ['-', '_'], label: '−', does: 'zooms out', run: closer(1 / 1.2) },
      { keys: ['r'], label: 'R', does: 'resets the view', run: host.resetView },
      { keys: ['t'], label: 'T', does: 'light or dark', run: toggleTheme },
      { keys: ['f'], label: 'F', does: 'fills the screen, and back', run: toggleScreen },
    ],
  };
};
