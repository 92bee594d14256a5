/** A picture of a file without a window: the viewer's page in a headless Chromium, asked for a PNG. */
import { InputError } from '../src/message/index.js';
import { findChromium, openHeadless } from './chromium.js';
import { serveViewer } from './viewer-server.js';

export interface PictureOptions {
  readonly size: readonly [number, number];
  /** From 0; negative from the end. */
  readonly frame: number;
  readonly theme: 'light' | 'dark';
  /** Columns; those that the viewer shows by itself where not given. */
  readonly colorBy?: string;
  readonly arrows?: string;
  /** Folder of the built page. */
  readonly page?: string;
}

const PATIENCE_SECONDS = 60;

/** @throws InputError when the file cannot be shown, or there is no browser */
export async function drawPicture(file: string, options: PictureOptions): Promise<Buffer> {
  const program = findChromium();
  const server = await serveViewer([file], options.page === undefined ? {} : { page: options.page });
  try {
    const page = await openHeadless(program, server.address, options.size);
    try {
      const state = await page.evaluate<string>(untilOpen);
      if (state !== 'ready') {
        throw new InputError(
          (await page.evaluate<string>(shownError)) || `${file} could not be shown in time`,
        );
      }
      return Buffer.from(await page.evaluate<string>(picture(options)), 'base64');
    } finally {
      await page.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(error instanceof Error ? error.message : String(error));
  } finally {
    await server.close();
  }
}

/** The page's state once its file is open or has failed; what it is by then where that takes too long. */
const untilOpen = `new Promise((done) => {
  const end = performance.now() + ${PATIENCE_SECONDS * 1000};
  const look = () => {
    const state = document.documentElement?.dataset.state;
    if (state || performance.now() > end) done(state ?? 'late');
    else setTimeout(look, 20);
  };
  look();
})`;

const shownError = `document.querySelector('[role=alert] span, p[role=alert]')?.textContent ?? ''`;

function picture({ size, frame, theme, colorBy, arrows }: PictureOptions): string {
  const look = JSON.stringify({
    ...(colorBy === undefined ? {} : { colorBy }),
    ...(arrows === undefined ? {} : { arrows: arrows === 'none' ? null : arrows }),
  });
  return `(async () => {
    stillpointViewer.setTheme(${JSON.stringify(theme)});
    stillpointViewer.goTo(${frame});
    stillpointViewer.change(${look});
    const blob = await stillpointViewer.picture(${size[0]}, ${size[1]});
    return new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
      reader.readAsDataURL(blob);
    });
  })()`;
}
