/**
 * matterviz: its `Structure` without bonds and images, with spheres of the fewest segments that it takes. It draws
 * meshes in instances; it has no impostors. A frame is a new structure, as in its own trajectories. Of one element it
 * draws no more than a thousand atoms, so that atoms are given as many elements as that takes, and their colours.
 */
import { Structure } from 'matterviz';
import { createClassComponent } from 'svelte/legacy';
import { FIELD_OF_VIEW, type OpenViewer, RADIUS, TURN } from './viewer.js';

interface Site {
  readonly species: readonly { element: string; occu: number; oxidation_state: number }[];
  readonly abc: readonly number[];
  readonly xyz: readonly number[];
  readonly label: string;
  readonly properties: object;
}

/** Atoms of one element that it draws. */
const MOST = 1000;
const ELEMENTS =
  'Ar H He Li Be B C N O F Ne Na Mg Al Si P S Cl K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm'.split(
    ' ',
  );
const species = ELEMENTS.map((element) => [{ element, occu: 1, oxidation_state: 0 }]);

/** Without a cell it would cut off what is farther away than 1,000 Å. */
function structureOf(coordinates: ArrayLike<number>, side: number): object {
  const sites: Site[] = [];
  for (let i = 0; 3 * i < coordinates.length; i++) {
    const group = Math.floor(i / MOST) % ELEMENTS.length;
    const xyz = [coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2]];
    const label = `${ELEMENTS[group]}${i + 1}`;
    sites.push({ species: species[group], abc: xyz.map((x) => x / side), xyz, label, properties: {} });
  }
  const lattice = {
    matrix: [
      [side, 0, 0],
      [0, side, 0],
      [0, 0, side],
    ],
    a: side,
    b: side,
    c: side,
    alpha: 90,
    beta: 90,
    gamma: 90,
    volume: side ** 3,
    pbc: [false, false, false],
  };
  return { sites, lattice };
}

export const open: OpenViewer = async (place, text, { center, distance, side }) => {
  const numbers = text
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(' ').slice(1).map(Number));
  const structure = structureOf(numbers, side);
  const scene = {
    show_bonds: 'never',
    gizmo: false,
    same_size_atoms: true,
    // Of a sphere of radius one half.
    atom_radius: 2 * RADIUS,
    sphere_segments: 8,
    camera_projection: 'perspective',
    fov: FIELD_OF_VIEW,
    camera_position: [center[0], center[1], center[2] + distance],
    camera_target: center,
    // Turned by itself it is not asked, as with each move of a mouse, which atom is below.
    auto_rotate: TURN,
  };
  const component = createClassComponent({
    component: Structure,
    target: place,
    props: {
      structure,
      show_controls: false,
      enable_info_pane: false,
      show_image_atoms: false,
      background_opacity: 0,
      lattice_props: { show_cell_vectors: false, cell_edge_opacity: 0, cell_surface_opacity: 0 },
      scene_props: scene,
      style: 'width: 800px; height: 600px',
    },
  });
  let frames: object[] = [];
  return {
    // Each frame of the screen turns it.
    turn() {},
    async prepare({ positions }) {
      component.$set({ scene_props: { ...scene, auto_rotate: 0 } });
      frames = positions.map((coordinates) => structureOf(coordinates, side));
    },
    show(frame) {
      component.$set({ structure: frames[frame] });
    },
  };
};
