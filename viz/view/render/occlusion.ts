/**
 * Smooth edges and ambient occlusion: what lies in a hollow is darker, so that a dense pile of spheres reads as one. The
 * scene is drawn into a texture of several samples a pixel, with its depth; at half of its resolution, points around each pixel are asked whether they stand
 * before it. Two opposite points count together, so that a tilted plane shades nothing, and no normals are needed.
 */
import {
  BufferGeometry,
  type Camera,
  DepthTexture,
  GLSL3,
  LinearFilter,
  Mesh,
  NearestFilter,
  NoBlending,
  RawShaderMaterial,
  RedFormat,
  type Scene,
  UnsignedIntType,
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';

/** How much of the light the deepest hollow loses. */
const STRENGTH = 0.65;

const cover = /* glsl */ `
precision highp float;
out vec2 vAt;
void main() {
  vAt = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  gl_Position = vec4(2.0 * vAt - 1.0, 0.0, 1.0);
}`;

const depths = /* glsl */ `
precision highp float;
precision highp sampler2D;
in vec2 vAt;
uniform sampler2D depth;
uniform float near;
uniform float far;
uniform bool perspective;
float distanceAt(vec2 at) {
  float z = textureLod(depth, at, 0.0).x;
  return perspective ? near * far / (far - z * (far - near)) : near + z * (far - near);
}`;

const occlusionShader = /* glsl */ `${depths}
uniform vec2 size;
/** Of the picture's height, at depth 1 in perspective. */
uniform float heightOfWorld;
uniform float reach;
out float outShade;

void main() {
  if (textureLod(depth, vAt, 0.0).x >= 1.0) { outShade = 0.0; return; }
  float here = distanceAt(vAt);
  float pixels = reach / (heightOfWorld * (perspective ? here : 1.0)) * size.y;
  // Another turn in each of 4 × 4 pixels, which are averaged afterwards.
  ivec2 cell = ivec2(gl_FragCoord.xy) & 3;
  float turn = float((cell.x * 4 + cell.y * 7 + (cell.x ^ cell.y) * 5) & 15) / 16.0;
  float shade = 0.0;
  const int PAIRS = 6;
  for (int k = 0; k < PAIRS; k++) {
    float part = (float(k) + turn) / float(PAIRS);
    float angle = 3.14159265 * (float(k) * 0.618034 * 2.0 + turn);
    vec2 away = vec2(cos(angle), sin(angle)) * pixels * sqrt(part + 0.02) / size;
    // Heights over this point, in units of the reach; things far before it cast no shade.
    float a = (here - distanceAt(vAt + away)) / reach;
    float b = (here - distanceAt(vAt - away)) / reach;
    a = a > 2.0 ? 0.0 : clamp(a, -1.0, 1.0);
    b = b > 2.0 ? 0.0 : clamp(b, -1.0, 1.0);
    shade += max(0.0, 0.5 * (a + b) - 0.02);
  }
  outShade = clamp(shade / float(PAIRS) * 2.2, 0.0, 1.0);
}`;

const composeShader = /* glsl */ `${depths}
uniform sampler2D picture;
uniform sampler2D shade;
uniform vec2 size;
uniform float reach;
uniform float strength;
out vec4 outColor;

void main() {
  vec4 color = texture(picture, vAt);
  if (strength == 0.0) { outColor = color; return; }
  float z = textureLod(depth, vAt, 0.0).x;
  if (z >= 1.0) { outColor = color; return; }
  float here = distanceAt(vAt);
  float sum = 0.0;
  float weight = 0.0;
  for (int j = 0; j < 4; j++) {
    for (int i = 0; i < 4; i++) {
      vec2 at = vAt + (vec2(i, j) - 1.5) / size;
      float w = max(0.001, 1.0 - abs(distanceAt(at) - here) / (0.5 * reach));
      sum += w * textureLod(shade, at, 0.0).x;
      weight += w;
    }
  }
  outColor = vec4(color.rgb * (1.0 - strength * sum / weight), color.a);
}`;

export interface OcclusionLook {
  readonly near: number;
  readonly far: number;
  readonly perspective: boolean;
  /** What of the world fits into the picture's height; in perspective, at distance 1. */
  readonly heightOfWorld: number;
  /** How far shades reach; 0 for none. */
  readonly reach: number;
}

export class Occlusion {
  readonly #renderer: WebGLRenderer;
  #target: WebGLRenderTarget | null = null;
  #shade: WebGLRenderTarget | null = null;
  readonly #uniforms = {
    depth: { value: null as DepthTexture | null },
    near: { value: 0 },
    far: { value: 1 },
    perspective: { value: false },
    heightOfWorld: { value: 1 },
    reach: { value: 1 },
    size: { value: new Vector2() },
    picture: { value: null as WebGLRenderTarget['texture'] | null },
    shade: { value: null as WebGLRenderTarget['texture'] | null },
    strength: { value: 0 },
  };
  /** One triangle that covers the picture. */
  readonly #screen = new BufferGeometry();
  readonly #find: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly #compose: Mesh<BufferGeometry, RawShaderMaterial>;

  constructor(renderer: WebGLRenderer) {
    this.#renderer = renderer;
    this.#screen.setDrawRange(0, 3);
    this.#find = this.#pass(occlusionShader);
    this.#compose = this.#pass(composeShader);
  }

  draw(scene: Scene, camera: Camera, look: OcclusionLook): void {
    const renderer = this.#renderer;
    const { x: width, y: height } = renderer.getDrawingBufferSize(new Vector2());
    const { target, shade } = this.#targets(width, height);
    const { near, far, perspective, heightOfWorld, reach, strength, size } = this.#uniforms;
    near.value = look.near;
    far.value = look.far;
    perspective.value = look.perspective;
    heightOfWorld.value = look.heightOfWorld;
    reach.value = look.reach;
    strength.value = look.reach > 0 ? STRENGTH : 0;
    size.value.set(shade.width, shade.height);
    renderer.setRenderTarget(target);
    renderer.render(scene, camera);
    if (look.reach > 0) {
      renderer.setRenderTarget(shade);
      renderer.render(this.#find, camera);
    }
    renderer.setRenderTarget(null);
    renderer.render(this.#compose, camera);
  }

  /** Gives back what it draws into, until it draws again. */
  release(): void {
    this.#target?.depthTexture?.dispose();
    this.#target?.dispose();
    this.#shade?.dispose();
    this.#target = null;
    this.#shade = null;
  }

  dispose(): void {
    this.release();
    this.#screen.dispose();
    this.#find.material.dispose();
    this.#compose.material.dispose();
  }

  #targets(width: number, height: number): { target: WebGLRenderTarget; shade: WebGLRenderTarget } {
    if (this.#target !== null && this.#shade !== null) {
      if (this.#target.width === width && this.#target.height === height) {
        return { target: this.#target, shade: this.#shade };
      }
      this.release();
    }
    const target = new WebGLRenderTarget(width, height, {
      samples: 4,
      depthTexture: new DepthTexture(width, height, UnsignedIntType),
    });
    const shade = new WebGLRenderTarget(Math.ceil(width / 2), Math.ceil(height / 2), {
      format: RedFormat,
      minFilter: LinearFilter,
      magFilter: LinearFilter,
      depthBuffer: false,
    });
    if (target.depthTexture !== null) {
      target.depthTexture.minFilter = NearestFilter;
      target.depthTexture.magFilter = NearestFilter;
    }
    this.#uniforms.depth.value = target.depthTexture;
    this.#uniforms.picture.value = target.texture;
    this.#uniforms.shade.value = shade.texture;
    this.#target = target;
    this.#shade = shade;
    return { target, shade };
  }

  #pass(fragmentShader: string): Mesh<BufferGeometry, RawShaderMaterial> {
    const mesh = new Mesh(
      this.#screen,
      new RawShaderMaterial({
        glslVersion: GLSL3,
        vertexShader: cover,
        fragmentShader,
        uniforms: this.#uniforms,
        depthTest: false,
        depthWrite: false,
        blending: NoBlending,
      }),
    );
    mesh.frustumCulled = false;
    return mesh;
  }
}
