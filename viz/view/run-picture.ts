/**
 * What the picture shows of one run: brings atoms, bonds, arrows, trails and cells into graphics memory, each only when
 * what it is made from has changed, and gives it all back at the end.
 */
import { type Camera, type Scene, Vector2, type WebGLRenderer } from 'three';
import { InputError } from '../../src/message/index.js';
import {
  arrowLength,
  arrowMapOf,
  arrowSizes,
  atomNamed,
  axisNames,
  type BondRule,
  type Bonds,
  bondsIn,
  coloringOf,
  colorNumbers,
  colorValues,
  drawnRadii,
  extentOf,
  type Frame,
  findBonds,
  ghostCenters,
  ghostFrame,
  type Images,
  imagesOf,
  matchAtoms,
  noBonds,
  numbers,
  type Point,
  paletteOf,
  type Run,
  type Session,
  type Slice,
  seesThrough,
  sliceOf,
  vectorsOf,
  wrapBeside,
  wrapInto,
} from '../state/index.js';
import { LineWork } from './line-work.js';
import { Arrows, AtomStore, BondCylinders, Change, Ghosts, Spheres } from './render/index.js';
import type { Theme } from './scene.js';

/** The eye, as far as what is drawn depends on it. */
export interface Eye {
  readonly distance: number;
  /** Pixels for a length of 1 where the camera looks at. */
  readonly scale: number;
  readonly smoothEdges: boolean;
  /** The nearest depth that is seen. */
  readonly near: number;
  /** Pixels for one of a line's width. */
  readonly pixelRatio: number;
}

