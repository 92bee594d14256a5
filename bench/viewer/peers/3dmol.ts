/** 3Dmol.js: spheres, which it draws as impostors; frames of a model, the way that its own animations take. */
import { createViewer } from '3dmol';
import { type OpenViewer, RADIUS, TURN } from './viewer.js';

const style = { sphere: { radius: RADIUS, color: '#4477aa' } };
const reading = { assignBonds: false };

export const open: OpenViewer = async (place, text) => {
  const viewer = createViewer(place, { backgroundColor: 'white', antialias: false });
  viewer.addModel(text, 'xyz', reading);
  viewer.setStyle({}, style);
  viewer.zoomTo();
  // What it fits is a sphere around all atoms; this is the size that they have in the others' pictures.
  viewer.zoom(1.02);
  viewer.render();
  return {
    turn: () => void viewer.rotate(TURN, 'y'),
    async prepare(frames) {
      viewer.removeAllModels();
      viewer.addModelsAsFrames(frames.text(), 'xyz', reading);
      viewer.setStyle({}, style);
      viewer.render();
    },
    async show(frame) {
      await viewer.setFrame(frame);
      viewer.render();
    },
  };
};
