/** This project's viewer, whole, with its panels hidden: they are brought up to date with every picture all the same. */
import { createRun, type Frame, mountViewer, rotate } from '../../../viz/index.js';
import '../../../viz/page/style.css';
import { ELEMENT, type OpenViewer, RADIUS, TURN } from './viewer.js';

/** What it draws argon with when nothing else is said. */
const ARGON = 1.06;

export const open: OpenViewer = async (place, text, { center, side }) => {
  const viewer = mountViewer(place);
  const look = {
    speciesRadii: [{ species: ELEMENT, factor: RADIUS / ARGON }],
    camera: { target: center, rotation: [0, 0, 0, 1], height: side / 0.6 },
  } as const;
  if (!(await viewer.open(text, 'atoms.xyz', look))) throw new Error('the viewer did not read the file');
  return {
    turn() {
      if (viewer.session === null) throw new Error('no file is open');
      viewer.change({ camera: rotate(viewer.session.camera, (TURN * Math.PI) / 180, 0) });
    },
    async prepare({ positions }) {
      const first = viewer.run?.first as Frame;
      const frames = positions.map((positions, index) => ({ ...first, index, positions }));
      await viewer.show({ name: 'run.xyz', open: async () => createRun('run.xyz', frames) }, look);
    },
    show: (frame) => viewer.goTo(frame),
  };
};
