/**
 * Atoms as ray-cast spheres: one quad an atom, on which the fragment shader finds where the line of sight meets the
 * sphere, and writes depth and light from there. Atoms that are small in the picture are points instead of quads:
 * the same spheres from a sixth of the vertices.
 */
import {
  type Camera,
  Color,
  GLSL3,
  InstancedBufferGeometry,
  Mesh,
  type Object3D,
  Points,
  RawShaderMaterial,
  type WebGLRenderer,
} from 'three';
import { AtomNumbers } from './atom-numbers.js';
import { type AtomStore, atomGlsl, edgeBlending, lightGlsl } from './atom-store.js';
import { QuickSpheres } from './quick-spheres.js';
import { sphereColorGlsl } from './sphere-color.js';

const vertexShader = /* glsl */ `${atomGlsl}
uniform vec4 picked;
uniform vec2 viewport;
flat out vec3 vCenter;
flat out float vRadius;
flat out vec3 vColor;
flat out float vPicked;
#ifdef POINTS
flat out float vSize;
#else
out vec3 vPoint;
#endif

void main() {
#ifdef POINTS
  int atom = gl_VertexID;
#else
  int atom = gl_VertexID / 6;
  int corner = gl_VertexID - 6 * atom;
  corner = corner < 3 ? corner : 6 - corner;
  // 0 1 2, 3 2 1 of: left low, right low, left high, right high.
  vec2 quad = vec2(float(corner & 1), float(corner >> 1)) * 2.0 - 1.0;
#endif
  vec2 look = texelAt(looks, atom).xy;
  vRadius = look.x * radiusScale;
  vec3 place = centerOf(atom) + imageShift();
  if (vRadius <= 0.0 || cutAway(place)) {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
#ifdef POINTS
    gl_PointSize = 0.0;
#endif
    return;
  }
  vCenter = (modelViewMatrix * vec4(place, 1.0)).xyz;
  vColor = paletteColor(look.y);
  vPicked = any(equal(vec4(atom), picked)) ? 1.0 : 0.0;
  float size = vRadius;
  vec3 right = vec3(1.0, 0.0, 0.0);
  vec3 up = vec3(0.0, 1.0, 0.0);
  if (perspective) {
    // The quad faces the eye and covers the cone in which the sphere is seen.
    float far = dot(vCenter, vCenter);
    size *= sqrt(far / max(far - vRadius * vRadius, 1e-6 * far));
    vec3 sight = vCenter / sqrt(far);
    right = normalize(cross(sight, up));
    up = cross(right, sight);
  }
#ifdef POINTS
  gl_Position = projectionMatrix * vec4(vCenter, 1.0);
  float pixels = size * projectionMatrix[1][1] * viewport.y / (perspective ? -vCenter.z : 1.0);
  gl_PointSize = max(1.0, pixels + 1.0);
  vSize = size * gl_PointSize / max(pixels, 1e-6);
#else
  // A little more than the sphere: its edge is smoothed.
  vPoint = vCenter + size * 1.03 * (quad.x * right + quad.y * up);
  gl_Position = projectionMatrix * vec4(vPoint, 1.0);
#endif
}`;

const fragmentShader = /* glsl */ `${lightGlsl}
${sphereColorGlsl}
uniform float top;
flat in vec3 vCenter;
flat in float vRadius;
flat in vec3 vColor;
flat in float vPicked;
#ifdef POINTS
flat in float vSize;
#else
in vec3 vPoint;
#endif
out vec4 outColor;

void main() {
#ifdef POINTS
  vec3 vPoint = vCenter + vec3(2.0 * gl_PointCoord.x - 1.0, 1.0 - 2.0 * gl_PointCoord.y, 0.0) * vSize;
#endif
  vec3 origin;
  vec3 sight;
  sightThrough(vPoint, origin, sight);
  vec3 toCenter = vCenter - origin;
  float along = dot(toCenter, sight);
  vec3 across = toCenter - along * sight;
  // Distance of the line of sight from the center, in radii.
  float miss = length(across) / vRadius;
  float pixel = max(fwidth(miss), 1e-5);
  float coverage = clamp((1.0 - miss) / pixel + 0.5, 0.0, 1.0);
#ifdef POINTS
  // An atom smaller than a pixel is a pixel.
  if (vSize > 1.9 * vRadius) { coverage = 1.0; miss = min(miss, 0.6); }
#endif
  if (coverage <= (smoothEdges ? 0.0 : 0.499)) discard;
  float depth = sqrt(max(0.0, 1.0 - miss * miss));
  vec3 point = origin + (along - depth * vRadius) * sight;
  // Disks lie on each other whole, so that the edges of those that overlap are seen.
  gl_FragDepth = depthOf(relief ? point : vec3(point.xy, vCenter.z + top - 0.5 * vRadius));
  vec3 normal = (point - vCenter) / vRadius;
  vec3 shaded = sphereColor(vColor, vPicked > 0.5, normal, sight, -point.z, miss, pixel);
  outColor = vec4(shaded, smoothEdges ? coverage : 1.0);
}`;

