/**
 * Turns a tfjs function of scalars into expressions, by running it once on a backend whose kernels record.
 *
 * tfjs's own tape calls ordinary ops, so the gradients of the function come out as expressions by the same means.
 * What cannot be recorded (values read in order to branch on them, tensors with more than one element, an op
 * outside the table) throws `Untraceable` with the reason; the caller then runs the function as it is.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { shortestDecimal, useBackend } from '../tensor/index.js';
import { Graph, type InputOptions, type Node } from './graph.js';
import { smoothKernels, traceKernels } from './trace-kernels.js';

const backendName = 'stillpoint-trace';

/** Why a function could not be traced. */
export class Untraceable extends Error {
  override readonly name = 'Untraceable';
}

interface Recorded {
  node: Node;
  dtype: tf.DataType;
  references: number;
}

class TraceBackend extends tf.KernelBackend {
  /** Constants are written here with all of their digits. */
  readonly doublePrecision = true;
  /** Where nodes go; set for the length of one trace. */
  graph: Graph | null = null;
  /** Whether all that has been recorded is differentiated as its expression is. */
  smooth = true;
  private data = new Map<object, Recorded>();
  /** Disposed of, but here until the trace ends: some of tfjs's gradients (logSigmoid's) use what they have not kept. */
  private disposed = new Set<object>();

  record(node: Node, dtype: tf.DataType, shape: number[]): tf.TensorInfo {
    const dataId = {};
    this.data.set(dataId, { node, dtype, references: 1 });
    return { dataId, shape, dtype };
  }

  node(info: tf.TensorInfo): Node {
    if (info instanceof tf.Variable) {
      throw new Untraceable('it uses a tf.variable, whose value may change; a parameter would be compiled');
    }
    const { node } = this.data.get(info.dataId) ?? this.fetch(info);
    // A tensor from outside stays here from one trace to the next; its node belonged to the graph of the former.
    return node.kind === 'constant' ? this.currentGraph().constant(node.value) : node;
  }

  /** A tensor from outside the function is a constant of it; tfjs moves its value here. */
  private fetch(info: tf.TensorInfo): Recorded {
    if (info.shape.some((length) => length !== 1)) {
      throw new Untraceable(`it uses a tensor of shape [${info.shape}]; only scalars can be traced`);
    }
    if (tf.engine().state.tensorInfo.has(info.dataId)) tf.engine().moveData(this, info.dataId);
    const moved = this.data.get(info.dataId);
    if (moved) return moved;
    throw new InputError(
      'a function that is to be traced uses a tensor that has been disposed of; make it within the function, or keep it',
    );
  }

  /** Lets go of what has been disposed of. */
  release(): void {
    for (const dataId of this.disposed) this.data.delete(dataId);
    this.disposed.clear();
  }

  currentGraph(): Graph {
    if (this.graph) return this.graph;
    throw new Error(`the backend "${backendName}" only records functions and cannot compute`);
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    if (values.length !== 1) {
      throw new Untraceable(`it makes a tensor of shape [${shape}]; only scalars can be traced`);
    }
    return this.record(this.currentGraph().constant(literal(values)), dtype, shape).dataId;
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.disposed.delete(dataId);
    this.data.set(dataId, { node: this.currentGraph().constant(literal(values)), dtype, references });
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const known = this.data.get(dataId);
    if (known?.node.kind === 'constant') return Float64Array.of(known.node.value) as unknown as Float32Array;
    throw new Untraceable('it reads the value of a tensor, so it may branch on data');
  }

  override read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override incRef(dataId: object): void {
    const known = this.data.get(dataId);
    if (known) known.references++;
  }

  decRef(dataId: object): void {
    const known = this.data.get(dataId);
    if (known) known.references--;
  }

  override refCount(dataId: object): number {
    return this.data.get(dataId)?.references ?? 0;
  }

  override disposeData(dataId: object, force = false): boolean {
    const known = this.data.get(dataId);
    if (known) {
      known.references--;
      if (!force && known.references > 0) return false;
      if (this.graph) this.disposed.add(dataId);
      else this.data.delete(dataId);
    }
    return true;
  }

