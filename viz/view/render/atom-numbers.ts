/**
 * Which atom each pixel shows: spheres drawn with their depth as numbers in place of colours, four bytes a pixel, 0
 * where there is none. The shader does the least that finds a sphere's outline and depth, as every atom that lies
 * behind others goes through it, too.
 */
import { GLSL3, type InstancedBufferGeometry, Mesh, Points, RawShaderMaterial } from 'three';
import { type AtomStore, atomGlsl } from './atom-store.js';

const vertexShader = /* glsl */ `${atomGlsl}
uniform int count;
uniform bool relief;
uniform float top;
uniform vec2 viewport;
flat out vec4 vNumber;
flat out vec2 vShape;
#ifdef POINTS
flat out float vReach;
#else
out vec2 vAt;
#endif

void main() {
#ifdef POINTS
  int atom = gl_VertexID;
  gl_PointSize = 0.0;
#else
  int atom = gl_VertexID / 6;
  int corner = gl_VertexID - 6 * atom;
  corner = corner < 3 ? corner : 6 - corner;
#endif
  gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  float radius = radiusOf(atom);
  vec3 place = centerOf(atom) + imageShift();
  if (radius <= 0.0 || cutAway(place)) return;
  vec3 center = (modelViewMatrix * vec4(place, 1.0)).xyz;
  int number = 1 + atom + count * gl_InstanceID;
  vNumber = vec4(number & 255, (number >> 8) & 255, (number >> 16) & 255, number >> 24) / 255.0;
  float size = radius;
  vec3 right = vec3(1.0, 0.0, 0.0);
  vec3 up = vec3(0.0, 1.0, 0.0);
  if (perspective) {
    // The quad faces the eye and is the section of the cone in which the sphere is seen.
    float far = dot(center, center);
    float inside = max(far - radius * radius, 1e-6 * far);
    size *= sqrt(far / inside);
    vec3 sight = center * inversesqrt(far);
    right = normalize(cross(sight, up));
    up = cross(right, sight);
    vShape = vec2(radius * inversesqrt(far), radius * radius / inside);
  } else {
    vShape = vec2(-0.5 * projectionMatrix[2].z * radius, 0.0);
  }
#ifdef POINTS
  gl_Position = projectionMatrix * vec4(center, 1.0);
  float pixels = size * projectionMatrix[1][1] * viewport.y / (perspective ? -center.z : 1.0);
  gl_PointSize = max(1.0, pixels + 1.0);
  // An atom smaller than a pixel is a pixel.
  vReach = pixels < 1.1 ? 0.5 : gl_PointSize / pixels;
#else
  vAt = vec2(float(corner & 1), float(corner >> 1)) * 2.0 - 1.0;
  gl_Position = projectionMatrix * vec4(center + size * (vAt.x * right + vAt.y * up), 1.0);
#endif
  if (relief) return;
  // Disks lie on each other whole.
  vec4 disk = projectionMatrix * vec4(0.0, 0.0, center.z + top - 0.5 * radius, 1.0);
  gl_Position.z = disk.z / disk.w * gl_Position.w;
  vShape = vec2(0.0);
}`;

const fragmentShader = /* glsl */ `
precision highp float;
uniform mat4 projectionMatrix;
uniform bool perspective;
uniform bool relief;
flat in vec4 vNumber;
flat in vec2 vShape;
#ifdef POINTS
flat in float vReach;
#else
in vec2 vAt;
#endif
out vec4 outNumber;

void main() {
#ifdef POINTS
  vec2 vAt = (2.0 * gl_PointCoord - 1.0) * vReach;
#endif
  float miss2 = dot(vAt, vAt);
  if (miss2 > 1.0) discard;
  float height = sqrt(1.0 - miss2);
  // In perspective the line of sight, which meets the plane of the quad at depth 1 / w, meets the sphere at this part of it.
  gl_FragDepth = perspective && relief
    ? 0.5 - 0.5 * projectionMatrix[2].z + 0.5 * projectionMatrix[3].z * gl_FragCoord.w * (1.0 + vShape.y * miss2) / (1.0 - vShape.x * height)
    : gl_FragCoord.z - vShape.x * height;
  outNumber = vNumber;
}`;

export class AtomNumbers {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly points: Points<InstancedBufferGeometry, RawShaderMaterial>;
  readonly #uniforms;

  /** The geometries are those of what is seen; they are not disposed here. */
  constructor(
    store: AtomStore,
    geometries: { readonly mesh: InstancedBufferGeometry; readonly points: InstancedBufferGeometry },
  ) {
    this.#uniforms = { ...store.uniforms, count: { value: 0 } };
    const material = (defines: Record<string, string>): RawShaderMaterial =>
      new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader,
        fragmentShader,
        defines,
        uniforms: this.#uniforms,
      });
    this.mesh = new Mesh(geometries.mesh, material({}));
    this.points = new Points(geometries.points, material({ POINTS: '' }));
    for (const one of [this.mesh, this.points]) one.frustumCulled = false;
  }

  /** @param step from one periodic image of an atom to the next: 0 gives all of them its number */
  countImages(step: number): void {
    this.#uniforms.count.value = step;
  }

  dispose(): void {
    for (const { material } of [this.mesh, this.points]) material.dispose();
  }
}
