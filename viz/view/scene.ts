/**
 * The picture: one frame as a session and a camera say, in a canvas. What is drawn of a run is in `run-picture.ts`;
 * here are the renderer, the eye, how much time a picture may take, and which atom lies under a pixel.
 */
import {
  OrthographicCamera,
  PerspectiveCamera,
  Scene,
  Color as ThreeColor,
  Vector3,
  WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import {
  apply,
  type Camera,
  conjugate,
  drawnFrame,
  FIELD_OF_VIEW,
  type Frame,
  type Point,
  type Run,
  type Session,
} from '../state/index.js';
import { AtomStore, Occlusion, Spheres } from './render/index.js';
import { RunPicture } from './run-picture.js';

type Rgb = readonly [number, number, number];

export interface Theme {
  readonly background: Rgb;
  readonly line: Rgb;
  readonly arrow: Rgb;
  /** Outlines of another frame. */
  readonly ghost: Rgb;
}

export const themes: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    background: [1, 1, 1],
    line: [0.11, 0.125, 0.157],
    arrow: [0.11, 0.12, 0.16],
    ghost: [0.8, 0.02, 0.38],
  },
  dark: {
    background: [0.0784, 0.0902, 0.1137],
    line: [0.91, 0.922, 0.941],
    arrow: [0.97, 0.97, 0.99],
    ghost: [1, 0.45, 0.75],
  },
};

export interface PictureEvents {
  /** A picture is wanted: things have stopped moving, and there is time for a better one. */
  onRest(): void;
  /** Something cannot be drawn; the message is for people. */
  onFault(message: string): void;
  /** Graphics that had been taken away have come back. */
  onBack(): void;
}

export interface DrawOptions {
  /** What is drawn in place of the session's frame. */
  readonly frame?: Frame;
  readonly transparent?: boolean;
  /** With everything, however long that takes. */
  readonly complete?: boolean;
}

/** Milliseconds over two frames of the screen from which on a picture is too slow for moving things. */
const SLOW = 70;
/** Milliseconds after which things have come to rest. */
const REST = 250;
/** Atoms from which on a picture may be slow; fewer are drawn with everything from the start. */
const MANY = 5_000;

