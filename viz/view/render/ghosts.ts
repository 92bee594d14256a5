/**
 * Outlines of atoms at the places of another frame: a ring an atom, seen over the atoms of the shown frame that it may
 * lie in, and behind those that are nearer. Light and cell are those of the shown atoms; what is drawn is its own.
 */
import { GLSL3, InstancedBufferGeometry, Mesh, RawShaderMaterial } from 'three';
import { AtomStore, atomGlsl } from './atom-store.js';
import { FloatTexture } from './float-texture.js';

const vertexShader = /* glsl */ `${atomGlsl}
uniform bool relief;
uniform float lift;
/** Where the atoms are that they are of, with which they are cut away. */
uniform sampler2D owners;
out vec2 vAt;

void main() {
  int atom = gl_VertexID / 6;
  int corner = gl_VertexID - 6 * atom;
  corner = corner < 3 ? corner : 6 - corner;
  float radius = radiusOf(atom);
  vec3 place = centerOf(atom) + imageShift();
  if (radius <= 0.0 || cutAway(tripleAt(owners, atom) + imageShift())) {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
    return;
  }
  vec3 center = (modelViewMatrix * vec4(place, 1.0)).xyz;
  float size = radius;
  vec3 right = vec3(1.0, 0.0, 0.0);
  vec3 up = vec3(0.0, 1.0, 0.0);
  vec3 back = vec3(0.0, 0.0, 1.0);
  if (perspective) {
    float far = dot(center, center);
    size *= sqrt(far / max(far - radius * radius, 1e-6 * far));
    back = -center / sqrt(far);
    right = normalize(cross(up, back));
    up = cross(back, right);
  }
  // Room for the edge, also of rings that are small in the picture.
  vAt = (vec2(float(corner & 1), float(corner >> 1)) * 2.0 - 1.0) * 1.15;
  vec3 point = center + size * (vAt.x * right + vAt.y * up);
  gl_Position = projectionMatrix * vec4(point, 1.0);
  // As near as the front of its sphere, so that the sphere of the same atom does not hide it.
  vec4 front = projectionMatrix * vec4(point + (relief ? 1.02 * radius : lift) * back, 1.0);
  gl_Position.z = front.z / front.w * gl_Position.w;
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec2 vAt;
uniform float width;
uniform float pixelRatio;
uniform vec3 color;
uniform vec3 fogColor;
out vec4 outColor;

/** Covered by a band of so many pixels on either side of its middle, which lies so many inside of the edge. */
float band(float pixels, float inside, float half_) {
  return clamp(half_ + 0.5 - abs(pixels - inside), 0.0, 1.0);
}

void main() {
  float miss = length(vAt);
  float pixels = (1.0 - miss) / max(fwidth(miss), 1e-6);
  float ring = band(pixels, 0.5 * width, 0.5 * width);
  // A seam in the colour of the ground tells the ring from any atom.
  float seam = 0.75 * band(pixels, 0.5 * width, 0.5 * width + 1.2 * pixelRatio);
  float alpha = max(ring, seam);
  if (alpha < 0.01) discard;
  outColor = vec4(mix(fogColor, color, ring) * alpha, alpha);
}`;

export class Ghosts {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly #store: AtomStore;
  readonly #owners: FloatTexture;

  /** @param shown the atoms that the picture is of */
  constructor(
    readonly count: number,
    shown: AtomStore,
  ) {
    this.#store = new AtomStore(count);
    this.#owners = new FloatTexture(3 * count, 1);
    const { centers, looks } = this.#store.uniforms;
    const geometry = new InstancedBufferGeometry();
    geometry.setDrawRange(0, 6 * count);
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      uniforms: {
        ...shown.uniforms,
        centers,
        looks,
        owners: { value: this.#owners.texture },
        lift: { value: 0 },
        width: { value: 2 },
        color: { value: [0, 0, 0] as readonly number[] },
      },
      transparent: true,
      premultipliedAlpha: true,
      depthWrite: false,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  /** `count × 3`; written in place, then `set` is called. */
  get centers(): Float32Array {
    return this.#store.centers;
  }

  /** Of the atoms that they are of, in the same way. */
  get owners(): Float32Array {
    return this.#owners.data;
  }

  /** @param radii one an atom; 0 is not drawn */
  set(radii: ArrayLike<number>): void {
    this.#store.centersChanged();
    this.#owners.changed();
    this.#store.setRadii(radii);
  }

  /**
   * @param width in pixels
   * @param lift so much nearer to the eye, in two dimensions
   */
  show(images: number, color: readonly number[], width: number, lift: number): void {
    const { uniforms } = this.mesh.material;
    this.mesh.geometry.instanceCount = images;
    uniforms.color.value = color;
    uniforms.width.value = width;
    uniforms.lift.value = lift;
  }

  dispose(): void {
    this.#store.dispose();
    this.#owners.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