export class RunPicture {
  /** The picture's size in pixels, which the shaders read. */
  readonly viewport = new Vector2(1, 1);
  readonly #run: Run;
  readonly #scene: Scene;
  readonly #lines: LineWork;
  readonly #onFault: (message: string) => void;
  #atoms: Atoms;
  #ghosts: Ghosts | null = null;
  #radii: Float32Array = new Float32Array(0);
  #largest = 1;
  /** Half of the diagonal of all that is drawn. */
  #extent = 0;
  readonly #changed = {
    extent: new Change(),
    centers: new Change(),
    radii: new Change(),
    palette: new Change(),
    values: new Change(),
    bonds: new Change(),
    arrows: new Change(),
    ghosts: new Change(),
  };

  constructor(run: Run, scene: Scene, onFault: (message: string) => void) {
    this.#run = run;
    this.#scene = scene;
    this.#onFault = onFault;
    this.#atoms = new Atoms(run.first.count, scene);
    this.#lines = new LineWork(run, scene);
  }

  /** Half of the diagonal of what is drawn of a frame. */
  extent(session: Session, frame: Frame): number {
    const images = imagesOf(frame, session.images);
    // Without a cell the atoms tell it.
    if (this.#changed.extent.by(frame.cell ?? frame, ...images)) {
      this.#extent = Math.hypot(...extentOf(frame, images).size) / 2 + 2 * this.#run.spacing;
    }
    return this.#extent;
  }

  show(session: Session, frame: Frame, theme: Theme, eye: Eye): void {
    if (frame.count !== this.#atoms.store.count) this.#resize(frame.count);
    const images = imagesOf(frame, session.images);
    this.#showAtoms(session, frame, theme, eye, images);
    this.#showBonds(session, frame, images);
    this.#showArrows(session, frame, theme, eye, images);
    this.#showGhosts(session, frame, theme, eye, images);
    const extent = this.extent(session, frame);
    this.#lines.show(session, frame, theme, {
      store: this.#atoms.store,
      radii: this.#radii,
      images,
      near: eye.near,
      pixelRatio: eye.pixelRatio,
      lift: frame.dimension === 2 ? 1.2 * this.#largest * session.radiusScale : 0,
      front: eye.distance - 0.4 * extent,
      fade: 0.3 * extent,
    });
  }

  /** Where an atom is drawn; null where there is no such atom. */
  centerOf(atom: number): Point | null {
    const { store } = this.#atoms;
    if (!(atom >= 0 && atom < store.count)) return null;
    const [x, y, z] = store.centers.subarray(3 * atom, 3 * atom + 3);
    return [x, y, z];
  }

  /** After `show`, before a picture that is wanted soon: atoms cost less, and look the same. */
  hurry(renderer: WebGLRenderer, camera: Camera): void {
    this.#atoms.spheres.hurry(renderer, camera);
  }

  /** Before a complete picture: gives back what hurried ones need. */
  rest(): void {
    this.#atoms.spheres.rest();
  }

  /** While `draw` runs, atoms alone are drawn, as their numbers. */
  withIds(draw: () => void): void {
    const { spheres, bonds, arrows } = this.#atoms;
    const ghosts = this.#ghosts === null ? [] : [this.#ghosts.mesh];
    const others = [bonds.mesh, arrows.group, ...this.#lines.objects, ...ghosts];
    const seen = others.map((one) => one.visible);
    for (const one of others) one.visible = false;
    spheres.withIds(draw);
    others.forEach((one, k) => {
      one.visible = seen[k];
    });
  }

  dispose(): void {
    this.#removeGhosts();
    this.#atoms.dispose(this.#scene);
    this.#lines.dispose();
  }

  #resize(count: number): void {
    this.#removeGhosts();
    this.#atoms.dispose(this.#scene);
    this.#atoms = new Atoms(count, this.#scene);
    for (const change of Object.values(this.#changed)) change.forget();
  }

  #showAtoms(session: Session, frame: Frame, theme: Theme, eye: Eye, images: Images): void {
    const { store, spheres } = this.#atoms;
    const { centers, radii, palette, values } = this.#changed;
    if (centers.by(frame, session.wrap)) {
      const { first, spacing } = this.#run;
      if (!session.wrap) store.centers.set(frame.positions);
      else if (matchAtoms(frame, first) === 'same') wrapBeside(frame, first, spacing / 2, store.centers);
      else wrapInto(frame, store.centers);
      store.centersChanged();
    }
    const [radius, diameter] = [numbers(frame, 'radius', 1), numbers(frame, 'diameter', 1)];
    if (radii.by(frame.species, radius, diameter, session.hidden, session.speciesRadii)) {
      this.#radii = drawnRadii(frame, this.#run, session);
      this.#largest = this.#radii.reduce((a, b) => Math.max(a, b), 0);
      store.setRadii(this.#radii);
    }
    const coloring = coloringOf(this.#run, frame, session);
    const { column, map, low, high } = coloring;
    if (palette.by(column, map, low, high, this.#run.species.length, session.speciesColors)) {
      store.setPalette(paletteOf(this.#run, coloring, session), low, high);
    }
    const source = column === null ? frame.species : colorNumbers(this.#run, frame, column, session);
    if (values.by(column, source, this.#run.species.length)) {
      store.setValues(colorValues(this.#run, frame, coloring, session));
    }

    const { uniforms } = store;
    const flat = frame.dimension === 2;
    const extent = this.extent(session, frame);
    const { vectors, inverse, periodic } = frame.cell ?? NO_CELL;
    // three's rows of arguments are rows of the matrix; lattice vectors are columns of ours, reciprocal ones rows.
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = vectors;
    uniforms.lattice.value.set(ax, bx, cx, ay, by, cy, az, bz, cz);
    const [ux, uy, uz, vx, vy, vz, wx, wy, wz] = inverse;
    uniforms.inverseLattice.value.set(ux, uy, uz, vx, vy, vz, wx, wy, wz);
    uniforms.periodic.value.set(...ones(periodic));
    uniforms.images.value.set(...images);
    const slice = sliceOf(frame, session.slice);
    uniforms.sliceAcross.value.set(...acrossOf(slice));
    uniforms.sliceEnds.value.set(slice?.low ?? -FAR, slice?.high ?? FAR);
    uniforms.radiusScale.value = session.radiusScale;
    uniforms.perspective.value = session.projection === 'perspective';
    uniforms.viewport.value = this.viewport;
    uniforms.pixelRatio.value = eye.pixelRatio;
    uniforms.relief.value = !flat;
    uniforms.top.value = this.#largest * session.radiusScale;
    uniforms.fogNear.value = flat ? 1e9 : eye.distance - 0.4 * extent;
    uniforms.fogFar.value = flat ? 2e9 : eye.distance + 1.4 * extent;
    uniforms.fogColor.value.set(...theme.background);
    uniforms.smoothEdges.value = eye.smoothEdges;
    const [a = -1, b = -1, c = -1, d = -1] = session.picked.map((name) => atomNamed(frame, name));
    uniforms.picked.value.set(a, b, c, d);
    spheres.show(images[0] * images[1] * images[2], 2 * this.#largest * session.radiusScale * eye.scale);
  }

  #showBonds(session: Session, frame: Frame, images: Images): void {
    const { bonds } = this.#atoms;
    const { bonds: rule, bondsKept, radiusScale } = session;
    if (rule !== null) {
      const from = bondsKept ? this.#run.first : frame;
      const match = matchAtoms(from, frame);
      if (this.#changed.bonds.by(from, match, rule, this.#radii)) {
        const radii = match === 'same' ? this.#radii : drawnRadii(from, this.#run, session);
        bonds.set(this.#bondsOf(frame, from, rule, radii));
      }
    }
    const width = 0.1 * this.#run.spacing * Math.min(1, radiusScale * 2);
    bonds.show(rule !== null, images[0] * images[1] * images[2], width);
  }

  /** None where they cannot be drawn, which is told. */
  #bondsOf(frame: Frame, from: Frame, rule: BondRule, radii: Float32Array): Bonds {
    try {
      return bondsIn(frame, from, findBonds(from, rule, radii));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#onFault(`No bonds are drawn: ${error.message}.`);
      return noBonds;
    }
  }

  #showGhosts(session: Session, frame: Frame, theme: Theme, eye: Eye, images: Images): void {
    const ghost = ghostFrame(this.#run, frame, session);
    if (ghost === null || ghost.count !== this.#ghosts?.count) this.#removeGhosts();
    if (ghost === null) return;
    const { store } = this.#atoms;
    if (this.#ghosts === null) {
      this.#ghosts = new Ghosts(ghost.count, store);
      this.#scene.add(this.#ghosts.mesh);
    }
    const { hidden, speciesRadii, wrap, radiusScale } = session;
    if (this.#changed.ghosts.by(ghost, frame, wrap, hidden, speciesRadii)) {
      ghostCenters(ghost, frame, store.centers, this.#ghosts.centers, this.#ghosts.owners);
      this.#ghosts.set(drawnRadii(ghost, this.#run, session));
    }
    const copies = images[0] * images[1] * images[2];
    this.#ghosts.show(copies, theme.ghost, 1.6 * eye.pixelRatio, 1.15 * this.#largest * radiusScale);
  }

  #removeGhosts(): void {
    if (this.#ghosts === null) return;
    this.#scene.remove(this.#ghosts.mesh);
    this.#ghosts.dispose();
    this.#ghosts = null;
    this.#changed.ghosts.forget();
  }

  #showArrows(session: Session, frame: Frame, theme: Theme, eye: Eye, images: Images): void {
    const { arrows } = this.#atoms;
    const run = this.#run;
    const name = session.arrows;
    if (name === null) {
      arrows.show(null);
      return;
    }
    const { largest, noise } = arrowSizes(run, frame, session);
    const least = Math.max(noise, session.arrowThreshold * largest);
    const vectors = vectorsOf(run, frame, session);
    if (this.#changed.arrows.by(vectors, least)) arrows.set(vectors ?? [], least);
    const flat = frame.dimension === 2;
    arrows.show({
      images: images[0] * images[1] * images[2],
      scale: arrowLength(run, frame, session),
      width: 0.09 * run.spacing,
      lift: flat ? 1.1 * this.#largest * session.radiusScale : 0,
      start: session.arrowStart ?? (flat ? 'center' : 'surface'),
      seam: flat,
      behind: !flat && seesThrough(session, frame.count),
      largest: session.arrowColors ? largest : null,
      map: arrowMapOf(session, coloringOf(run, frame, session)),
      color: theme.arrow,
      front: eye.distance - 0.7 * this.extent(session, frame),
      fade: 0.4 * this.extent(session, frame),
    });
  }
}

const NO_CELL = {
  vectors: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  inverse: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  periodic: [false, false, false] as const,
};

/** Beyond everything, and still a number for shaders. */
const FAR = 3e38;

/** The axis that a slice is across; nothing lies out of a slice across none. */
function acrossOf(slice: Slice | null): [number, number, number] {
  const [x, y, z] = axisNames.map((axis) => (axis === slice?.axis ? 1 : 0));
  return [x, y, z];
}

function ones([a, b, c]: readonly boolean[]): [number, number, number] {
  return [a ? 1 : 0, b ? 1 : 0, c ? 1 : 0];
}

/** What is made for one number of atoms. */
class Atoms {
  readonly store: AtomStore;
  readonly spheres: Spheres;
  readonly bonds: BondCylinders;
  readonly arrows: Arrows;

  constructor(count: number, scene: Scene) {
    this.store = new AtomStore(count);
    this.spheres = new Spheres(this.store);
    this.bonds = new BondCylinders(this.store);
    this.arrows = new Arrows(this.store);
    scene.add(...this.spheres.objects, this.bonds.mesh, this.arrows.group);
  }

  dispose(scene: Scene): void {
    scene.remove(...this.spheres.objects, this.bonds.mesh, this.arrows.group);
    for (const part of [this.arrows, this.bonds, this.spheres, this.store]) part.dispose();
  }
}
