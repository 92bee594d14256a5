/**
 * Arrows from atoms: a shaft and a head that keep their shape. In three dimensions what lies behind atoms may be drawn
 * again faintly, the fainter the deeper: vectors inside a dense system are seen, and the nearest ones most.
 */
import {
  DataTexture,
  DoubleSide,
  GLSL3,
  GreaterDepth,
  Group,
  InstancedBufferGeometry,
  Mesh,
  RawShaderMaterial,
} from 'three';
import { type ColorMapName, PALETTE_SIZE, scaleColor } from '../../state/index.js';
import { type AtomStore, atomGlsl } from './atom-store.js';
import { Change } from './change.js';
import { FloatTexture } from './float-texture.js';

const vertexShader = /* glsl */ `${atomGlsl}
uniform sampler2D vectors;
uniform sampler2D sizeColors;
uniform int sides;
uniform float scale;
uniform float width;
uniform float lift;
uniform float largest;
uniform float fromSurface;
uniform float fromMiddle;
uniform bool coloured;
uniform vec3 color;
uniform vec2 viewport;
#ifdef BEHIND
flat out float vStrength;
#endif
out vec3 vNormal;
out float vDepth;
flat out vec3 vColor;

// Rings: 0 tail, 1 neck on the shaft, 2 neck on the head, 3 tip. Triangles of one side: two on the shaft, two on the
// back of the head, one on its cone.
const int RINGS[15] = int[15](0, 0, 1, 0, 1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3);
const int STEPS[15] = int[15](0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0);

void main() {
  int each = 15 * sides;
  int arrow = gl_VertexID / each;
  int corner = gl_VertexID - each * arrow;
  int side = corner / 15;
  corner -= 15 * side;
  vec4 entry = texelAt(vectors, arrow);
  int atom = int(entry.w);
  vec3 start = centerOf(atom) + imageShift();
  if (radiusOf(atom) <= 0.0 || cutAway(start)) {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
    return;
  }
  float amount = length(entry.xyz);
  float size = amount * scale;
  vec3 axis = entry.xyz / amount;
  vec3 u = normalize(abs(axis.z) < 0.9 ? cross(axis, vec3(0.0, 0.0, 1.0)) : cross(axis, vec3(1.0, 0.0, 0.0)));
  vec3 v = cross(axis, u);
  // Short arrows are thin: the head is never more than half of one.
  float head = min(3.4 * width, 0.5 * size);
  float thickness = head / 3.4;
  int ring = RINGS[corner];
  float angle = 6.283185307179586 * float(side + STEPS[corner]) / float(sides);
  float along = ring == 0 ? 0.0 : ring == 3 ? size : size - head;
  float radius = ring < 2 ? 0.5 * thickness : ring == 2 ? 1.3 * thickness : 0.0;
  vec3 around = cos(angle) * u + sin(angle) * v;
  vec3 normal = corner < 6 ? around : corner < 12 ? -axis : normalize(around + 0.4 * axis);
  vNormal = (modelViewMatrix * vec4(normal, 0.0)).xyz;
  vColor = coloured ? texelFetch(sizeColors, ivec2(int(clamp(amount / largest, 0.0, 1.0) * 255.0), 0), 0).rgb : color;
  along += fromSurface * 0.97 * radiusOf(atom) - fromMiddle * 0.5 * size;
  vec4 eye = modelViewMatrix * vec4(start, 1.0);
  float pixel = 2.0 * pixelRatio * (perspective ? -eye.z : 1.0) / (projectionMatrix[1][1] * viewport.y);
#ifdef BEHIND
  // What is seen as short as a few pixels would be dirt on the atoms before it.
  float seen = length((modelViewMatrix * vec4(size * axis, 0.0)).xy) / pixel;
  vStrength = clamp((seen - 4.0) / 12.0, 0.0, 1.0);
#endif
#ifdef SEAM
  // Wider by a pixel all around, and below every arrow.
  // None around what is too small to have a shaft: specks would be all that is seen.
  float seam = 1.3 * pixel * clamp(2.0 * thickness / pixel - 1.0, 0.0, 1.0);
  if (seam <= 0.0) {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
    return;
  }
  radius += ring == 3 ? 0.0 : seam;
  along += ring == 0 ? -seam : ring == 3 ? 2.3 * seam : ring == 2 ? -seam : 0.0;
#endif
  vec4 view = modelViewMatrix * vec4(start + along * axis + radius * around, 1.0);
#ifdef SEAM
  view.z = eye.z - 0.25 * width;
#endif
  view.z += lift;
  vDepth = -view.z;
  gl_Position = projectionMatrix * view;
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec3 vNormal;
in float vDepth;
flat in vec3 vColor;
uniform float front;
uniform float fade;
uniform vec3 fogColor;
#ifdef BEHIND
flat in float vStrength;
#endif
out vec4 outColor;

void main() {
  float light = 0.72 + 0.28 * max(0.0, dot(normalize(vNormal), normalize(vec3(-0.45, 0.6, 0.9))));
#ifdef BEHIND
  float alpha = 0.45 * vStrength * exp(-max(0.0, vDepth - front) / fade);
  if (alpha < 0.02) discard;
  outColor = vec4(vColor * light * alpha, alpha);
#elif defined(SEAM)
  outColor = vec4(fogColor, 1.0);
#else
  outColor = vec4(vColor * light, 1.0);
#endif
}`;

