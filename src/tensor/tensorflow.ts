/**
 * The `tensorflow` backend of TensorFlow.js: libtensorflow, by way of @tensorflow/tfjs-node-gpu or tfjs-node.
 *
 * Both are optional. Loading one takes a second, so it happens when the backend is first asked for, not when the
 * library is imported; it changes neither the backend in use nor the safe gradients, and it prints nothing.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError, warnOnce } from '../message/index.js';
import { BACKEND_NAME } from './backend.js';
import { installSafeGradients } from './gradients/install.js';

const TENSORFLOW = 'tensorflow';

/** In the order in which they are tried. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

type Require = ReturnType<typeof import('node:module')['createRequire']>;

let found: string | null = null;

/**
 * The backend that answers to a name: the name itself, save for 'tensorflow', which is loaded on its first use. A
 * copy of tfjs-node that is there and does not load is told in one line, and 'float64' stands in for it.
 *
 * @throws InputError when 'tensorflow' is asked for and neither package is installed
 */
export function availableBackend(name: string): string {
  if (name !== TENSORFLOW) return name;
  found ??= loadTensorflow();
  return found;
}

function loadTensorflow(): string {
  const failures: string[] = [];
  let loaded: string | null = null;
  if (tf.engine().backendNames().includes(TENSORFLOW)) {
    loaded = start('the registered backend', () => undefined, failures);
  } else {
    const copies = installedCopies();
    if (copies.length === 0) throw new InputError(notInstalled());
    for (const { name, load } of copies) loaded ??= start(name, load, failures);
  }
  if (failures.length > 0) {
    const substitute = loaded === null ? `the backend '${BACKEND_NAME}'` : `another copy (${loaded})`;
    warnOnce(`${failures.join('; ')}; ${substitute} is used in its place`);
  }
  return loaded === null ? BACKEND_NAME : TENSORFLOW;
}

function notInstalled(): string {
  const needs =
    "the backend 'tensorflow' needs the package @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node";
  const node = globalThis.process?.versions?.node;
  if (!node) return `${needs}, which runs in Node only; here use 'webgpu', 'webgl', 'wasm' or 'float64'`;
  return (
    `${needs}: \`npm install @tensorflow/tfjs-node\`, on Node 22 or older ` +
    `(this is Node ${node}), or use 'float64' or 'wasm'`
  );
}

/** The copies in the user's project and beside this library, each once. */
function installedCopies(): { name: string; load: () => void }[] {
  const node = globalThis.process?.getBuiltinModule?.('node:module');
  if (!node) return [];
  const places = [`${process.cwd()}/package.json`, import.meta.url].map((place) => node.createRequire(place));
  const seen = new Set<string>();
  return PACKAGES.flatMap((name) =>
    places.flatMap((require) => {
      const manifest = resolve(require, `${name}/package.json`);
      if (manifest === null || seen.has(manifest)) return [];
      seen.add(manifest);
      return [{ name, load: () => void require(name) }];
    }),
  );
}

function resolve(require: Require, path: string): string | null {
  try {
    return require.resolve(path);
  } catch {
    return null;
  }
}

/** Loads a copy and computes something with it. Returns its name, or null and adds the reason to `failures`. */
function start(name: string, load: () => void, failures: string[]): string | null {
  const engine = tf.engine();
  // Reading the backend makes tfjs choose one where none was chosen yet.
  void engine.backend;
  const former = engine.backendName;
  const registered = engine.backendNames().includes(TENSORFLOW);
  let failure: string | null = null;
  quietly((printed) => {
    try {
      load();
      failure = tryOut(printed);
    } catch (error) {
      failure = firstLine(error instanceof Error ? error.message : String(error));
    }
    // tfjs-node makes its backend the one in use.
    void engine.setBackend(former);
    // A copy of tfjs that comes with it registers tfjs's own gradients anew.
    installSafeGradients();
    if (failure && !registered && engine.backendNames().includes(TENSORFLOW))
      engine.removeBackend(TENSORFLOW);
  });
  if (failure === null) return name;
  failures.push(`${name} does not load: ${failure}${tooNew()}`);
  return null;
}

/** On Node 23 and newer tfjs-node loads, and then every kernel throws: a function of node:util that it uses is gone. */
function tryOut(printed: readonly string[]): string | null {
  const engine = tf.engine();
  if (!engine.backendNames().includes(TENSORFLOW)) return "it registers no backend 'tensorflow'";
  void engine.setBackend(TENSORFLOW);
  if (!(TENSORFLOW in engine.registry)) return firstLine(printed.at(-1) ?? 'its backend does not start');
  const sum = tf.tidy(() => tf.sum(tf.concat([tf.tensor1d([1, 2]), tf.tensor1d([4])])).dataSync()[0]);
  return sum === 7 ? null : `it adds 1, 2 and 4 to ${sum}`;
}

function tooNew(): string {
  const { node } = process.versions;
  return Number.parseInt(node, 10) > 22 ? ` (it works on Node 22 and older, this is Node ${node})` : '';
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0].trim().replace(/\.$/, '');
}

/** Keeps back what libtensorflow, tfjs and Node's deprecations print, and gives what it can to `run`. */
function quietly(run: (printed: readonly string[]) => void): void {
  const printed: string[] = [];
  const node: NodeJS.Process | undefined = globalThis.process;
  const methods = ['log', 'info', 'warn', 'error'] as const;
  const former = methods.map((method) => console[method]);
  const emitWarning = node?.emitWarning;
  for (const method of methods) console[method] = (...args) => void printed.push(args.map(String).join(' '));
  if (node) {
    // libtensorflow reads it once; errors reach the caller as exceptions.
    node.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
    // Node 22 says once that functions which tfjs-node uses are deprecated.
    node.emitWarning = () => undefined;
  }
  try {
    run(printed);
  } finally {
    methods.forEach((method, k) => {
      console[method] = former[k];
    });
    if (node && emitWarning) node.emitWarning = emitWarning;
  }
}
