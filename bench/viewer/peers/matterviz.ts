/**
 * matterviz: its `Structure` without bonds and images, with spheres of the fewest segments that it takes. It draws
 * meshes in instances; it has no impostors. A frame is a new structure, as in its own trajectories.
 */
import { Structure } from 'matterviz';
import { createClassComponent } from 'svelte/legacy';
import { ELEMENT, type OpenViewer, RADIUS } from './viewer.js';

interface Site {
  readonly species: readonly { element: string; occu: number; oxidation_state: number }[];
  readonly abc: readonly number[];
  readonly xyz: readonly number[];
  readonly label: string;
  readonly properties: object;
}

const species = [{ element: ELEMENT, occu: 1, oxidation_state: 0 }];

function structureOf(coordinates: ArrayLike<number>): { sites: Site[] } {
  const sites: Site[] = [];
  for (let i = 0; 3 * i < coordinates.length; i++) {
    const xyz = [coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2]];
    sites.push({ species, abc: xyz, xyz, label: `${ELEMENT}${i + 1}`, properties: {} });
  }
  return { sites };
}

export const open: OpenViewer = async (place, text) => {
  const numbers = text
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(' ').slice(1).map(Number));
  const structure = structureOf(numbers);
  const component = createClassComponent({
    component: Structure,
    target: place,
    props: {
      structure,
      show_controls: false,
      enable_info_pane: false,
      show_image_atoms: false,
      background_opacity: 0,
      scene_props: {
        show_bonds: 'never',
        gizmo: false,
        same_size_atoms: true,
        atom_radius: RADIUS,
        sphere_segments: 8,
        // From outside of all atoms, towards their middle.
        camera_position: [0, 0, 3.6 * numbers[numbers.length - 1]],
      },
      style: 'width: 800px; height: 600px',
    },
  });
  let frames: { sites: Site[] }[] = [];
  return {
    turn() {
      // What a drag does: the picture is asked for when the controls have moved the camera.
      const canvas = place.querySelector('canvas');
      const options = { bubbles: true, pointerId: 1, button: 0, pointerType: 'mouse' };
      canvas?.dispatchEvent(new PointerEvent('pointerdown', { ...options, clientX: 400, clientY: 300 }));
      canvas?.dispatchEvent(new PointerEvent('pointermove', { ...options, clientX: 404, clientY: 300 }));
      canvas?.dispatchEvent(new PointerEvent('pointerup', { ...options, clientX: 404, clientY: 300 }));
    },
    async prepare({ positions }) {
      frames = positions.map(structureOf);
    },
    show(frame) {
      component.$set({ structure: frames[frame] });
    },
  };
};
