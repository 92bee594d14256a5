/**
 * What graphics memory holds of the atoms of a frame: centers, radii, and a number an atom that a palette turns into
 * a colour. A frame uploads 12 bytes an atom; the rest is uploaded when it changes. Spheres, bonds, arrows and trails
 * all read from here, and share these uniforms.
 */
import {
  Box3,
  CustomBlending,
  DataTexture,
  Matrix3,
  NearestFilter,
  OneFactor,
  RGBAFormat,
  UnsignedByteType,
  Vector2,
  Vector3,
  Vector4,
  ZeroFactor,
} from 'three';
import { PALETTE_SIZE } from '../../state/index.js';
import { FloatTexture, fetchGlsl } from './float-texture.js';

/** Whatever holds and draws atoms; a renderer for another graphics interface has the same. */
export interface AtomRenderer {
  readonly count: number;
  /** `count × 3`, at least; written in place, then `centersChanged` is called. */
  readonly centers: Float32Array;
  centersChanged(): void;
  /** One radius an atom; an atom with radius 0 is not drawn. */
  setRadii(radii: ArrayLike<number>): void;
  /** One number an atom, from which its colour follows; NaN is drawn grey. */
  setValues(values: ArrayLike<number>): void;
  /** 256 colours of 3 bytes, for numbers from `low` to `high`. */
  setPalette(colors: Uint8Array, low: number, high: number): void;
  dispose(): void;
}

/** Uniforms by name, as three has them; the objects are shared by all materials that draw from one store. */
export type Uniforms = Record<string, { value: unknown }>;

/** Below every value: stands for what is no number, which shaders cannot be relied on to tell. */
const NO_NUMBER = -3e38;

export class AtomStore implements AtomRenderer {
  readonly uniforms;
  readonly #centers: FloatTexture;
  /** Radius and number of each atom. */
  readonly #looks: FloatTexture;
  readonly #palette: DataTexture;
  readonly #colors = new Uint8Array(4 * PALETTE_SIZE);
  #box: Box3 | null = null;