  override numDataIds(): number {
    return this.data.size;
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ['recorded expressions occupy no tensor memory'] };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-16;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    this.data.clear();
  }
}

let backend: TraceBackend | null = null;

function traceBackend(): TraceBackend {
  if (backend) return backend;
  const made = new TraceBackend();
  tf.registerBackend(backendName, () => made, -1);
  for (const [kernelName, kernel] of Object.entries(traceKernels)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const tensors = Object.fromEntries(
          Object.entries(inputs).map(([name, info]) => [name, made.node(info as tf.TensorInfo)]),
        );
        const first = Object.values(inputs)[0] as tf.TensorInfo | undefined;
        const { node, dtype, shape } = kernel({
          graph: made.currentGraph(),
          nodes: tensors,
          infos: inputs as Record<string, tf.TensorInfo>,
          attributes: attrs ?? {},
          rank: Math.max(0, ...Object.values(inputs).map((info) => (info as tf.TensorInfo).shape.length)),
        });
        const type = dtype ?? first?.dtype ?? 'float32';
        // A kernel within a kernel is a step of a function that has a gradient of its own (tf.customGrad); and the
        // gradient of a cast lets the slope through, of whatever steps it makes.
        const { kernelDepth } = tf.engine().state;
        if (
          !smoothKernels.has(kernelName) ||
          kernelDepth > 1 ||
          (kernelName === 'Cast' && type !== 'float32')
        ) {
          made.smooth = false;
        }
        return made.record(node, type, shape);
      },
    });
  }
  backend = made;
  return made;
}

/** Scalars in, scalars out: what the traced function may compute with. */
export interface TraceScope {
  readonly graph: Graph;
  /** A scalar tensor that stands for an input of the expression. */
  input(name: string, options?: InputOptions): tf.Scalar;
  /** A scalar tensor that stands for an expression. */
  tensor(node: Node): tf.Scalar;
  /** The expression that a scalar tensor stands for. */
  node(tensor: tf.Tensor): Node;
  /** Whether every op so far is smooth and has the gradient that its expression has. */
  smooth(): boolean;
}

/**
 * Runs `record` on the recording backend. All tensors made meanwhile are disposed of.
 *
 * @throws Untraceable with the reason
 */
export function trace<T>(record: (scope: TraceScope) => T, graph = new Graph()): T {
  const recorder = traceBackend();
  const outer = { graph: recorder.graph, smooth: recorder.smooth };
  Object.assign(recorder, { graph, smooth: true });
  const tensor = (node: Node): tf.Scalar => {
    const info = recorder.record(node, 'float32', []);
    return tf.engine().makeTensorFromTensorInfo(info) as tf.Scalar;
  };
  const scope: TraceScope = {
    graph,
    tensor,
    input: (name, options) => tensor(graph.input(name, options)),
    node(result) {
      if (result.size !== 1) {
        throw new Untraceable(`it returns a tensor of shape [${result.shape}]; a scalar was expected`);
      }
      return recorder.node(result);
    },
    smooth: () => recorder.smooth,
  };
  try {
    return useBackend(backendName, () => tidy(() => record(scope)));
  } catch (error) {
    throw explain(error);
  } finally {
    Object.assign(recorder, outer);
    if (recorder.graph === null) recorder.release();
  }
}

/** `tf.tidy` for a result that holds no tensors. */
function tidy<T>(run: () => T): T {
  tf.engine().startScope('trace');
  try {
    return run();
  } finally {
    tf.engine().endScope();
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Untraceable) return error;
  const missing = /Kernel '(\w+)' not registered for backend 'stillpoint-trace'/.exec(error.message);
  return missing ? new Untraceable(`its op ${missing[1]} has no scalar form`) : error;
}

/** The literal that was typed: for a Float32Array the shortest decimal that rounds to its element. */
function literal(values: tf.backend_util.BackendValues): number {
  const value = values[0];
  if (typeof value !== 'number') throw new Untraceable(`it makes a tensor of ${typeof value}s`);
  return values instanceof Float32Array ? shortestDecimal(value) : value;
}