export interface ArrowLook {
  readonly images: number;
  /** Lengths of the world for one of the vectors. */
  readonly scale: number;
  readonly width: number;
  /** Two-dimensional systems: so much nearer to the eye than the atoms. */
  readonly lift: number;
  /** Where an arrow begins: at its atom's surface, at its center, or before that, so that its middle lies there. */
  readonly start: 'surface' | 'center' | 'middle';
  /** Whether a seam in the colour of the ground tells arrows from disks. */
  readonly seam: boolean;
  /** Whether what lies behind atoms is seen faintly. */
  readonly behind: boolean;
  /** Colours by size are from 0 to here, on the scale `map`; null draws all arrows in `color`. */
  readonly largest: number | null;
  readonly map: ColorMapName;
  readonly color: readonly [number, number, number];
  /** Depth at which the system begins, and over which what is hidden fades. */
  readonly front: number;
  readonly fade: number;
}

export class Arrows {
  readonly group = new Group();
  readonly #meshes: readonly Mesh<InstancedBufferGeometry, RawShaderMaterial>[];
  readonly #uniforms;
  readonly #sizeColors = new Uint8Array(4 * PALETTE_SIZE).fill(255);
  readonly #colors: DataTexture;
  readonly #mapChanged = new Change();
  #table = new FloatTexture(0, 4);
  #count = 0;

  constructor(store: AtomStore) {
    this.#colors = new DataTexture(this.#sizeColors, PALETTE_SIZE, 1);
    this.#uniforms = {
      ...store.uniforms,
      vectors: { value: this.#table.texture },
      sizeColors: { value: this.#colors },
      sides: { value: 12 },
      scale: { value: 1 },
      width: { value: 0.1 },
      lift: { value: 0 },
      largest: { value: 1 },
      fromSurface: { value: 0 },
      fromMiddle: { value: 0 },
      coloured: { value: false },
      color: { value: [0, 0, 0] as readonly number[] },
      front: { value: 0 },
      fade: { value: 1 },
    };
    const geometry = new InstancedBufferGeometry();
    const shared = { glslVersion: GLSL3, vertexShader, fragmentShader, uniforms: this.#uniforms } as const;
    const seen = new RawShaderMaterial(shared);
    const behind = new RawShaderMaterial({
      ...shared,
      defines: { BEHIND: '' },
      transparent: true,
      premultipliedAlpha: true,
      depthFunc: GreaterDepth,
      depthWrite: false,
    });
    const seam = new RawShaderMaterial({ ...shared, defines: { SEAM: '' }, side: DoubleSide });
    this.#meshes = [seen, behind, seam].map((material) => new Mesh(geometry, material));
    for (const mesh of this.#meshes) mesh.frustumCulled = false;
    this.group.add(...this.#meshes);
    this.group.visible = false;
  }

  /**
   * @param vectors three numbers an atom
   * @param least shorter ones are left out
   */
  set(vectors: ArrayLike<number>, least: number): void {
    const count = vectors.length / 3;
    let shown = 0;
    if (this.#table.length < count) {
      this.#table.dispose();
      this.#table = new FloatTexture(count, 4);
      this.#uniforms.vectors.value = this.#table.texture;
    }
    const { data } = this.#table;
    for (let i = 0; i < count; i++) {
      const size = Math.hypot(vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]);
      if (!(size > 0 && size >= least && Number.isFinite(size))) continue;
      for (let m = 0; m < 3; m++) data[4 * shown + m] = vectors[3 * i + m];
      data[4 * shown + 3] = i;
      shown++;
    }
    this.#table.changed();
    this.#count = shown;
    const sides = shown <= 2_000 ? 16 : shown <= 20_000 ? 8 : 4;
    this.#uniforms.sides.value = sides;
    this.#meshes[0].geometry.setDrawRange(0, 15 * sides * shown);
  }

  show(look: ArrowLook | null): void {
    this.group.visible = look !== null && look.scale > 0 && this.#count > 0;
    if (look === null) return;
    this.#meshes[0].geometry.instanceCount = look.images;
    this.#meshes[1].visible = look.behind;
    this.#meshes[2].visible = look.seam;
    const { largest, map, ...rest } = look;
    if (this.#mapChanged.by(map)) {
      for (let k = 0; k < PALETTE_SIZE; k++)
        this.#sizeColors.set(scaleColor(k / (PALETTE_SIZE - 1), map), 4 * k);
      this.#colors.needsUpdate = true;
    }
    this.#uniforms.coloured.value = largest !== null;
    this.#uniforms.largest.value = largest ?? 1;
    this.#uniforms.scale.value = rest.scale;
    this.#uniforms.width.value = rest.width;
    this.#uniforms.lift.value = rest.lift;
    this.#uniforms.fromSurface.value = rest.start === 'surface' ? 1 : 0;
    this.#uniforms.fromMiddle.value = rest.start === 'middle' ? 1 : 0;
    this.#uniforms.color.value = rest.color;
    this.#uniforms.front.value = rest.front;
    this.#uniforms.fade.value = rest.fade;
  }

  dispose(): void {
    this.#table.dispose();
    this.#colors.dispose();
    for (const { geometry, material } of this.#meshes) {
      geometry.dispose();
      material.dispose();
    }
  }
}
