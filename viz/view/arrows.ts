/** Arrows from atoms: one solid of revolution, drawn once a vector, with a shaft and a head that keep their shape. */
import {
  BufferAttribute,
  DynamicDrawUsage,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  RawShaderMaterial,
} from 'three';

const SIDES = 16;

const vertexShader = /* glsl */ `
precision highp float;
// x, y: around the axis; z: ring 0 tail, 1 neck on the shaft, 2 neck on the head, 3 tip.
in vec3 position;
in vec3 center;
in vec3 vector;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform float scale;
uniform float width;
uniform float lift;
out vec3 vNormal;

void main() {
  float size = length(vector) * scale;
  vec3 axis = size > 0.0 ? vector * scale / size : vec3(0.0, 0.0, 1.0);
  vec3 u = normalize(abs(axis.z) < 0.9 ? cross(axis, vec3(0.0, 0.0, 1.0)) : cross(axis, vec3(1.0, 0.0, 0.0)));
  vec3 v = cross(axis, u);
  // Short arrows are thin: the head is never more than half of one.
  float head = min(3.4 * width, 0.5 * size);
  float thickness = head / 3.4;
  float ring = position.z;
  float along = ring < 0.5 ? 0.0 : ring < 2.5 ? size - head : size;
  float radius = ring < 1.5 ? 0.5 * thickness : ring < 2.5 ? 1.3 * thickness : 0.0;
  vec3 around = position.x * u + position.y * v;
  vec3 normal = ring < 1.5 ? around : normalize(around + 0.4 * axis);
  vNormal = (modelViewMatrix * vec4(normal, 0.0)).xyz;
  vec3 point = center + along * axis + radius * around;
  vec4 view = modelViewMatrix * vec4(point, 1.0);
  view.z += lift;
  gl_Position = projectionMatrix * view;
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec3 vNormal;
uniform vec3 color;
out vec4 outColor;

void main() {
  float light = 0.72 + 0.28 * max(0.0, dot(normalize(vNormal), normalize(vec3(-0.45, 0.6, 0.9))));
  outColor = vec4(color * light, 1.0);
}`;

export class Arrows {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly #centers: InstancedBufferAttribute;
  readonly #vectors: InstancedBufferAttribute;

  constructor(count: number) {
    const geometry = new InstancedBufferGeometry();
    geometry.instanceCount = count;
    const points: number[] = [];
    const indices: number[] = [];
    for (let ring = 0; ring < 4; ring++) {
      for (let side = 0; side < SIDES; side++) {
        const angle = (2 * Math.PI * side) / SIDES;
        points.push(Math.cos(angle), Math.sin(angle), ring);
        if (ring === 3) continue;
        const [a, b] = [ring * SIDES + side, ring * SIDES + ((side + 1) % SIDES)];
        indices.push(a, b, b + SIDES, a, b + SIDES, a + SIDES);
      }
    }
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(points), 3));
    geometry.setIndex(indices);
    this.#centers = dynamic(count);
    this.#vectors = dynamic(count);
    geometry.setAttribute('center', this.#centers);
    geometry.setAttribute('vector', this.#vectors);
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      uniforms: {
        scale: { value: 1 },
        width: { value: 0.1 },
        lift: { value: 0 },
        color: { value: [0.1, 0.1, 0.12] },
      },
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  /** `count × 3` each. */
  set(centers: Float32Array, vectors: ArrayLike<number>): void {
    this.#centers.array.set(centers);
    this.#vectors.array.set(vectors);
    this.#centers.needsUpdate = true;
    this.#vectors.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

function dynamic(count: number): InstancedBufferAttribute {
  const attribute = new InstancedBufferAttribute(new Float32Array(3 * count), 3);
  attribute.setUsage(DynamicDrawUsage);
  return attribute;
}
