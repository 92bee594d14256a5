/**
 * Lines between points of the world, of one width on the screen: the edges of cells, trails of atoms, and what is
 * measured. A line is a quad that faces the eye.
 */
import { BufferGeometry, DoubleSide, GLSL3, Mesh, RawShaderMaterial } from 'three';
import type { AtomStore } from './atom-store.js';
import { FloatTexture, fetchGlsl } from './float-texture.js';

const vertexShader = /* glsl */ `${fetchGlsl}
uniform sampler2D ends;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform vec2 viewport;
uniform float width;
uniform float lift;
uniform float near;
uniform bool perspective;
out vec4 vColor;
out float vAcross;

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
  // The side is seen from the other end with the opposite sign.
  vAcross = (corner >> 1) == 0 ? -1.0 : 1.0;
  float sign_ = (corner & 1) == 0 ? vAcross : -vAcross;
  vAcross *= 0.5 * width + 0.7;
  gl_Position = from + vec4(sign_ * side * (0.5 * width + 0.7) * 2.0 / viewport * from.w, 0.0, 0.0);
  int packed = int(here.w);
  vColor = vec4(float(packed >> 19) / 31.0, float((packed >> 13) & 63) / 63.0, float((packed >> 8) & 31) / 31.0, float(packed & 255) / 255.0);
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec4 vColor;
in float vAcross;
uniform float width;
out vec4 outColor;
void main() {
  float alpha = vColor.a * clamp(0.5 * width + 0.5 - abs(vAcross), 0.0, 1.0);
  outColor = vec4(vColor.rgb * alpha, alpha);
}`;

export class Lines {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  #table = new FloatTexture(0, 4);

  /** @param through seen through whatever is before it */
  constructor(through = false) {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      uniforms: {
        ends: { value: this.#table.texture },
        viewport: { value: null },
        perspective: { value: false },
        near: { value: 0 },
        lift: { value: 0 },
        width: { value: 1 },
      },
      side: DoubleSide,
      transparent: true,
      premultipliedAlpha: true,
      depthTest: !through,
      depthWrite: false,
    });
    this.mesh = new Mesh(new BufferGeometry(), material);
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
  }

  /** Makes room for so many lines, and gives what to write their two ends to: x, y, z and `packedColor`. `changed` follows. */
  room(lines: number): Float32Array {
    if (this.#table.length < 2 * lines) {
      this.#table.dispose();
      this.#table = new FloatTexture(2 * lines, 4);
      this.mesh.material.uniforms.ends.value = this.#table.texture;
    }
    this.mesh.geometry.setDrawRange(0, 6 * lines);
    return this.#table.data;
  }

  changed(): void {
    this.#table.changed();
  }

  /**
   * @param width in pixels
   * @param lift so much nearer to the eye, in lengths of the world
   */
  show({ uniforms: shared }: AtomStore, near: number, width: number, lift = 0): void {
    const { uniforms } = this.mesh.material;
    uniforms.viewport.value = shared.viewport.value;
    uniforms.perspective.value = shared.perspective.value;
    uniforms.near.value = near;
    uniforms.width.value = width;
    uniforms.lift.value = lift;
  }

  dispose(): void {
    this.#table.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** A colour in 24 bits, which a number in single precision holds: red, green, blue and opacity from 0 to 255. */
export function packedColor(red: number, green: number, blue: number, alpha: number): number {
  return ((red >> 3) << 19) | ((green >> 2) << 13) | ((blue >> 3) << 8) | Math.round(alpha);
}
