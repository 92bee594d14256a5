/**
 * Lines between points of the world, of one width on the screen: the edges of cells, trails of atoms, and what is
 * measured. A line is a quad that faces the eye. Lines may have a seam in the colour of the ground, which tells them from
 * disks; and what lies behind atoms may be drawn again faintly, the fainter the deeper, as arrows are.
 */
import { BufferGeometry, DoubleSide, GLSL3, GreaterDepth, Group, Mesh, RawShaderMaterial } from 'three';
import type { AtomStore } from './atom-store.js';
import { FloatTexture, fetchGlsl } from './float-texture.js';

const vertexShader = /* glsl */ `${fetchGlsl}
uniform sampler2D ends;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform vec2 viewport;
uniform float width;
#ifdef SEAM
uniform float seam;
#endif
uniform float lift;
uniform float near;
uniform bool perspective;
out vec4 vColor;
out float vAcross;
flat out float vHalf;
out float vDepth;

void main() {
  int line = gl_VertexID / 6;
  int corner = gl_VertexID - 6 * line;
  corner = corner < 3 ? corner : 6 - corner;
  vec4 here = texelAt(ends, 2 * line + (corner & 1));
  vec4 other = texelAt(ends, 2 * line + 1 - (corner & 1));
  vec3 a = (modelViewMatrix * vec4(here.xyz, 1.0)).xyz;
  vec3 b = (modelViewMatrix * vec4(other.xyz, 1.0)).xyz;
  if (perspective) {
    // What lies behind the eye is cut off where the picture begins.
    if (a.z > -near && b.z > -near) {
      gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
      return;
    }
    if (a.z > -near) a = mix(a, b, (a.z + near) / (a.z - b.z));
    if (b.z > -near) b = mix(b, a, (b.z + near) / (b.z - a.z));
  }
  a.z += lift;
  b.z += lift;
  vec4 from = projectionMatrix * vec4(a, 1.0);
  vec4 to = projectionMatrix * vec4(b, 1.0);
  vec2 way = (to.xy / to.w - from.xy / from.w) * viewport;
  float size = length(way);
  vec2 side = size > 1e-6 ? vec2(-way.y, way.x) / size : vec2(0.0);
#ifdef SEAM
  // None along what is shorter than a pixel: specks would be all that is seen.
  float seam_ = seam * clamp(0.5 * size, 0.0, 1.0);
#else
  const float seam_ = 0.0;
#endif
  // The side is seen from the other end with the opposite sign.
  vAcross = (corner >> 1) == 0 ? -1.0 : 1.0;
  float sign_ = (corner & 1) == 0 ? vAcross : -vAcross;
  float reach = 0.5 * width + seam_ + 0.7;
  vHalf = 0.5 * width + seam_;
  vAcross *= reach;
  vDepth = -a.z;
  gl_Position = from + vec4(sign_ * side * reach * 2.0 / viewport * from.w, 0.0, 0.0);
  int packed = int(here.w);
  vColor = vec4(float(packed >> 19) / 31.0, float((packed >> 13) & 63) / 63.0, float((packed >> 8) & 31) / 31.0, float(packed & 255) / 255.0);
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec4 vColor;
in float vAcross;
flat in float vHalf;
in float vDepth;
uniform float front;
uniform float fade;
uniform vec3 fogColor;
out vec4 outColor;
void main() {
  vec3 color = vColor.rgb;
  float alpha = vColor.a * clamp(vHalf + 0.5 - abs(vAcross), 0.0, 1.0);
#ifdef SEAM
  color = fogColor;
  alpha *= 0.7;
#elif defined(BEHIND)
  alpha *= 0.8 * exp(-max(0.0, vDepth - front) / fade);
  if (alpha < 0.01) discard;
#endif
  outColor = vec4(color * alpha, alpha);
}`;

export interface LineStyle {
  /** In pixels. */
  readonly width: number;
  /** So many pixels on either side, in the colour of the ground. */
  readonly seam?: number;
  /** So much nearer to the eye, in lengths of the world. */
  readonly lift?: number;
  /** What lies behind atoms is seen faintly: the depth at which the system begins, and over which it fades. */
  readonly behind?: { readonly front: number; readonly fade: number };
}

export class Lines {
  readonly group = new Group();
  readonly #geometry = new BufferGeometry();
  readonly #uniforms;
  readonly #seen: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly #behind: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly #seam: Mesh<BufferGeometry, RawShaderMaterial>;
  #table = new FloatTexture(0, 4);

  /** @param through seen through whatever is before it */
  constructor(through = false) {
    this.#uniforms = {
      ends: { value: this.#table.texture },
      viewport: { value: null as unknown },
      perspective: { value: false },
      fogColor: { value: null as unknown },
      near: { value: 0 },
      lift: { value: 0 },
      width: { value: 1 },
      seam: { value: 0 },
      front: { value: 0 },
      fade: { value: 1 },
    };
    const mesh = (own: Partial<RawShaderMaterial>): Mesh<BufferGeometry, RawShaderMaterial> => {
      const material = new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader,
        fragmentShader,
        uniforms: this.#uniforms,
        side: DoubleSide,
        transparent: true,
        premultipliedAlpha: true,
        depthWrite: false,
        ...own,
      });
      const made = new Mesh(this.#geometry, material);
      made.frustumCulled = false;
      return made;
    };
    this.#seen = mesh({ depthTest: !through });
    this.#behind = mesh({ depthFunc: GreaterDepth, defines: { BEHIND: '' } });
    this.#seam = mesh({ defines: { SEAM: '' } });
    // Below every line.
    this.group.add(this.#seam, this.#behind, this.#seen);
    this.group.visible = false;
  }

  /** Makes room for so many lines, and gives what to write their two ends to: x, y, z and `packedColor`. `changed` follows. */
  room(lines: number): Float32Array {
    if (this.#table.length < 2 * lines) {
      this.#table.dispose();
      this.#table = new FloatTexture(2 * lines, 4);
      this.#uniforms.ends.value = this.#table.texture;
    }
    this.#geometry.setDrawRange(0, 6 * lines);
    return this.#table.data;
  }

  changed(): void {
    this.#table.changed();
  }

  show({ uniforms: shared }: AtomStore, near: number, style: LineStyle): void {
    const { width, seam = 0, lift = 0, behind } = style;
    this.#behind.visible = behind !== undefined;
    this.#seam.visible = seam > 0;
    this.#uniforms.viewport.value = shared.viewport.value;
    this.#uniforms.perspective.value = shared.perspective.value;
    this.#uniforms.fogColor.value = shared.fogColor.value;
    this.#uniforms.near.value = near;
    this.#uniforms.width.value = width;
    this.#uniforms.seam.value = seam;
    this.#uniforms.lift.value = lift;
    this.#uniforms.front.value = behind?.front ?? 0;
    this.#uniforms.fade.value = behind?.fade ?? 1;
  }

  dispose(): void {
    this.#table.dispose();
    this.#geometry.dispose();
    for (const { material } of [this.#seen, this.#behind, this.#seam]) material.dispose();
  }
}

/** A colour in 24 bits, which a number in single precision holds: red, green, blue and opacity from 0 to 255. */
export function packedColor(red: number, green: number, blue: number, alpha: number): number {
  return ((red >> 3) << 19) | ((green >> 2) << 13) | ((blue >> 3) << 8) | Math.round(alpha);
}