  constructor(readonly count: number) {
    this.#centers = new FloatTexture(3 * count, 1);
    this.#looks = new FloatTexture(count, 2);
    this.#palette = new DataTexture(this.#colors, PALETTE_SIZE, 1, RGBAFormat, UnsignedByteType);
    this.#palette.minFilter = NearestFilter;
    this.#palette.magFilter = NearestFilter;
    this.uniforms = {
      centers: { value: this.#centers.texture },
      looks: { value: this.#looks.texture },
      palette: { value: this.#palette },
      valueLow: { value: 0 },
      valueScale: { value: 1 },
      radiusScale: { value: 1 },
      /** Columns are the lattice vectors. */
      lattice: { value: new Matrix3() },
      inverseLattice: { value: new Matrix3() },
      /** 1 along the directions that repeat. */
      periodic: { value: new Vector3() },
      images: { value: new Vector3(1, 1, 1) },
      /** Along the axis that a slice is across; zero where there is none. */
      sliceAcross: { value: new Vector3() },
      sliceEnds: { value: new Vector2() },
      picked: { value: new Vector4(-1, -1, -1, -1) },
      perspective: { value: false },
      relief: { value: true },
      /** Disks lie below this height and above bonds, the smaller the higher. */
      top: { value: 0 },
      viewport: { value: new Vector2(1, 1) },
      /** Pixels of the picture for one of a line's width. */
      pixelRatio: { value: 1 },
      fogNear: { value: 0 },
      fogFar: { value: 1 },
      fogColor: { value: new Vector3() },
      /** Whether covered samples stand for smooth edges; else pixels are drawn or not. */
      smoothEdges: { value: true },
    };
  }

  get centers(): Float32Array {
    return this.#centers.data;
  }

  centersChanged(): void {
    this.#centers.changed();
    this.#box = null;
  }

  /** Of the centers as they are, without images. */
  get box(): Box3 {
    if (this.#box === null) {
      this.#box = new Box3();
      const { min, max } = this.#box;
      const { data } = this.#centers;
      for (let k = 0; k < 3 * this.count; k += 3) {
        const [x, y, z] = [data[k], data[k + 1], data[k + 2]];
        if (x < min.x) min.x = x;
        if (x > max.x) max.x = x;
        if (y < min.y) min.y = y;
        if (y > max.y) max.y = y;
        if (z < min.z) min.z = z;
        if (z > max.z) max.z = z;
      }
    }
    return this.#box;
  }

  setRadii(radii: ArrayLike<number>): void {
    const { data } = this.#looks;
    for (let i = 0; i < this.count; i++) data[2 * i] = radii[i];
    this.#looks.changed();
  }

  setValues(values: ArrayLike<number>): void {
    const { data } = this.#looks;
    for (let i = 0; i < this.count; i++) data[2 * i + 1] = Number.isFinite(values[i]) ? values[i] : NO_NUMBER;
    this.#looks.changed();
  }

  setPalette(colors: Uint8Array, low: number, high: number): void {
    for (let k = 0; k < PALETTE_SIZE; k++) {
      for (let c = 0; c < 3; c++) this.#colors[4 * k + c] = colors[3 * k + c];
      this.#colors[4 * k + 3] = 255;
    }
    this.#palette.needsUpdate = true;
    this.uniforms.valueLow.value = low;
    this.uniforms.valueScale.value = high > low ? (PALETTE_SIZE - 1) / (high - low) : 0;
  }

  dispose(): void {
    for (const part of [this.#centers, this.#looks, this.#palette]) part.dispose();
  }
}

/**
 * Alpha says which part of a pixel an edge covers, and is not to make the canvas itself transparent there: it adds up
 * to one, which it is already before an opaque background.
 */
export const edgeBlending = {
  alphaToCoverage: true,
  blending: CustomBlending,
  blendSrc: OneFactor,
  blendDst: ZeroFactor,
  blendSrcAlpha: OneFactor,
  blendDstAlpha: OneFactor,
} as const;

/** GLSL: how the world is seen; shaders may contain it twice. */
const viewGlsl = /* glsl */ `
#ifndef VIEW
#define VIEW
precision highp float;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform bool perspective;
uniform float pixelRatio;
#endif
`;

/** GLSL: center, radius and colour of an atom, and where its periodic images lie. */
export const readAtomGlsl = /* glsl */ `${viewGlsl}${fetchGlsl}
uniform sampler2D centers;
uniform sampler2D looks;
uniform sampler2D palette;
uniform float valueLow;
uniform float valueScale;
uniform float radiusScale;
uniform mat3 lattice;
uniform mat3 inverseLattice;
uniform vec3 periodic;
uniform vec3 images;

vec3 centerOf(int atom) {
  return tripleAt(centers, atom);
}
float radiusOf(int atom) {
  return texelAt(looks, atom).x * radiusScale;
}
vec3 paletteColor(float value) {
  if (value < -1e38) return vec3(0.5);
  // In the middle where all values are one.
  float at = valueScale > 0.0 ? (value - valueLow) * valueScale : 127.5;
  return texelFetch(palette, ivec2(int(clamp(at + 0.5, 0.0, 255.0)), 0), 0).rgb;
}
vec3 colorOf(int atom) {
  return paletteColor(texelAt(looks, atom).y);
}
vec3 shiftOf(int image) {
  ivec3 n = ivec3(images);
  return lattice * vec3(image % n.x, (image / n.x) % n.y, image / (n.x * n.y));
}`;

/** The same for vertex shaders that draw one instance an image. */
export const atomGlsl = /* glsl */ `${readAtomGlsl}
uniform vec3 sliceAcross;
uniform vec2 sliceEnds;

vec3 imageShift() {
  return shiftOf(gl_InstanceID);
}
/** Whether an atom at a place is out of the slice. */
bool cutAway(vec3 place) {
  float at = dot(sliceAcross, place);
  return at < sliceEnds.x || at > sliceEnds.y;
}`;

/** GLSL for fragment shaders: light and fog. */
export const lightGlsl = /* glsl */ `${viewGlsl}
uniform bool relief;
uniform bool smoothEdges;
uniform float fogNear;
uniform float fogFar;
uniform vec3 fogColor;

/** Where the line of sight through a point begins, and where it goes. */
void sightThrough(vec3 point, out vec3 origin, out vec3 sight) {
  origin = perspective ? vec3(0.0) : vec3(point.xy, 0.0);
  sight = perspective ? normalize(point) : vec3(0.0, 0.0, -1.0);
}
vec3 lit(vec3 color, vec3 normal, vec3 sight) {
  vec3 light = normalize(vec3(-0.45, 0.6, 0.9));
  float diffuse = max(0.0, dot(normal, light));
  // Both have length 1, so that the vector between them is as long as the root of 2 - 2 cos.
  float gloss = max(0.0, dot(normal, light - sight)) * inversesqrt(max(1e-6, 2.0 - 2.0 * dot(light, sight)));
  // To the power of 48: software graphics take long for pow.
  gloss *= gloss;
  gloss *= gloss;
  gloss *= gloss;
  gloss *= gloss;
  float shine = gloss * gloss * gloss;
  // What faces away is in its neighbours' shade.
  return color * (0.38 + 0.18 * max(0.0, -dot(normal, sight)) + 0.62 * diffuse) + 0.16 * shine;
}
/** What a dark outline leaves of a colour: about a pixel and a half of the page, less on what is small there. */
float outlined(float miss, float pixel) {
  float stroke = pixel * pixelRatio;
  float line = 1.0 - smoothstep(1.0, 2.2, (1.0 - miss) / stroke);
  return 1.0 - 0.55 * line * clamp(0.16 / stroke, 0.0, 1.0);
}
vec3 fogged(vec3 color, float depth) {
  return mix(color, fogColor, 0.6 * clamp((depth - fogNear) / (fogFar - fogNear), 0.0, 1.0));
}
float depthOf(vec3 point) {
  // Of the projected point only what depth follows from.
  float z = projectionMatrix[2].z * point.z + projectionMatrix[3].z;
  float w = projectionMatrix[2].w * point.z + projectionMatrix[3].w;
  return 0.5 * z / w + 0.5;
}`;
