/**
 * A film of frames as MP4, encoded by the browser (WebCodecs) and put into its file by mediabunny, which is loaded
 * when it is needed. Which codecs there are is the browser's matter: H.264 plays everywhere, VP9 and AV1 in browsers.
 */
import { InputError } from '../../src/message/index.js';

export interface FilmOptions {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Draws frame k; what it gives is what is filmed. */
  draw(k: number): Promise<HTMLCanvasElement>;
  onProgress?(done: number): void;
  readonly signal?: AbortSignal;
}

/** @throws InputError where the browser can encode no video */
export async function makeFilm(options: FilmOptions): Promise<Blob> {
  const { frames, framesPerSecond, draw, onProgress, signal } = options;
  // Videos have even sides.
  const [width, height] = [options.width & ~1, options.height & ~1];
  if (!('VideoEncoder' in globalThis)) {
    throw new InputError(
      'This browser makes no videos (it has no WebCodecs). Chrome, Edge, Firefox 130 and Safari 26 do.',
    );
  }
  const { BufferTarget, CanvasSource, getFirstEncodableVideoCodec, Mp4OutputFormat, Output, Quality } =
    await import('mediabunny');
  const quality = new Quality('high');
  const codec = await getFirstEncodableVideoCodec(['avc', 'vp9', 'av1'], { width, height, quality });
  if (codec === null) {
    throw new InputError(
      `This browser encodes no video of ${width} × ${height}. A smaller one may go, or another browser.`,
    );
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new InputError('The browser gives no canvas for the film.');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const source = new CanvasSource(canvas, { codec, quality });
  output.addVideoTrack(source, { frameRate: framesPerSecond });
  await output.start();
  try {
    for (let k = 0; k < frames; k++) {
      if (signal?.aborted) throw new InputError('The film was stopped.');
      context.drawImage(await draw(k), 0, 0, width, height);
      await source.add(k / framesPerSecond, 1 / framesPerSecond);
      onProgress?.(k + 1);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  if (target.buffer === null) throw new Error('the film has no bytes');
  return new Blob([target.buffer], { type: 'video/mp4' });
}
