/**
 * Bonds as ray-cast cylinders. A bond is two halves, each from its atom towards the nearest image of the other and in
 * its atom's colour: across a border of the cell both halves stick out. Only atoms are uploaded when a frame changes;
 * the ends are read from them.
 */
import { DoubleSide, GLSL3, InstancedBufferGeometry, Mesh, RawShaderMaterial } from 'three';
import type { Bonds } from '../../state/index.js';
import { type AtomStore, atomGlsl, edgeBlending, lightGlsl } from './atom-store.js';
import { FloatTexture } from './float-texture.js';

/** GLSL: the vector between two atoms that is nearest to how it was when the bond was found. */
export const bondGlsl = /* glsl */ `
vec3 bondVector(vec3 from, vec3 to, vec3 known) {
  vec3 raw = to - from;
  return raw + lattice * (periodic * floor(inverseLattice * (known - raw) + 0.5));
}`;

const vertexShader = /* glsl */ `${atomGlsl}
${bondGlsl}
uniform sampler2D bonds;
uniform float width;
out vec3 vPoint;
flat out vec3 vStart;
flat out vec3 vAxis;
flat out float vLength;
flat out float vRadius;
flat out vec3 vColor;

void main() {
  int half_ = gl_VertexID / 6;
  int corner = gl_VertexID - 6 * half_;
  corner = corner < 3 ? corner : 6 - corner;
  vec2 quad = vec2(float(corner & 1), float(corner >> 1)) * 2.0 - 1.0;
  vec4 atoms = texelAt(bonds, half_ & ~1);
  vec3 known = texelAt(bonds, half_ | 1).xyz;
  bool second = (half_ & 1) == 1;
  int atom = int(second ? atoms.y : atoms.x);
  int other = int(second ? atoms.x : atoms.y);
  vec3 center = centerOf(atom);
  vec3 way = 0.5 * bondVector(center, centerOf(other), second ? -known : known);
  vec3 place = center + imageShift();
  // A bond whose atom is hidden is hidden.
  if (radiusOf(atom) <= 0.0 || radiusOf(other) <= 0.0 || cutAway(place) || cutAway(place + 2.0 * way)) {
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
    return;
  }
  vStart = (modelViewMatrix * vec4(place, 1.0)).xyz;
  vec3 axis = (modelViewMatrix * vec4(way, 0.0)).xyz;
  vLength = length(axis);
  vAxis = axis / max(vLength, 1e-12);
  vRadius = min(width, 0.7 * min(radiusOf(atom), radiusOf(other)));
  vColor = colorOf(atom);
  vec3 sight = perspective ? normalize(vStart + 0.5 * axis) : vec3(0.0, 0.0, -1.0);
  vec3 side = cross(vAxis, sight);
  float across = length(side);
  side = across > 1e-4 ? side / across : vec3(1.0, 0.0, 0.0);
  // In front of the cylinder, and long enough for its round ends.
  vec3 along = cross(sight, side);
  along *= sign(dot(along, vAxis));
  vec3 end = quad.y < 0.0 ? vStart : vStart + axis;
  vPoint = end - sight * vRadius + 1.05 * vRadius * (quad.x * side + quad.y * along);
  gl_Position = projectionMatrix * vec4(vPoint, 1.0);
}`;

const fragmentShader = /* glsl */ `${lightGlsl}
in vec3 vPoint;
flat in vec3 vStart;
flat in vec3 vAxis;
flat in float vLength;
flat in float vRadius;
flat in vec3 vColor;
out vec4 outColor;

void main() {
  vec3 origin;
  vec3 sight;
  sightThrough(vPoint, origin, sight);
  // The line of sight against the cylinder, both seen along the axis.
  vec3 from = origin - vStart;
  vec3 flatSight = sight - dot(sight, vAxis) * vAxis;
  vec3 flatFrom = from - dot(from, vAxis) * vAxis;
  float a = dot(flatSight, flatSight);
  float b = dot(flatSight, flatFrom);
  vec3 nearest = flatFrom - (b / max(a, 1e-9)) * flatSight;
  float miss = length(nearest) / vRadius;
  float pixel = max(fwidth(miss), 1e-5);
  float coverage = clamp((1.0 - miss) / pixel + 0.5, 0.0, 1.0);
  if (coverage <= (smoothEdges ? 0.0 : 0.499)) discard;
  float reach = vRadius * sqrt(max(0.0, 1.0 - miss * miss)) / sqrt(max(a, 1e-9));
  vec3 point = origin + (-b / max(a, 1e-9) - reach) * sight;
  float along = dot(point - vStart, vAxis);
  if (along < 0.0) discard;
  vec3 normal = (point - vStart - along * vAxis) / vRadius;
  if (along > vLength * 1.0001) {
    // Beyond the end: its flat face may be seen, where the other half is in another cell.
    float facing = dot(sight, vAxis);
    if (facing >= -1e-4) discard;
    point = origin + (vLength - dot(from, vAxis)) / facing * sight;
    if (distance(point, vStart + vLength * vAxis) > vRadius) discard;
    normal = vAxis;
  }
  vec3 shaded = relief ? lit(vColor, normal, sight) : 0.88 * vColor;
  shaded *= outlined(miss, pixel);
  outColor = vec4(fogged(shaded, -point.z), smoothEdges ? coverage : 1.0);
  // Below disks.
  gl_FragDepth = depthOf(relief ? point : vec3(point.xy, vStart.z));
}`;

export class BondCylinders {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  #table = new FloatTexture(0, 4);

  constructor(store: AtomStore) {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      // Which way a quad turns depends on how its bond lies.
      side: DoubleSide,
      ...edgeBlending,
      uniforms: { ...store.uniforms, bonds: { value: this.#table.texture }, width: { value: 1 } },
    });
    this.mesh = new Mesh(new InstancedBufferGeometry(), material);
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
  }

  set({ count, atoms, vectors }: Bonds): void {
    if (this.#table.length < 2 * count) {
      this.#table.dispose();
      // With room for more: the next frame has hardly the same number.
      this.#table = new FloatTexture(Math.ceil(2.5 * count), 4);
      this.mesh.material.uniforms.bonds.value = this.#table.texture;
    }
    const { data } = this.#table;
    for (let k = 0; k < count; k++) {
      data[8 * k] = atoms[2 * k];
      data[8 * k + 1] = atoms[2 * k + 1];
      for (let m = 0; m < 3; m++) data[8 * k + 4 + m] = vectors[3 * k + m];
    }
    this.#table.changed();
    this.mesh.geometry.setDrawRange(0, 12 * count);
  }

  /** @param width radius of the cylinders */
  show(visible: boolean, images: number, width: number): void {
    this.mesh.visible = visible && this.mesh.geometry.drawRange.count > 0;
    this.mesh.geometry.instanceCount = images;
    this.mesh.material.uniforms.width.value = width;
  }

  dispose(): void {
    this.#table.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
