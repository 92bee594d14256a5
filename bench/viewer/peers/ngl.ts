/** NGL: spacefill as ray-cast impostors, its default; positions by the way that its own trajectories take. */
import { Stage } from 'ngl';
import { FIELD_OF_VIEW, type OpenViewer, RADIUS, TURN } from './viewer.js';

/** It reads no XYZ; of what it reads, this is the plainest. */
export const format = 'gro';

export const open: OpenViewer = async (place, text, { distance }) => {
  const stage = new Stage(place, {
    backgroundColor: 'white',
    sampleLevel: -1,
    impostor: true,
    cameraFov: FIELD_OF_VIEW,
  });
  const file = new Blob([text]);
  const component = await stage.loadFile(file, { ext: format, defaultRepresentation: false });
  component.addRepresentation('spacefill', {
    radiusType: 'size',
    radiusSize: RADIUS,
    colorScheme: 'uniform',
    colorValue: 0x4477aa,
  });
  stage.autoView();
  stage.viewerControls.distance(distance);
  let positions: readonly Float32Array[] = [];
  return {
    turn() {
      stage.viewerControls.spin([0, 1, 0], (TURN * Math.PI) / 180);
      stage.viewer.requestRender();
    },
    async prepare(frames) {
      positions = frames.positions;
    },
    show(frame) {
      component.structure.updatePosition(positions[frame]);
      component.updateRepresentations({ position: true });
      stage.viewer.requestRender();
    },
  };
};
