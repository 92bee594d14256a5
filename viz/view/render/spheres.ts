/**
 * Atoms as ray-cast spheres: one quad an atom, on which the fragment shader finds where the line of sight meets the
 * sphere, and writes depth and light from there. Atoms that are small in the picture are points instead of quads:
 * the same spheres from a sixth of the vertices.
 */
import { GLSL3, InstancedBufferGeometry, Mesh, Points, RawShaderMaterial } from 'three';
import { type AtomStore, atomGlsl, edgeBlending, lightGlsl } from './atom-store.js';

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
#ifdef IDS
flat out vec4 vId;
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
  if (vRadius <= 0.0) {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
#ifdef POINTS
    gl_PointSize = 0.0;
#endif
    return;
  }
  vCenter = (modelViewMatrix * vec4(centerOf(atom) + imageShift(), 1.0)).xyz;
  vColor = paletteColor(look.y);
  vPicked = any(equal(vec4(atom), picked)) ? 1.0 : 0.0;
#ifdef IDS
  int id = atom + 1;
  vId = vec4(id & 255, (id >> 8) & 255, (id >> 16) & 255, id >> 24) / 255.0;
#endif
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
#ifdef IDS
flat in vec4 vId;
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
#ifdef IDS
  outColor = vId;
#else
  vec3 normal = (point - vCenter) / vRadius;
  vec3 shaded = relief
    ? lit(vColor, normal, sight)
    // Disks are plain with a darker edge, which tells those apart that overlap.
    : vColor * (1.0 - 0.22 * smoothstep(0.88, 0.88 + max(pixel, 0.02), miss));
  // A dark outline, about a pixel and a half, less on atoms that are small in the picture.
  float line = 1.0 - smoothstep(1.0, 2.2, (1.0 - miss) / pixel);
  shaded *= 1.0 - 0.55 * line * clamp(0.16 / pixel, 0.0, 1.0);
  shaded = fogged(shaded, -point.z);
  // A picked atom has a ring of white and black, which is seen on every colour.
  if (vPicked > 0.5) {
    float ring = smoothstep(0.66 - pixel, 0.66, miss) - smoothstep(0.94, 0.94 + pixel, miss);
    float core = smoothstep(0.73 - pixel, 0.73, miss) - smoothstep(0.87, 0.87 + pixel, miss);
    shaded = mix(mix(shaded, vec3(0.05), ring), vec3(1.0), core);
  }
  outColor = vec4(shaded, smoothEdges ? coverage : 1.0);
#endif
}`;

/** Atoms that are no larger than this, in pixels across, are drawn as points. */
const POINT_SIZE = 10;
/** Points that are cut off at the picture's edge by their centers would be seen to vanish; fewer atoms stay quads. */
const POINTS_FROM = 5_000;

export class Spheres {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly points: Points<InstancedBufferGeometry, RawShaderMaterial>;
  readonly #store: AtomStore;
  readonly #ids: RawShaderMaterial;

  constructor(store: AtomStore) {
    this.#store = store;
    const material = (defines: Record<string, string>): RawShaderMaterial =>
      new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader,
        fragmentShader,
        defines,
        uniforms: store.uniforms,
        ...('IDS' in defines ? {} : edgeBlending),
      });
    const geometry = (vertices: number): InstancedBufferGeometry => {
      const made = new InstancedBufferGeometry();
      made.setDrawRange(0, vertices * store.count);
      return made;
    };
    this.mesh = new Mesh(geometry(6), material({}));
    this.points = new Points(geometry(1), material({ POINTS: '' }));
    this.#ids = material({ IDS: '' });
    this.mesh.frustumCulled = false;
    this.points.frustumCulled = false;
  }

  /** @param pixels how large most atoms are in the picture, across */
  show(images: number, pixels: number): void {
    const small = pixels <= POINT_SIZE && this.#store.count >= POINTS_FROM;
    this.points.visible = small;
    this.mesh.visible = !small;
    this.mesh.geometry.instanceCount = images;
    this.points.geometry.instanceCount = images;
  }

  /** While `draw` runs, atoms are drawn as their numbers in place of colours; as quads, which a picture of one pixel needs. */
  withIds(draw: () => void): void {
    const { material } = this.mesh;
    const small = this.points.visible;
    this.mesh.material = this.#ids;
    this.mesh.visible = true;
    this.points.visible = false;
    draw();
    this.mesh.material = material;
    this.mesh.visible = !small;
    this.points.visible = small;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.points.geometry.dispose();
    for (const one of [this.mesh.material, this.points.material, this.#ids]) one.dispose();
  }
}
