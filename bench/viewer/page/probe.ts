/**
 * Counts what a page gives to its graphics, and hands out the frames of the screen by hand. Loaded before any viewer:
 * it wraps the browser's own functions, so that every viewer is measured in the same way and none of them knows.
 */

type Context = WebGLRenderingContext | WebGL2RenderingContext;

type Method = (this: Context, ...given: unknown[]) => unknown;

export const counts = { draws: 0, uploaded: 0 };
/** Bytes by the buffer, texture or renderbuffer that holds them. */
const held = new Map<object, Map<string, number>>();
let drawnIn: Context | null = null;

const prototypes = [WebGLRenderingContext.prototype, WebGL2RenderingContext.prototype];

function wrap(name: string, before: (context: Context, given: readonly unknown[]) => void): void {
  for (const prototype of prototypes as unknown as Record<string, Method>[]) {
    const original = prototype[name];
    if (original === undefined) continue;
    prototype[name] = function (this: Context, ...given: unknown[]) {
      before(this, given);
      return original.apply(this, given);
    };
  }
}

for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced']) {
  wrap(name, (context) => {
    counts.draws++;
    drawnIn = context;
  });
}

const sizeOf = (data: unknown): number =>
  typeof data === 'number' ? data : ((data as ArrayBufferView | null)?.byteLength ?? 0);

function hold(object: object | null, part: string, bytes: number): void {
  if (object === null) return;
  const parts = held.get(object) ?? new Map<string, number>();
  parts.set(part, bytes);
  held.set(object, parts);
}

const BUFFER_BINDINGS: Readonly<Record<number, number>> = { 34962: 0x8894, 34963: 0x8895, 35345: 0x8a28 };

wrap('bufferData', (context, [target, data, , offset = 0, length = 0]) => {
  const whole = sizeOf(data) - elementBytes(data) * Number(offset);
  const bytes = Number(length) > 0 ? elementBytes(data) * Number(length) : whole;
  if (typeof data !== 'number') counts.uploaded += bytes;
  const binding = BUFFER_BINDINGS[Number(target)];
  if (binding !== undefined) hold(context.getParameter(binding), '', bytes);
});
wrap('bufferSubData', (_, [, , data, offset = 0, length = 0]) => {
  const whole = sizeOf(data) - elementBytes(data) * Number(offset);
  counts.uploaded += Number(length) > 0 ? elementBytes(data) * Number(length) : whole;
});

function elementBytes(data: unknown): number {
  return (data as { BYTES_PER_ELEMENT?: number } | null)?.BYTES_PER_ELEMENT ?? 1;
}

/** Bytes a pixel of the formats that viewers use; 4 of others. */
const FORMAT_BYTES: Readonly<Record<number, number>> = {
  33321: 1, // R8
  33323: 2, // RG8
  33189: 2, // DEPTH_COMPONENT16
  33325: 2, // R16F
  33327: 4, // RG16F
  33328: 8, // RG32F
  34842: 8, // RGBA16F
  34837: 12, // RGB32F
  34836: 16, // RGBA32F
  36013: 8, // DEPTH32F_STENCIL8
};
const TYPE_BYTES: Readonly<Record<number, number>> = { 5126: 4, 5125: 4, 5131: 2, 36193: 2, 5123: 2 };
const CHANNELS: Readonly<Record<number, number>> = {
  6403: 1,
  6406: 1,
  6409: 1,
  6410: 2,
  33319: 2,
  6407: 3,
  6408: 4,
};

function textureOf(context: Context, target: number): object | null {
  if (target === 0x0de1) return context.getParameter(context.TEXTURE_BINDING_2D);
  if (target >= 0x8515 && target <= 0x851a) return context.getParameter(context.TEXTURE_BINDING_CUBE_MAP);
  return null;
}

