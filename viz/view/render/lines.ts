/** Thin lines between points of the world: the edges of cells, trails of atoms, and what is measured. */
import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  GLSL3,
  LineSegments,
  RawShaderMaterial,
} from 'three';

const vertexShader = /* glsl */ `
precision highp float;
in vec3 position;
in vec4 color;
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform float lift;
out vec4 vColor;
void main() {
  vec4 view = modelViewMatrix * vec4(position, 1.0);
  view.z += lift;
  vColor = color;
  gl_Position = projectionMatrix * view;
}`;

const fragmentShader = /* glsl */ `
precision highp float;
in vec4 vColor;
out vec4 outColor;
void main() {
  outColor = vec4(vColor.rgb * vColor.a, vColor.a);
}`;

export class Lines {
  readonly mesh: LineSegments<BufferGeometry, RawShaderMaterial>;

  /** @param through seen through whatever is before it */
  constructor(through = false) {
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      uniforms: { lift: { value: 0 } },
      transparent: true,
      premultipliedAlpha: true,
      depthTest: !through,
      depthWrite: false,
    });
    this.mesh = new LineSegments(new BufferGeometry(), material);
    this.mesh.frustumCulled = false;
    this.mesh.visible = false;
  }

  /**
   * Makes room, and gives what to write to: 3 coordinates and 4 bytes of colour a point, two points a line.
   * `changed` follows.
   */
  room(lines: number): { readonly points: Float32Array; readonly colors: Uint8Array } {
    const { geometry } = this.mesh;
    const known = geometry.getAttribute('position');
    if (known === undefined || known.count < 2 * lines) {
      geometry.dispose();
      for (const [name, attribute] of [
        ['position', new BufferAttribute(new Float32Array(6 * lines), 3)],
        ['color', new BufferAttribute(new Uint8Array(8 * lines), 4, true)],
      ] as const) {
        attribute.setUsage(DynamicDrawUsage);
        geometry.setAttribute(name, attribute);
      }
    }
    geometry.setDrawRange(0, 2 * lines);
    return {
      points: geometry.getAttribute('position').array as Float32Array,
      colors: geometry.getAttribute('color').array as Uint8Array,
    };
  }

  changed(): void {
    for (const name of ['position', 'color']) {
      const attribute = this.mesh.geometry.getAttribute(name);
      if (attribute !== undefined) attribute.needsUpdate = true;
    }
  }

  /** So much nearer to the eye, in lengths of the world. */
  set lift(length: number) {
    this.mesh.material.uniforms.lift.value = length;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
