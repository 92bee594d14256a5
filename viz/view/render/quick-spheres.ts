/**
 * Atoms for a picture that is wanted soon: first which atom each pixel shows, then its light, once a pixel and not once
 * for every atom behind it. Where graphics are slow this takes a fraction of the time of shading all spheres. Edges are not
 * smoothed; else the picture is the same.
 *
 * Deferred shading from numbers: Burns and Hunt, "The Visibility Buffer: A Cache-Friendly Approach to Deferred Shading",
 * Journal of Computer Graphics Techniques 2 (2013).
 */
import {
  BufferGeometry,
  type Camera,
  DepthTexture,
  GLSL3,
  Mesh,
  NearestFilter,
  NoBlending,
  type Object3D,
  RawShaderMaterial,
  UnsignedIntType,
  Vector3,
  Vector4,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import { type AtomStore, lightGlsl, readAtomGlsl } from './atom-store.js';
import { sphereColorGlsl } from './sphere-color.js';

const vertexShader = /* glsl */ `
/** Left, low, right and high end of what atoms may cover, from -1 to 1. */
uniform vec4 region;
void main() {
  int corner = gl_VertexID < 3 ? gl_VertexID : 6 - gl_VertexID;
  gl_Position = vec4((corner & 1) == 0 ? region.x : region.z, (corner >> 1) == 0 ? region.y : region.w, 0.0, 1.0);
}`;

const fragmentShader = /* glsl */ `${readAtomGlsl}
${lightGlsl}
${sphereColorGlsl}
uniform sampler2D numbers;
uniform sampler2D depths;
uniform int count;
uniform vec4 picked;
uniform vec2 viewport;
out vec4 outColor;

void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  ivec4 bytes = ivec4(texelFetch(numbers, place, 0) * 255.0 + 0.5);
  int number = (bytes.x | bytes.y << 8 | bytes.z << 16 | bytes.w << 24) - 1;
  if (number < 0) discard;
  int image = number / count;
  int atom = number - image * count;
  vec2 look = texelAt(looks, atom).xy;
  float radius = look.x * radiusScale;
  vec3 center = (modelViewMatrix * vec4(centerOf(atom) + shiftOf(image), 1.0)).xyz;
  vec2 lens = vec2(projectionMatrix[0].x, projectionMatrix[1].y);
  vec2 there = 2.0 * gl_FragCoord.xy / viewport - 1.0;
  vec3 origin;
  vec3 sight;
  sightThrough(vec3(there / lens, -1.0), origin, sight);
  vec3 toCenter = center - origin;
  float along = dot(toCenter, sight);
  vec3 across = along * sight - toCenter;
  float away = length(across);
  // A pixel's width in radii, as miss changes from one to the next along the picture's edges.
  float pixel = 2.0 / (lens.y * viewport.y) * (perspective ? along : 1.0) / radius;
  // An atom smaller than a pixel is a pixel.
  float miss = min(away / radius, pixel > 1.8 ? 0.6 : 1.0);
  pixel *= (abs(across.x) + abs(across.y)) / max(away, 1e-9);
  float height = sqrt(1.0 - miss * miss);
  vec3 normal = across / radius - height * sight;
  float depth = -(origin + (along - height * radius) * sight).z;
  outColor = vec4(sphereColor(paletteColor(look.y), any(equal(vec4(atom), picked)), normal, sight, depth, miss, max(pixel, 1e-5)), 1.0);
  gl_FragDepth = texelFetch(depths, place, 0).x;
}`;

export class QuickSpheres {
  /** Covers what atoms may cover; drawn in place of the spheres. */
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly #store: AtomStore;
  #target: WebGLRenderTarget | null = null;

  constructor(store: AtomStore) {
    this.#store = store;
    const screen = new BufferGeometry();
    screen.setDrawRange(0, 6);
    this.mesh = new Mesh(
      screen,
      new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader,
        fragmentShader,
        uniforms: {
          ...store.uniforms,
          numbers: { value: null },
          depths: { value: null },
          count: { value: store.count },
          region: { value: new Vector4() },
        },
        blending: NoBlending,
      }),
    );
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
  }

  /**
   * @param numbers draws atoms as their numbers, counting images
   * @param radius of the largest atoms, as they are drawn
   */
  prepare(renderer: WebGLRenderer, camera: Camera, numbers: Object3D, radius: number): void {
    const { x: width, y: height } = this.#store.uniforms.viewport.value;
    const target = this.#targetOf(width, height);
    const { uniforms } = this.mesh.material;
    uniforms.numbers.value = target.texture;
    uniforms.depths.value = target.depthTexture;
    renderer.setRenderTarget(target);
    renderer.render(numbers, camera);
    renderer.setRenderTarget(null);
    // Now that the camera's matrices are up to date.
    this.#bound(camera, radius, uniforms.region.value);
  }

  /** Gives back what it draws into, until it is prepared again. */
  release(): void {
    this.#target?.depthTexture?.dispose();
    this.#target?.dispose();
    this.#target = null;
  }

  dispose(): void {
    this.release();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  /** Where in the picture the corners of a box around all atoms lie, or all of it where one is beside or behind the eye. */
  #bound(camera: Camera, radius: number, region: Vector4): void {
    const { lattice, images } = this.#store.uniforms;
    const { min, max } = this.#store.box;
    const { x: a, y: b, z: c } = images.value;
    region.set(1, 1, -1, -1);
    for (let k = 0; k < 64; k++) {
      const [x, y, z] = [0, 1, 2].map((axis) => ((k >> axis) & 1 ? max : min).getComponent(axis));
      const [na, nb, nc] = [a, b, c].map((n, axis) => ((k >> (3 + axis)) & 1) * (n - 1));
      const corner = new Vector3(na, nb, nc).applyMatrix3(lattice.value).add(new Vector3(x, y, z));
      corner.applyMatrix4(camera.matrixWorldInverse);
      const [low, high] = [corner.clone(), corner.clone()];
      low.subScalar(radius);
      high.addScalar(radius);
      if (this.#store.uniforms.perspective.value && high.z >= 0) {
        region.set(-1, -1, 1, 1);
        return;
      }
      for (const depth of [low.z, high.z]) {
        const from = new Vector3(low.x, low.y, depth).applyMatrix4(camera.projectionMatrix);
        const to = new Vector3(high.x, high.y, depth).applyMatrix4(camera.projectionMatrix);
        region.x = Math.min(region.x, from.x);
        region.y = Math.min(region.y, from.y);
        region.z = Math.max(region.z, to.x);
        region.w = Math.max(region.w, to.y);
      }
    }
    region.clampScalar(-1, 1);
  }

  #targetOf(width: number, height: number): WebGLRenderTarget {
    if (this.#target?.width === width && this.#target.height === height) return this.#target;
    this.release();
    this.#target = new WebGLRenderTarget(width, height, {
      minFilter: NearestFilter,
      magFilter: NearestFilter,
      depthTexture: new DepthTexture(width, height, UnsignedIntType),
    });
    return this.#target;
  }
}
