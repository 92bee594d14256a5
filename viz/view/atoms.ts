/**
 * Atoms as ray-cast spheres: one quad an atom, on which the fragment shader finds where the line of sight meets the
 * sphere, and writes depth and light from there. A frame uploads 12 bytes an atom; radii and colours stay.
 */
import {
  BufferAttribute,
  DynamicDrawUsage,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  RawShaderMaterial,
  Color as ThreeColor,
} from 'three';

/** Whatever draws atoms; a renderer for another graphics interface has the same. */
export interface AtomRenderer {
  /** `count × 3`. */
  setCenters(centers: Float32Array): void;
  /** One radius and three bytes of colour an atom. */
  setLook(radii: Float32Array, colors: Uint8Array): void;
  setRadiusScale(factor: number): void;
  dispose(): void;
}

const vertexShader = /* glsl */ `
precision highp float;
in vec2 position;
in vec3 center;
in float radius;
in vec3 color;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform float radiusScale;
uniform bool perspective;
out vec3 vPoint;
flat out vec3 vCenter;
flat out float vRadius;
flat out vec3 vColor;

void main() {
  vCenter = (modelViewMatrix * vec4(center, 1.0)).xyz;
  vRadius = radius * radiusScale;
  vColor = color;
  vec3 right = vec3(1.0, 0.0, 0.0);
  vec3 up = vec3(0.0, 1.0, 0.0);
  float size = vRadius;
  if (perspective) {
    // The quad faces the eye and covers the cone in which the sphere is seen.
    vec3 sight = normalize(vCenter);
    right = normalize(cross(sight, up));
    up = cross(right, sight);
    float far = dot(vCenter, vCenter);
    size *= sqrt(far / max(far - vRadius * vRadius, 1e-6 * far));
  }
  vPoint = vCenter + size * 1.02 * (position.x * right + position.y * up);
  gl_Position = projectionMatrix * vec4(vPoint, 1.0);
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec3 vPoint;
flat in vec3 vCenter;
flat in float vRadius;
flat in vec3 vColor;
uniform mat4 projectionMatrix;
uniform bool perspective;
uniform bool relief;
uniform float fogNear;
uniform float fogFar;
uniform vec3 fogColor;
out vec4 outColor;

void main() {
  vec3 origin = perspective ? vec3(0.0) : vec3(vPoint.xy, 0.0);
  vec3 sight = perspective ? normalize(vPoint) : vec3(0.0, 0.0, -1.0);
  vec3 toCenter = vCenter - origin;
  float along = dot(toCenter, sight);
  vec3 across = toCenter - along * sight;
  // Distance of the line of sight from the center, in radii.
  float miss = length(across) / vRadius;
  float pixel = max(fwidth(miss), 1e-5);
  float coverage = clamp((1.0 - miss) / pixel + 0.5, 0.0, 1.0);
  if (coverage <= 0.0) discard;
  float depth = sqrt(max(0.0, 1.0 - miss * miss));
  vec3 point = origin + (along - depth * vRadius) * sight;
  vec3 normal = (point - vCenter) / vRadius;

  vec3 light = normalize(vec3(-0.45, 0.6, 0.9));
  float diffuse = max(0.0, dot(normal, light));
  float shine = pow(max(0.0, dot(normal, normalize(light - sight))), 48.0);
  // The rim is in its neighbours' shade.
  float rim = depth;
  vec3 lit = vColor * (0.38 + 0.18 * rim + 0.62 * diffuse) + 0.16 * shine;
  // Disks are plain with a darker edge, which tells those apart that overlap.
  vec3 plain = vColor * (1.0 - 0.22 * smoothstep(0.88, 0.88 + max(pixel, 0.02), miss));
  vec3 shaded = relief ? lit : plain;
  // A dark outline, about a pixel and a half, less on atoms that are small in the picture.
  float line = 1.0 - smoothstep(1.0, 2.2, (1.0 - miss) / pixel);
  shaded *= 1.0 - 0.55 * line * clamp(0.16 / pixel, 0.0, 1.0);
  float fog = clamp((-point.z - fogNear) / (fogFar - fogNear), 0.0, 1.0);
  outColor = vec4(mix(shaded, fogColor, fog * 0.6), coverage);

  vec4 clip = projectionMatrix * vec4(point, 1.0);
  gl_FragDepth = 0.5 * clip.z / clip.w + 0.5;
}`;

export class SphereImpostors implements AtomRenderer {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly #centers: InstancedBufferAttribute;

  /** @param count atoms; another count needs another renderer */
  constructor(count: number) {
    const geometry = new InstancedBufferGeometry();
    geometry.instanceCount = count;
    geometry.setAttribute('position', new BufferAttribute(new Float32Array([-1, -1, 1, -1, 1, 1, -1, 1]), 2));
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    this.#centers = new InstancedBufferAttribute(new Float32Array(3 * count), 3);
    this.#centers.setUsage(DynamicDrawUsage);
    geometry.setAttribute('center', this.#centers);
    geometry.setAttribute('radius', new InstancedBufferAttribute(new Float32Array(count), 1));
    geometry.setAttribute('color', new InstancedBufferAttribute(new Uint8Array(3 * count), 3, true));
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      alphaToCoverage: true,
      uniforms: {
        radiusScale: { value: 1 },
        perspective: { value: false },
        relief: { value: true },
        fogNear: { value: 0 },
        fogFar: { value: 1 },
        fogColor: { value: new ThreeColor() },
      },
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  setCenters(centers: Float32Array): void {
    this.#centers.array.set(centers);
    this.#centers.needsUpdate = true;
  }

  setLook(radii: Float32Array, colors: Uint8Array): void {
    this.#fill('radius', radii);
    this.#fill('color', colors);
  }

  setRadiusScale(factor: number): void {
    this.mesh.material.uniforms.radiusScale.value = factor;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  #fill(name: string, values: ArrayLike<number>): void {
    const attribute = this.mesh.geometry.getAttribute(name);
    attribute.array.set(values);
    attribute.needsUpdate = true;
  }
}
