/**
 * Mol*: spacefill of one size and colour, as impostors with its own levels of detail; no smoothing, occlusion,
 * outlines or axes. Frames are models of a trajectory, the way that its own animation takes.
 */
import { PluginContext } from 'molstar/lib/mol-plugin/context';
import { DefaultPluginSpec } from 'molstar/lib/mol-plugin/spec';
import { StateTransforms } from 'molstar/lib/mol-plugin-state/transforms';
import { FIELD_OF_VIEW, type OpenViewer, RADIUS, TURN } from './viewer.js';

const off = { name: 'off', params: {} };

export const open: OpenViewer = async (place, text, { center, distance, side }) => {
  const plugin = new PluginContext(DefaultPluginSpec());
  await plugin.init();
  const canvas = document.createElement('canvas');
  place.append(canvas);
  if (!(await plugin.initViewerAsync(canvas, place))) throw new Error('Mol* found no WebGL');
  const canvas3d = plugin.canvas3d;
  canvas3d.setProps({
    multiSample: { mode: 'off' },
    postprocessing: { occlusion: off, shadow: off, outline: off, antialiasing: off },
    camera: { helper: { axes: off }, manualReset: true },
  });
  const shown = async (text: string) => {
    const data = await plugin.builders.data.rawData({ data: text });
    const trajectory = await plugin.builders.structure.parseTrajectory(data, 'xyz');
    const model = await plugin.builders.structure.createModel(trajectory);
    const structure = await plugin.builders.structure.createStructure(model);
    const component = await plugin.builders.structure.tryCreateComponentStatic(structure, 'all');
    await plugin.builders.structure.representation.addRepresentation(component, {
      type: 'spacefill',
      typeParams: { sizeFactor: 1 },
      color: 'uniform',
      colorParams: { value: 0x4477aa },
      size: 'uniform',
      sizeParams: { value: RADIUS },
    });
    return model;
  };
  let model = await shown(text);
  const lookAt = (): void => {
    const position = [center[0], center[1], center[2] + distance];
    const size = { radius: side, radiusMax: side };
    const fov = (FIELD_OF_VIEW * Math.PI) / 180;
    const state = { target: center, position, up: [0, 1, 0], fov, ...size };
    canvas3d.camera.setState(state, 0);
  };
  lookAt();
  const settled = (): boolean => canvas3d.commitQueueSize.value === 0;
  return {
    settled,
    turn() {
      const { position, target } = canvas3d.camera.getSnapshot();
      const [sin, cos] = [Math.sin((TURN * Math.PI) / 180), Math.cos((TURN * Math.PI) / 180)];
      const [x, z] = [position[0] - target[0], position[2] - target[2]];
      const turned = [target[0] + cos * x + sin * z, position[1], target[2] - sin * x + cos * z];
      canvas3d.camera.setState({ position: turned }, 0);
      canvas3d.requestDraw();
    },
    async prepare(frames) {
      await plugin.clear();
      model = await shown(frames.text());
      lookAt();
    },
    async show(frame) {
      await plugin
        .build()
        .to(model)
        .update(StateTransforms.Model.ModelFromTrajectory, () => ({ modelIndex: frame }))
        .commit();
      canvas3d.requestDraw();
    },
  };
};
