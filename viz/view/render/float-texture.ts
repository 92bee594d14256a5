/**
 * Numbers that shaders read by index: a texture in rows of a fixed width. One upload of it serves everything that is
 * drawn from the same atoms, and draws need no instances for atoms, which software and small graphics chips draw slowly.
 */
import { DataTexture, FloatType, NearestFilter, RedFormat, RGBAFormat, RGFormat } from 'three';

const WIDTH = 4096;
const FORMATS = { 1: RedFormat, 2: RGFormat, 4: RGBAFormat } as const;

export class FloatTexture {
  readonly texture: DataTexture;
  /** At least `length × channels`; write here, then call `changed`. */
  readonly data: Float32Array;

  constructor(
    readonly length: number,
    channels: 1 | 2 | 4,
  ) {
    const rows = Math.max(1, Math.ceil(length / WIDTH));
    this.data = new Float32Array(WIDTH * rows * channels);
    this.texture = new DataTexture(this.data, WIDTH, rows, FORMATS[channels], FloatType);
    this.texture.minFilter = NearestFilter;
    this.texture.magFilter = NearestFilter;
    this.changed();
  }

  changed(): void {
    this.texture.needsUpdate = true;
  }

  dispose(): void {
    this.texture.dispose();
  }
}

/** GLSL: element k of a texture; three of one channel in a row. */
export const fetchGlsl = /* glsl */ `
precision highp float;
precision highp int;
precision highp sampler2D;
vec4 texelAt(sampler2D values, int k) {
  return texelFetch(values, ivec2(k & ${WIDTH - 1}, k >> ${Math.log2(WIDTH)}), 0);
}
vec3 tripleAt(sampler2D values, int k) {
  return vec3(texelAt(values, 3 * k).x, texelAt(values, 3 * k + 1).x, texelAt(values, 3 * k + 2).x);
}`;