wrap('texImage2D', (context, given) => {
  const [target, level, internal] = given.map(Number);
  if (given.length < 9) {
    const source = given[5] as { width?: number; height?: number };
    const bytes = 4 * (source?.width ?? 0) * (source?.height ?? 0);
    counts.uploaded += bytes;
    hold(textureOf(context, target), `${target} ${level}`, bytes);
    return;
  }
  const [width, height, , format, type] = given.slice(3, 8).map(Number);
  const size = FORMAT_BYTES[internal] ?? (CHANNELS[format] ?? 4) * (TYPE_BYTES[type] ?? 1);
  if (given[8] !== null) counts.uploaded += width * height * size;
  hold(textureOf(context, target), `${target} ${level}`, width * height * size);
});
wrap('texSubImage2D', (_, given) => {
  if (given.length < 9) {
    const source = given[6] as { width?: number; height?: number };
    counts.uploaded += 4 * (source?.width ?? 0) * (source?.height ?? 0);
    return;
  }
  const [width, height, format, type] = given.slice(4, 8).map(Number);
  counts.uploaded += width * height * (CHANNELS[format] ?? 4) * (TYPE_BYTES[type] ?? 1);
});
wrap('texStorage2D', (context, given) => {
  const [target, , internal, width, height] = given.map(Number);
  hold(textureOf(context, target), '', width * height * (FORMAT_BYTES[internal] ?? 4));
});
wrap('renderbufferStorage', (context, given) => {
  const [, internal, width, height] = given.map(Number);
  hold(
    context.getParameter(context.RENDERBUFFER_BINDING),
    '',
    width * height * (FORMAT_BYTES[internal] ?? 4),
  );
});
wrap('renderbufferStorageMultisample', (context, given) => {
  const [, samples, internal, width, height] = given.map(Number);
  const bytes = samples * width * height * (FORMAT_BYTES[internal] ?? 4);
  hold(context.getParameter(context.RENDERBUFFER_BINDING), '', bytes);
});
for (const name of ['deleteBuffer', 'deleteTexture', 'deleteRenderbuffer']) {
  wrap(name, (_, [object]) => void held.delete(object as object));
}

/** Bytes in buffers, textures and renderbuffers that have not been deleted; the canvas itself is not among them. */
export function heldBytes(): number {
  let sum = 0;
  for (const parts of held.values()) for (const bytes of parts.values()) sum += bytes;
  return sum;
}

const asked = new Map<number, FrameRequestCallback>();
let lastAsked = 0;
window.requestAnimationFrame = (callback) => {
  asked.set(++lastAsked, callback);
  return lastAsked;
};
window.cancelAnimationFrame = (id) => void asked.delete(id);

/** A frame of the screen, now. */
export function nextFrame(): void {
  const due = [...asked.values()];
  asked.clear();
  const now = performance.now();
  for (const callback of due) callback(now);
}

/** Edge of the square in the middle of the picture that is looked at; undefined for all of it. */
let edge: number | undefined = 12;
/** What was there when a picture was last handed from a canvas off the page to one on it, which empties the first. */
let handedOver: Pixel[] | null = null;

const transfer = OffscreenCanvas.prototype.transferToImageBitmap;
OffscreenCanvas.prototype.transferToImageBitmap = function () {
  handedOver = look();
  return transfer.call(this);
};

export type Pixel = readonly number[];

/** Waits until all that was drawn is drawn. @returns pixels in the middle of the picture */
export function finish(): Pixel[] {
  const seen = handedOver ?? look();
  handedOver = null;
  return seen;
}

function look(): Pixel[] {
  return drawnIn === null ? [] : pixelsOf(drawnIn, edge);
}

/** Red, green, blue and opacity of a square in the middle, or of the whole picture. */
function pixelsOf(context: Context, side?: number): Pixel[] {
  const target = context instanceof WebGL2RenderingContext ? context.READ_FRAMEBUFFER : context.FRAMEBUFFER;
  const binding =
    context instanceof WebGL2RenderingContext
      ? context.READ_FRAMEBUFFER_BINDING
      : context.FRAMEBUFFER_BINDING;
  const bound = context.getParameter(binding);
  context.bindFramebuffer(target, null);
  const { drawingBufferWidth, drawingBufferHeight } = context;
  const [width, height] = side === undefined ? [drawingBufferWidth, drawingBufferHeight] : [side, side];
  const bytes = new Uint8Array(4 * width * height);
  const [x, y] = [(drawingBufferWidth - width) >> 1, (drawingBufferHeight - height) >> 1];
  context.readPixels(x, y, width, height, context.RGBA, context.UNSIGNED_BYTE, bytes);
  context.bindFramebuffer(target, bound);
  return Array.from({ length: width * height }, (_, k) => [...bytes.subarray(4 * k, 4 * k + 4)]);
}

/** The part of the picture that is not background, and its number of pixels: whether viewers draw the same. */
export async function coverage(draw: () => Promise<Pixel[]>): Promise<{ pixels: number; share: number }> {
  const before = edge;
  edge = undefined;
  const pixels = await draw();
  edge = before;
  return { pixels: pixels.length, share: pixels.filter(isAtom).length / pixels.length };
}

export function isAtom([red, green, blue, opacity]: Pixel): boolean {
  return opacity > 0 && Math.min(red, green, blue) < 240;
}
