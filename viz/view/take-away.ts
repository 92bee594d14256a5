/** What can be taken away: the picture, the film, the frame, and the view itself. */
import { formatExtendedXyz } from '../../systems/index.js';
import { drawnFrame, formatView, type SavedView, viewHash } from '../state/index.js';
import { button, check, checkField, element, field } from './elements.js';
import type { Host, MakePart } from './part.js';

export const LARGEST = 8192;

export const takeAwayPart: MakePart = (host) => {
  const width = sizeInput('picture-width');
  const height = sizeInput('picture-height');
  const transparent = check('Transparent', 'transparent', () => {});
  const legend = check('Legend in the picture', 'picture-legend', () => {});
  const progress = element('progress', { 'aria-label': 'Film', max: 1, value: 0, hidden: true });
  const stop = button('Stop', 'Stop the film', () => filming?.abort());
  let filming: AbortController | null = null;
  stop.hidden = true;

  /** As asked for, else that of the page. */
  const size = (): [number, number] => {
    const { stage } = host;
    return [
      readSize(width, stage.clientWidth * devicePixelRatio),
      readSize(height, stage.clientHeight * devicePixelRatio),
    ];
  };
  const told = (work: () => Promise<void>) => (): void => {
    if (host.run === null) return;
    work().catch((error: unknown) => host.showError(error instanceof Error ? error.message : String(error)));
  };
  const savePicture = told(async () => {
    const [across, down] = size();
    const options = { transparent: transparent.checked, legend: legend.checked };
    download(await host.shot(across, down, options), `${nameOf(host)}.png`);
  });
  const saveFilm = told(async () => {
    if (filming !== null) return;
    filming = new AbortController();
    progress.hidden = false;
    stop.hidden = false;
    try {
      const [across, down] = size();
      const film = await host.film(across, down, {
        legend: legend.checked,
        signal: filming.signal,
        onProgress: (fraction) => {
          progress.value = fraction;
        },
      });
      download(film, `${nameOf(host)}.mp4`);
    } finally {
      filming = null;
      progress.hidden = true;
      stop.hidden = true;
    }
  });
  const saveFrame = told(async () => {
    const { run, session } = host;
    if (run === null || session === null) return;
    const frame = drawnFrame(session, run);
    const text = formatExtendedXyz(frame.system);
    download(new Blob([text], { type: 'chemical/x-xyz' }), `${nameOf(host)}-${frame.index}.extxyz`);
  });
  const saveView = told(async () => {
    const view = viewOf(host);
    if (view !== null)
      download(new Blob([formatView(view)], { type: 'application/json' }), `${nameOf(host)}.view.json`);
  });
  const copyAddress = told(async () => {
    const view = viewOf(host);
    if (view === null) return;
    const hash = viewHash(view);
    history.replaceState(null, '', hash);
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    host.say(`The address of the page now holds the view${copied ? ', and is copied' : ''}`, true);
  });

  return {
    place: 'side',
    title: 'Take away',
    folded: true,
    element: element(
      'div',
      {},
      element('div', { class: 'row' }, field('Width', width), field('Height', height)),
      checkField('Transparent', transparent),
      checkField('Legend in the picture', legend),
      element(
        'div',
        { class: 'buttons' },
        button('Save PNG', 'Save the picture as PNG (S)', savePicture),
        button('Save MP4', 'Save a film of all frames as MP4 (V)', saveFilm),
        button('Save frame', 'Save the frame as extended XYZ (X)', saveFrame),
        button('Save view', 'Save the view as JSON (J)', saveView),
        button('Copy link', 'Copy an address that opens this view (L)', copyAddress),
        stop,
      ),
      progress,
    ),
    shortcuts: [
      { keys: ['s'], label: 'S', does: 'saves the picture as PNG', run: savePicture },
      { keys: ['v'], label: 'V', does: 'saves a film of all frames as MP4', run: saveFilm },
      { keys: ['x'], label: 'X', does: 'saves the frame as extended XYZ', run: saveFrame },
      { keys: ['j'], label: 'J', does: 'saves the view as JSON', run: saveView },
      { keys: ['l'], label: 'L', does: 'copies an address that opens this view', run: copyAddress },
    ],
    show() {
      const { clientWidth, clientHeight } = host.stage;
      offer(width, clientWidth);
      offer(height, clientHeight);
    },
    close: () => filming?.abort(),
  };
};

export function viewOf({ run, session, theme, beside }: Host): SavedView | null {
  if (run === null || session === null) return null;
  // After the last frame comes the first one again: until then the last is seen.
  const time = Math.min(session.time, run.length - 1);
  return {
    version: 1,
    file: run.name,
    theme,
    session: { ...session, time, playing: false },
    beside: beside && { file: beside.file.name, own: beside.own },
  };
}

function sizeInput(name: string): HTMLInputElement {
  return element('input', { name, type: 'number', min: 16, max: LARGEST, step: 1 });
}

/** The size of the page, which is taken where none is asked for. */
function offer(input: HTMLInputElement, pixels: number): void {
  const size = String(Math.round(pixels * devicePixelRatio));
  if (input.placeholder !== size) input.placeholder = size;
}

function readSize(input: HTMLInputElement, otherwise: number): number {
  const asked = input.value === '' ? Math.round(otherwise) : Number(input.value);
  if (Number.isInteger(asked) && asked >= 16 && asked <= LARGEST) return asked;
  throw new Error(`A picture has from 16 to ${LARGEST} pixels on a side; found "${input.value || asked}"`);
}

function nameOf({ run }: Host): string {
  return baseName(run?.name ?? '');
}

/** A file's name without its folders and the ending of extended XYZ, in letters that names of files have. */
export function baseName(path: string): string {
  const [, words, rest] = /^(relaxed )?(.*)$/s.exec(path) ?? [];
  const name = rest.split(/[\\/]/).pop() ?? rest;
  const plain = `${words ?? ''}${name.replace(/\.(ext)?xyz\b/i, '')}`;
  return plain.replace(/[^\p{L}\p{N}.+=_-]+/gu, '-').replace(/^-+|-+$/g, '') || 'stillpoint';
}

export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
