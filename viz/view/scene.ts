/** The picture: atoms, arrows and cell of one frame, as a session and a camera say. Holds GPU resources of one run. */
import {
  BufferAttribute,
  BufferGeometry,
  LineBasicMaterial,
  LineSegments,
  OrthographicCamera,
  PerspectiveCamera,
  Scene,
  Color as ThreeColor,
  WebGLRenderer,
} from 'three';
import {
  atomColors,
  atomRadii,
  type Camera,
  type Color,
  cellCorners,
  columnRange,
  conjugate,
  extentOf,
  type Frame,
  numbers,
  type Range,
  type Run,
  type Session,
  shownFrame,
  speciesColors,
  apply as turned,
  typicalLength,
  wrappedPositions,
} from '../state/index.js';
import { Arrows } from './arrows.js';
import { SphereImpostors } from './atoms.js';

const FIELD_OF_VIEW = 30;

export interface Theme {
  readonly background: number;
  readonly line: number;
  readonly arrow: readonly [number, number, number];
}

export const themes: Readonly<Record<'light' | 'dark', Theme>> = {
  light: { background: 0xffffff, line: 0x1c2028, arrow: [0.11, 0.12, 0.16] },
  dark: { background: 0x14171d, line: 0xe8ebf0, arrow: [0.97, 0.97, 0.99] },
};

export class Picture {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  #run: RunResources | null = null;
  #theme: Theme = themes.light;

  /** @throws Error where the browser gives no WebGL 2 */
  constructor(canvas: HTMLCanvasElement) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: true });
    // Three objects, all opaque: nothing to sort, and no bounding spheres to find of what the shaders shape.
    this.#renderer.sortObjects = false;
    this.#renderer.outputColorSpace = 'srgb-linear';
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
  }

  /** What was shown before is disposed. */
  setRun(run: Run | null): void {
    this.#run?.dispose();
    this.#scene.clear();
    this.#run = run === null ? null : new RunResources(run, this.#scene);
  }

  setSize(width: number, height: number, pixelRatio: number): void {
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(width, height, false);
  }

  /** GPU objects that are alive. */
  get resources(): { geometries: number; programs: number } {
    const { memory, programs } = this.#renderer.info;
    return { geometries: memory.geometries, programs: programs?.length ?? 0 };
  }

  draw(session: Session, camera: Camera, aspect: number): void {
    this.#scene.background = new ThreeColor().setHex(this.#theme.background, 'srgb-linear');
    if (this.#run === null) {
      this.#renderer.render(this.#scene, new PerspectiveCamera());
      return;
    }
    const depth = this.#run.depth;
    const eye = cameraOf(camera, session.projection, aspect, depth);
    this.#run.show(session, this.#theme, eye.distance);
    this.#renderer.render(this.#scene, eye.camera);
  }

  dispose(): void {
    this.setRun(null);
    this.#renderer.dispose();
  }
}

function cameraOf(view: Camera, projection: Session['projection'], aspect: number, depth: number) {
  const distance =
    projection === 'perspective'
      ? view.height / 2 / Math.tan((FIELD_OF_VIEW * Math.PI) / 360)
      : depth + view.height;
  const near = Math.max(distance * 1e-3, distance - depth);
  const far = distance + depth;
  const half = view.height / 2;
  const camera =
    projection === 'perspective'
      ? new PerspectiveCamera(FIELD_OF_VIEW, aspect, near, far)
      : new OrthographicCamera(-half * aspect, half * aspect, half, -half, near, far);
  const back = conjugate(view.rotation);
  const [x, y, z] = turned(back, [0, 0, distance]);
  camera.position.set(view.target[0] + x, view.target[1] + y, view.target[2] + z);
  camera.quaternion.set(...back);
  return { camera, distance };
}

class RunResources {
  /** How far from the camera's target anything may lie. */
  readonly depth: number;
  readonly #run: Run;
  readonly #species: Map<string, Color>;
  readonly #cell = new LineSegments(new BufferGeometry(), new LineBasicMaterial());
  readonly #ranges = new Map<string, Range | null>();
  readonly #lengths = new Map<string, number>();
  readonly #scene: Scene;
  #atoms: SphereImpostors;
  #arrows: Arrows;
  #count: number;
  #largest = 1;
  #shown = { frame: -1, look: '', place: '', arrows: '' };

