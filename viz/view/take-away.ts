/** What can be taken away: the picture as PNG. */
import { button, element } from './elements.js';
import type { MakePart } from './part.js';

export const takeAwayPart: MakePart = (host) => {
  const savePicture = (): void => {
    const { run, stage } = host;
    if (run === null) return;
    host
      .shot(
        Math.round(stage.clientWidth * devicePixelRatio),
        Math.round(stage.clientHeight * devicePixelRatio),
      )
      .then((blob) => download(blob, `${baseName(run.name)}.png`))
      .catch((error: unknown) => host.showError(error instanceof Error ? error.message : String(error)));
  };
  return {
    place: 'side',
    title: 'Take away',
    element: element(
      'div',
      { class: 'buttons' },
      button('Save PNG', 'Save the picture as PNG (S)', savePicture),
    ),
    shortcuts: [{ keys: ['s'], label: 'S', does: 'saves the picture as PNG', run: savePicture }],
  };
};

/** A file's name without its folders and its ending. */
export function baseName(path: string): string {
  return (path.split(/[\\/]/).pop() ?? path).replace(/\.[^.]*$/, '') || 'stillpoint';
}

export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
