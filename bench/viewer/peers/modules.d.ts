/** Of the other viewers, what is called here: they are not installed with this project. */

declare module '*.css';

declare module 'viewer-under-test' {
  export const open: import('./viewer.js').OpenViewer;
  /** Of the file that it is given; XYZ unless it says otherwise. */
  export const format: 'xyz' | 'gro' | undefined;
}

declare module 'ngl' {
  interface Component {
    readonly structure: { updatePosition(positions: Float32Array): void };
    addRepresentation(type: string, parameters: object): void;
    updateRepresentations(what: object): void;
  }
  export class Stage {
    constructor(place: HTMLElement, parameters: object);
    readonly viewer: { requestRender(): void };
    readonly viewerControls: {
      distance(distance: number): void;
      spin(axis: readonly number[], angle: number): void;
    };
    loadFile(file: Blob, parameters: object): Promise<Component>;
    autoView(): void;
  }
}

declare module '3dmol' {
  interface Viewer {
    addModel(text: string, format: string, options: object): void;
    addModelsAsFrames(text: string, format: string, options: object): void;
    removeAllModels(): void;
    setStyle(selection: object, style: object): void;
    setFrame(frame: number): Promise<void>;
    rotate(degrees: number, axis: string): void;
    zoomTo(): void;
    zoom(factor: number): void;
    render(): void;
  }
  export function createViewer(place: HTMLElement, options: object): Viewer;
}

declare module 'molstar/lib/mol-plugin/spec' {
  export function DefaultPluginSpec(): object;
}

declare module 'molstar/lib/mol-plugin-state/transforms' {
  export const StateTransforms: { readonly Model: { readonly ModelFromTrajectory: object } };
}

declare module 'molstar/lib/mol-plugin/context' {
  interface Update {
    to(cell: object): Update;
    update(transform: object, change: () => object): Update;
    commit(): Promise<void>;
  }
  export class PluginContext {
    constructor(spec: object);
    readonly canvas3d: {
      readonly commitQueueSize: { readonly value: number };
      readonly camera: {
        getSnapshot(): { readonly position: readonly number[]; readonly target: readonly number[] };
        setState(state: object, milliseconds: number): void;
      };
      setProps(properties: object): void;
      requestDraw(): void;
    };
    readonly builders: {
      readonly data: { rawData(given: object): Promise<object> };
      readonly structure: {
        parseTrajectory(data: object, format: string): Promise<object>;
        createModel(trajectory: object): Promise<object>;
        createStructure(model: object): Promise<object>;
        tryCreateComponentStatic(structure: object, kind: string): Promise<object>;
        readonly representation: { addRepresentation(component: object, parameters: object): Promise<void> };
      };
    };
    init(): Promise<void>;
    initViewerAsync(canvas: HTMLCanvasElement, place: HTMLElement): Promise<boolean>;
    clear(): Promise<void>;
    build(): Update;
  }
}

declare module 'matterviz' {
  export const Structure: object;
}

declare module 'svelte/legacy' {
  export function createClassComponent(options: object): { $set(properties: object): void };
}