export class Picture {
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #occlusion: Occlusion;
  readonly #ids = new WebGLRenderTarget(1, 1);
  readonly #listening = new AbortController();
  readonly #onRest: () => void;
  readonly #onFault: (message: string) => void;
  readonly #cameras = { perspective: new PerspectiveCamera(), orthographic: new OrthographicCamera() };
  /** Holds the shaders of the first picture of many atoms, which compile while its file is read. */
  #ahead: { dispose(): void } | null = null;
  #run: Run | null = null;
  #shown: RunPicture | null = null;
  #theme: Theme = themes.light;
  /** When the last picture was drawn, how long a complete one takes, and whether things have come to rest. */
  #pace = { last: 0, cost: 0, timer: 0, rested: false };
  #last: {
    readonly session: Session;
    readonly camera: Camera;
    readonly aspect: number;
    readonly frame: Frame;
  } | null = null;

  /** @throws Error where the browser gives no WebGL 2 */
  constructor(canvas: HTMLCanvasElement, { onRest, onFault, onBack }: PictureEvents) {
    this.#renderer = new WebGLRenderer({ canvas, antialias: false, alpha: true });
    // Nothing to sort, and no bounding spheres to find of what the shaders shape.
    this.#renderer.sortObjects = false;
    this.#renderer.outputColorSpace = 'srgb-linear';
    this.#renderer.debug.onShaderError = (gl, program) => {
      // Without graphics nothing can be compiled, which is told otherwise.
      if (gl.isContextLost()) return;
      const reason = gl.getProgramInfoLog(program)?.trim().split('\n')[0] || 'nothing';
      onFault(
        `The graphics of this machine refuse a shader, and something is missing in the picture. Newer drivers or another browser may run it. They say: ${reason}`,
      );
    };
    this.#occlusion = new Occlusion(this.#renderer);
    this.#ahead = drawnAhead(this.#renderer, this.#cameras.perspective);
    const { signal } = this.#listening;
    canvas.addEventListener(
      'webglcontextlost',
      (event) => {
        // Without this the browser never gives it back.
        event.preventDefault();
        onFault(
          'The browser took the graphics away. What is shown is kept, and comes back with them. If they stay away, close other pages that draw, or reload this one.',
        );
      },
      { signal },
    );
    canvas.addEventListener(
      'webglcontextrestored',
      () => {
        this.setRun(this.#run);
        onBack();
      },
      { signal },
    );
    this.#onRest = onRest;
    this.#onFault = onFault;
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
  }

  /** What was shown before is disposed. */
  setRun(run: Run | null): void {
    this.#shown?.dispose();
    this.#run = run;
    this.#shown = run === null ? null : new RunPicture(run, this.#scene, this.#onFault);
    this.#last = null;
    this.#pace.cost = 0;
  }

  setSize(width: number, height: number, pixelRatio: number): void {
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(width, height, false);
  }

  /** Whether the browser has taken the graphics away: nothing can be drawn. */
  get lost(): boolean {
    return this.#renderer.getContext().isContextLost();
  }

  /** GPU objects that are alive. */
  get resources(): { geometries: number; textures: number; programs: number } {
    const { memory, programs } = this.#renderer.info;
    return { geometries: memory.geometries, textures: memory.textures, programs: programs?.length ?? 0 };
  }

  draw(session: Session, camera: Camera, aspect: number, options: DrawOptions = {}): void {
    const background = new ThreeColor().setRGB(...this.#theme.background, 'srgb-linear');
    this.#renderer.setClearColor(background, options.transparent ? 0 : 1);
    const [run, shown] = [this.#run, this.#shown];
    if (this.lost) return;
    if (run === null || shown === null) {
      this.#renderer.clear();
      return;
    }
    const frame = options.frame ?? drawnFrame(session, run);
    const eye = this.#eye(session, camera, aspect, frame, shown);
    const { y: height } = this.#renderer.getDrawingBufferSize(shown.viewport);
    const hurried = this.#hurried(frame.count) && !options.complete;
    shown.show(session, frame, this.#theme, {
      distance: eye.distance,
      scale: height / camera.height,
      smoothEdges: !hurried && !options.transparent,
      near: eye.camera.near,
      pixelRatio: this.#renderer.getPixelRatio(),
    });
    this.#last = { session, camera, aspect, frame };
    // Hurried and complete pictures seldom take turns: what one of them needs is not held while the other is drawn.
    if (hurried) {
      this.#occlusion.release();
      shown.hurry(this.#renderer, eye.camera);
      this.#renderer.render(this.#scene, eye.camera);
      this.#letGoAhead();
      return;
    }
    this.#letGoAhead();
    shown.rest();
    const shades = session.occlusion && frame.dimension === 3;
    const perspective = session.projection === 'perspective';
    this.#occlusion.draw(this.#scene, eye.camera, {
      near: eye.camera.near,
      far: eye.camera.far,
      perspective,
      heightOfWorld: perspective ? camera.height / eye.distance : camera.height,
      reach: shades ? 1.2 * run.spacing : 0,
    });
    this.#timeIt();
  }

  /** The atom that is seen at a place in fractions of the picture from its left and top, or null. */
  atomAt(x: number, y: number): number | null {
    const [last, shown] = [this.#last, this.#shown];
    if (last === null || shown === null) return null;
    const { camera } = this.#eye(last.session, last.camera, last.aspect, last.frame, shown);
    const { x: width, y: height } = this.#renderer.getDrawingBufferSize(shown.viewport);
    camera.setViewOffset(width, height, Math.floor(x * width), Math.floor(y * height), 1, 1);
    const bytes = new Uint8Array(4);
    shown.withIds(() => {
      this.#renderer.setClearColor(0, 0);
      this.#renderer.setRenderTarget(this.#ids);
      this.#renderer.render(this.#scene, camera);
      this.#renderer.setRenderTarget(null);
    });
    camera.clearViewOffset();
    this.#renderer.readRenderTargetPixels(this.#ids, 0, 0, 1, 1, bytes);
    const id = bytes[0] + 256 * (bytes[1] + 256 * (bytes[2] + 256 * bytes[3]));
    return id === 0 ? null : id - 1;
  }

  /** Where an atom is drawn in the world; null where there is no such atom. */
  centerOf(atom: number): Point | null {
    return this.#shown?.centerOf(atom) ?? null;
  }

  /** Where a point of the world is seen, in fractions of the picture from its left and top; null where it is not. */
  placeOf(point: Point): readonly [number, number] | null {
    const [last, shown] = [this.#last, this.#shown];
    if (last === null || shown === null) return null;
    const { camera } = this.#eye(last.session, last.camera, last.aspect, last.frame, shown);
    camera.updateMatrixWorld();
    const { x, y, z } = new Vector3(...point).project(camera);
    return Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) <= 1 ? [(1 + x) / 2, (1 - y) / 2] : null;
  }

  dispose(): void {
    this.#listening.abort();
    clearTimeout(this.#pace.timer);
    this.setRun(null);
    this.#letGoAhead();
    this.#occlusion.dispose();
    this.#ids.dispose();
    this.#renderer.dispose();
    // A browser has few contexts, and takes one back by itself only when it next collects its garbage.
    this.#renderer.forceContextLoss();
  }

  /** What is drawn has taken the shaders over, or does without them. */
  #letGoAhead(): void {
    this.#ahead?.dispose();
    this.#ahead = null;
  }

  /** Whether pictures follow each other, and complete ones take too long for that; or how long is not known yet. */
  #hurried(atoms: number): boolean {
    const pace = this.#pace;
    const now = performance.now();
    const since = now - pace.last;
    pace.last = now;
    clearTimeout(pace.timer);
    // Where a picture takes long, the next one comes late although nothing rests.
    const moving = since <= REST + pace.cost && !pace.rested;
    const slow = moving && pace.cost >= SLOW;
    const unknown = pace.cost === 0 && atoms >= MANY && !pace.rested;
    pace.rested = false;
    if (!slow && !unknown) return false;
    pace.timer = window.setTimeout(
      () => {
        pace.rested = true;
        this.#onRest();
      },
      REST + Math.min(since, REST + pace.cost),
    );
    return true;
  }

  /** Graphics run beside the program: how long they take shows in when the screen's next frames come. */
  #timeIt(): void {
    const start = performance.now();
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        this.#pace.cost = performance.now() - start;
      }),
    );
  }

  #eye(session: Session, view: Camera, aspect: number, frame: Frame, shown: RunPicture) {
    const depth = 4 * shown.extent(session, frame);
    const half = view.height / 2;
    const perspective = session.projection === 'perspective';
    const distance = perspective ? half / Math.tan((FIELD_OF_VIEW * Math.PI) / 360) : depth + view.height;
    const camera = this.#cameras[session.projection];
    camera.near = Math.max(distance * 1e-3, distance - depth);
    camera.far = distance + depth;
    if (camera instanceof PerspectiveCamera) {
      camera.fov = FIELD_OF_VIEW;
      camera.aspect = aspect;
    } else {
      [camera.left, camera.right, camera.top, camera.bottom] = [-half * aspect, half * aspect, half, -half];
    }
    camera.updateProjectionMatrix();
    const back = conjugate(view.rotation);
    const [x, y, z] = apply(back, [0, 0, distance]);
    camera.position.set(view.target[0] + x, view.target[1] + y, view.target[2] + z);
    camera.quaternion.set(...back);
    return { camera, distance };
  }
}

/** A sphere that nobody sees: graphics take as long to make ready what draws it as to draw many of them. */
function drawnAhead(renderer: WebGLRenderer, camera: PerspectiveCamera): { dispose(): void } {
  const store = new AtomStore(1);
  store.setRadii([1]);
  const spheres = new Spheres(store);
  const scene = new Scene();
  scene.add(...spheres.objects);
  spheres.show(1, Infinity);
  spheres.hurry(renderer, camera);
  renderer.render(scene, camera);
  renderer.clear();
  return {
    dispose() {
      spheres.dispose();
      store.dispose();
    },
  };
}