/** Atoms that are no larger than this, in pixels across, are drawn as points. */
const POINT_SIZE = 10;
/** Points that are cut off at the picture's edge by their centers would be seen to vanish; fewer atoms stay quads. */
const POINTS_FROM = 5_000;

export class Spheres {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly points: Points<InstancedBufferGeometry, RawShaderMaterial>;
  readonly objects: readonly Object3D[];
  readonly #store: AtomStore;
  readonly #numbers: AtomNumbers;
  readonly #quick: QuickSpheres;
  /** Whether atoms are small in the picture. */
  #small = false;

  constructor(store: AtomStore) {
    this.#store = store;
    const material = (defines: Record<string, string>): RawShaderMaterial =>
      new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader,
        fragmentShader,
        defines,
        uniforms: store.uniforms,
        ...edgeBlending,
      });
    const geometry = (vertices: number): InstancedBufferGeometry => {
      const made = new InstancedBufferGeometry();
      made.setDrawRange(0, vertices * store.count);
      return made;
    };
    this.mesh = new Mesh(geometry(6), material({}));
    this.points = new Points(geometry(1), material({ POINTS: '' }));
    this.mesh.frustumCulled = false;
    this.points.frustumCulled = false;
    this.#numbers = new AtomNumbers(store, { mesh: this.mesh.geometry, points: this.points.geometry });
    this.#quick = new QuickSpheres(store);
    this.objects = [this.mesh, this.points, this.#quick.mesh];
  }

  /** @param pixels how large most atoms are in the picture, across */
  show(images: number, pixels: number): void {
    this.#small = pixels <= POINT_SIZE && this.#store.count >= POINTS_FROM;
    this.points.visible = this.#small;
    this.mesh.visible = !this.#small;
    this.#quick.mesh.visible = false;
    this.mesh.geometry.instanceCount = images;
    this.points.geometry.instanceCount = images;
  }

  /** After `show`, before a picture that is wanted soon. */
  hurry(renderer: WebGLRenderer, camera: Camera): void {
    // Disks hardly cover each other.
    const { relief, top } = this.#store.uniforms;
    if (!relief.value) return;
    this.#numbers.countImages(this.#store.count);
    const color = renderer.getClearColor(new Color());
    const alpha = renderer.getClearAlpha();
    renderer.setClearColor(0, 0);
    this.#quick.prepare(renderer, camera, this.#small ? this.#numbers.points : this.#numbers.mesh, top.value);
    renderer.setClearColor(color, alpha);
    this.points.visible = false;
    this.mesh.visible = false;
    this.#quick.mesh.visible = true;
  }

  /** Gives back what pictures that are wanted soon need. */
  rest(): void {
    this.#quick.release();
  }

  /** While `draw` runs, atoms are drawn as their numbers in place of colours; as quads, which a picture of one pixel needs. */
  withIds(draw: () => void): void {
    const { material } = this.mesh;
    const seen = this.objects.map((one) => one.visible);
    for (const one of this.objects) one.visible = one === this.mesh;
    this.#numbers.countImages(0);
    this.mesh.material = this.#numbers.mesh.material;
    draw();
    this.mesh.material = material;
    this.objects.forEach((one, k) => {
      one.visible = seen[k];
    });
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.points.geometry.dispose();
    for (const one of [this.mesh.material, this.points.material, this.#numbers, this.#quick]) one.dispose();
  }
}