  constructor(run: Run, scene: Scene) {
    this.#run = run;
    this.#scene = scene;
    this.#species = speciesColors(run);
    this.#count = run.frame(0).count;
    this.#atoms = new SphereImpostors(this.#count);
    this.#arrows = new Arrows(this.#count);
    this.#cell.frustumCulled = false;
    scene.add(this.#atoms.mesh, this.#arrows.mesh, this.#cell);
    this.depth = 4 * (Math.hypot(...extentOf(run.frame(0)).size) + 4 * run.spacing);
  }

  show(session: Session, theme: Theme, distance: number): void {
    const index = shownFrame(session, this.#run);
    const frame = this.#run.frame(index);
    if (frame.count !== this.#count) this.#resize(frame.count);
    const place = `${index} ${session.wrap}`;
    if (this.#shown.place !== place) this.#atoms.setCenters(centersOf(frame, session));
    const look = `${session.colorBy} ${this.#staticLook(frame, session) ? '' : index}`;
    if (this.#shown.look !== look) this.#setLook(frame, session);
    const arrows = `${place} ${session.arrows}`;
    if (this.#shown.arrows !== arrows) this.#setArrows(frame, session);
    this.#setCell(frame, session, theme, index !== this.#shown.frame);
    this.#shown = { frame: index, look, place, arrows };

    const extent = Math.hypot(...extentOf(frame).size) / 2;
    const flat = frame.dimension === 2;
    this.#atoms.setRadiusScale(session.radiusScale);
    const { uniforms } = this.#atoms.mesh.material;
    uniforms.perspective.value = session.projection === 'perspective';
    uniforms.relief.value = !flat;
    uniforms.fogNear.value = flat ? 1e9 : distance - 0.4 * extent;
    uniforms.fogFar.value = flat ? 2e9 : distance + 1.4 * extent;
    uniforms.fogColor.value.setHex(theme.background, 'srgb-linear');
    const shape = this.#arrows.mesh.material.uniforms;
    shape.lift.value = flat ? 1.1 * this.#largest * session.radiusScale : 0;
    shape.width.value = 0.09 * this.#run.spacing;
    shape.color.value = theme.arrow;
    const typical = session.arrows === null ? 0 : this.#length(session.arrows);
    shape.scale.value = typical > 0 ? (0.8 * this.#run.spacing * session.arrowScale) / typical : 0;
    this.#arrows.mesh.visible = typical > 0 && numbers(frame, session.arrows ?? '', 3) !== null;
  }

  dispose(): void {
    this.#atoms.dispose();
    this.#arrows.dispose();
    this.#cell.geometry.dispose();
    this.#cell.material.dispose();
  }

  #resize(count: number): void {
    this.#atoms.dispose();
    this.#arrows.dispose();
    this.#scene.remove(this.#atoms.mesh, this.#arrows.mesh);
    this.#count = count;
    this.#atoms = new SphereImpostors(count);
    this.#arrows = new Arrows(count);
    this.#scene.add(this.#atoms.mesh, this.#arrows.mesh);
    this.#shown = { frame: -1, look: '', place: '', arrows: '' };
  }

  /** Whether neither radii nor colours can differ between this frame and the one before. */
  #staticLook(frame: Frame, session: Session): boolean {
    const before = this.#run.frame(this.#shown.frame);
    if (before === undefined || session.colorBy !== null) return false;
    const same = (name: string): boolean => {
      const [a, b] = [numbers(before, name, 1)?.values, numbers(frame, name, 1)?.values];
      return a === b || (a?.length === b?.length && a?.every((value, i) => value === b?.[i]) === true);
    };
    const { species } = before;
    return same('radius') && same('diameter') && frame.species.every((label, i) => label === species[i]);
  }

  #setLook(frame: Frame, session: Session): void {
    const radii = atomRadii(frame, this.#run.spacing);
    this.#largest = radii.reduce((a, b) => Math.max(a, b), 0);
    const range = session.colorBy === null ? null : this.#range(session.colorBy);
    const by = session.colorBy === null || range === null ? null : { column: session.colorBy, range };
    this.#atoms.setLook(radii, atomColors(frame, this.#species, by));
  }

  #setArrows(frame: Frame, session: Session): void {
    const column = session.arrows === null ? null : numbers(frame, session.arrows, 3);
    if (column !== null) this.#arrows.set(centersOf(frame, session), column.values);
  }

  #setCell(frame: Frame, session: Session, theme: Theme, changed: boolean): void {
    this.#cell.visible = session.cell && frame.cell !== null;
    this.#cell.material.color.setHex(theme.line, 'srgb-linear');
    if (frame.cell === null || !changed) return;
    const corners = cellCorners(frame.cell, frame.dimension);
    const points: number[] = [];
    for (let k = 0; k < corners.length; k++) {
      for (let v = 0; v < frame.dimension; v++) {
        if (((k >> v) & 1) === 0) points.push(...corners[k], ...corners[k | (1 << v)]);
      }
    }
    const { geometry } = this.#cell;
    const old = geometry.getAttribute('position');
    if (old?.array.length === points.length) {
      old.array.set(points);
      old.needsUpdate = true;
    } else geometry.setAttribute('position', new BufferAttribute(new Float32Array(points), 3));
  }

  #range(column: string): Range | null {
    if (!this.#ranges.has(column)) this.#ranges.set(column, columnRange(this.#run, column));
    return this.#ranges.get(column) ?? null;
  }

  #length(column: string): number {
    const known = this.#lengths.get(column) ?? typicalLength(this.#run, column);
    this.#lengths.set(column, known);
    return known;
  }
}

function centersOf(frame: Frame, session: Session): Float32Array {
  return session.wrap ? wrappedPositions(frame) : frame.positions;
}
