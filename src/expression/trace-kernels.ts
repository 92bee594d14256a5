/**
 * What each tfjs kernel means for scalars: the recording backend's table. A kernel is one line; one that is not
 * here makes the function untraceable, which is told.
 */
import type * as tf from '@tensorflow/tfjs';
import type { FunctionName } from './functions.js';
import type { Graph, Node } from './graph.js';

interface Call {
  readonly graph: Graph;
  readonly nodes: Readonly<Record<string, Node>>;
  readonly infos: Readonly<Record<string, tf.TensorInfo>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The highest rank among the inputs: all have one element, so the result has shape [1, …, 1]. */
  readonly rank: number;
}

interface Recorded {
  readonly node: Node;
  readonly dtype?: tf.DataType;
  readonly shape: number[];
}

type TraceKernel = (call: Call) => Recorded;

const ones = (rank: number): number[] => new Array<number>(rank).fill(1);

function unary(
  of: (graph: Graph, x: Node, attributes: Call['attributes']) => Node,
  dtype?: tf.DataType,
): TraceKernel {
  return ({ graph, nodes, attributes, rank }) => ({
    node: of(graph, nodes.x, attributes),
    dtype,
    shape: ones(rank),
  });
}

function binary(of: (graph: Graph, a: Node, b: Node) => Node, dtype?: tf.DataType): TraceKernel {
  return ({ graph, nodes, rank }) => ({ node: of(graph, nodes.a, nodes.b), dtype, shape: ones(rank) });
}

const fn = (name: FunctionName, dtype?: tf.DataType): TraceKernel =>
  unary((graph, x) => graph.call(name, [x]), dtype);

/** Kernels that leave a single element as it is, whatever they are asked to do with its shape. */
const pass =
  (input: string, shapeOf: (call: Call) => number[]): TraceKernel =>
  (call) => ({ node: call.nodes[input], dtype: call.infos[input].dtype, shape: shapeOf(call) });

const sameShape = (input: string): TraceKernel => pass(input, ({ infos }) => [...infos[input].shape]);

/** Reductions over one element; the rank left over follows from the axes. */
const reduction = pass('x', ({ infos, attributes }) => {
  const rank = infos.x.shape.length;
  if (attributes.keepDims) return ones(rank);
  const axis = attributes.axis as number | number[] | null | undefined;
  const reduced = axis === null || axis === undefined ? rank : typeof axis === 'number' ? 1 : axis.length;
  return ones(Math.max(0, rank - reduced));
});

const less = (graph: Graph, a: Node, b: Node): Node => graph.call('less', [a, b]);
const lessEqual = (graph: Graph, a: Node, b: Node): Node => graph.call('lessEqual', [a, b]);
const zero = (graph: Graph): Node => graph.constant(0);
const one = (graph: Graph): Node => graph.constant(1);
const truth = (graph: Graph, condition: Node): Node => graph.select(condition, one(graph), zero(graph));

export const traceKernels: Readonly<Record<string, TraceKernel>> = {
  // arithmetic
  Add: binary((g, a, b) => g.add(a, b)),
  Sub: binary((g, a, b) => g.subtract(a, b)),
  Multiply: binary((g, a, b) => g.multiply(a, b)),
  RealDiv: binary((g, a, b) => g.divide(a, b)),
  FloorDiv: binary((g, a, b) => g.call('floor', [g.divide(a, b)])),
  Mod: binary((g, a, b) => g.call('modulo', [a, b])),
  Pow: binary((g, a, b) => g.generalPower(a, b)),
  SquaredDifference: binary((g, a, b) => g.power(g.subtract(a, b), 2)),
  Minimum: binary((g, a, b) => g.call('minimum', [a, b])),
  Maximum: binary((g, a, b) => g.call('maximum', [a, b])),
  Atan2: binary((g, a, b) => g.call('atan2', [a, b])),
  DivNoNan: binary((g, a, b) => g.select(g.call('equal', [b, zero(g)]), zero(g), g.divide(a, b))),
  AddN: (call) => ({
    node: Object.values(call.nodes).reduce((sum, node) => call.graph.add(sum, node)),
    shape: ones(call.rank),
  }),
  Neg: unary((g, x) => g.negate(x)),
  Square: unary((g, x) => g.power(x, 2)),
  Sqrt: unary((g, x) => g.power(x, 0.5)),
  Rsqrt: unary((g, x) => g.power(x, -0.5)),
  Reciprocal: unary((g, x) => g.power(x, -1)),

  // functions
  Exp: fn('exp'),
  Expm1: fn('expm1'),
  Log: fn('log'),
  Log1p: fn('log1p'),
  Sin: fn('sin'),
  Cos: fn('cos'),
  Tan: fn('tan'),
  Asin: fn('asin'),
  Acos: fn('acos'),
  Atan: fn('atan'),
  Sinh: fn('sinh'),
  Cosh: fn('cosh'),
  Tanh: fn('tanh'),
  Asinh: fn('asinh'),
  Acosh: fn('acosh'),
  Atanh: fn('atanh'),
  Erf: fn('erf'),
  Abs: fn('abs'),
  Sign: fn('sign'),
  Floor: fn('floor'),
  Ceil: fn('ceil'),
  Round: fn('roundHalfEven'),
  Relu: unary((g, x) => g.call('maximum', [x, zero(g)])),
  Relu6: unary((g, x) => g.call('minimum', [g.call('maximum', [x, zero(g)]), g.constant(6)])),
  LeakyRelu: unary((g, x, { alpha }) => g.select(less(g, x, zero(g)), g.scale(Number(alpha), x), x)),
  Elu: unary((g, x) => g.select(less(g, x, zero(g)), g.call('expm1', [x]), x)),
  ClipByValue: unary((g, x, { clipValueMin, clipValueMax }) =>
    g.call('minimum', [
      g.call('maximum', [x, g.constant(Number(clipValueMin))]),
      g.constant(Number(clipValueMax)),
    ]),
  ),
  Step: unary((g, x, { alpha }) => g.select(less(g, zero(g), x), one(g), g.constant(Number(alpha ?? 0)))),
  Sigmoid: unary((g, x) => g.power(g.add(one(g), g.call('exp', [g.negate(x)])), -1)),
  // max(x, 0) + log1p(exp(−|x|)): no overflow for large x
  Softplus: unary((g, x) =>
    g.add(g.call('maximum', [x, zero(g)]), g.call('log1p', [g.call('exp', [g.negate(g.call('abs', [x]))])])),
  ),

  // comparison and logic
  Less: binary(less, 'bool'),
  LessEqual: binary(lessEqual, 'bool'),
  Greater: binary((g, a, b) => less(g, b, a), 'bool'),
  GreaterEqual: binary((g, a, b) => lessEqual(g, b, a), 'bool'),
  Equal: binary((g, a, b) => g.call('equal', [a, b]), 'bool'),
  NotEqual: binary((g, a, b) => g.call('not', [g.call('equal', [a, b])]), 'bool'),
  LogicalAnd: binary((g, a, b) => g.call('and', [a, b]), 'bool'),
  LogicalOr: binary((g, a, b) => g.call('or', [a, b]), 'bool'),
  LogicalNot: fn('not', 'bool'),
  IsNan: fn('isNaN', 'bool'),
  IsFinite: fn('isFinite', 'bool'),
  IsInf: unary(
    (g, x) => g.call('not', [g.call('or', [g.call('isFinite', [x]), g.call('isNaN', [x])])]),
    'bool',
  ),
  Select: ({ graph, nodes, infos, rank }) => ({
    node: graph.select(nodes.condition, nodes.t, nodes.e),
    dtype: infos.t.dtype,
    shape: ones(rank),
  }),

  // type and shape
  Cast: ({ graph, nodes, infos, attributes }) => {
    const dtype = attributes.dtype as tf.DataType;
    const from = infos.x.dtype;
    const toInteger = dtype === 'int32' && from === 'float32';
    const node =
      from === 'bool' && dtype !== 'bool'
        ? truth(graph, nodes.x)
        : dtype === 'bool' && from !== 'bool'
          ? graph.call('not', [graph.call('equal', [nodes.x, zero(graph)])])
          : toInteger
            ? truncate(graph, nodes.x)
            : nodes.x;
    return { node, dtype, shape: [...infos.x.shape] };
  },
  Identity: sameShape('x'),
  ZerosLike: ({ graph, infos }) => ({ node: zero(graph), dtype: infos.x.dtype, shape: [...infos.x.shape] }),
  OnesLike: ({ graph, infos }) => ({ node: one(graph), dtype: infos.x.dtype, shape: [...infos.x.shape] }),
  Fill: ({ graph, attributes }) => {
    const shape = attributes.shape as number[];
    if (shape.some((length) => length !== 1)) {
      throw new Error(`Kernel 'Fill' not registered for backend 'stillpoint-trace' with shape [${shape}]`);
    }
    return {
      node: graph.constant(Number(attributes.value)),
      dtype: attributes.dtype as tf.DataType,
      shape: [...shape],
    };
  },
  Reshape: pass('x', ({ attributes }) => ones((attributes.shape as number[]).length)),
  ExpandDims: pass('input', ({ infos }) => ones(infos.input.shape.length + 1)),
  BroadcastTo: pass('x', ({ attributes }) => {
    const shape = attributes.shape as number[];
    if (shape.some((length) => length !== 1)) {
      throw new Error(
        `Kernel 'BroadcastTo' not registered for backend 'stillpoint-trace' with shape [${shape}]`,
      );
    }
    return ones(shape.length);
  }),
  Sum: reduction,
  Mean: reduction,
  Max: reduction,
  Min: reduction,
  Prod: reduction,
};

/** Towards zero, as a cast to int32 does. */
function truncate(graph: Graph, x: Node): Node {
  if (x.kind === 'select') {
    return graph.select(x.condition, truncate(graph, x.then), truncate(graph, x.otherwise));
  }
  return graph.select(
    less(graph, x, zero(graph)),
    graph.negate(graph.call('floor', [graph.negate(x)])),
    graph.call('floor', [x]),
  );
}

/**
 * Kernels whose gradient is that of the expression they are recorded as: no kinks, and no form of the gradient that is
 * safer against overflow than the rules of calculus are (as Sigmoid's is).
 */
export const smoothKernels: ReadonlySet<string> = new Set([
  ...['Add', 'AddN', 'Sub', 'Multiply', 'RealDiv', 'Pow', 'SquaredDifference'],
  ...['Neg', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal'],
  ...['Exp', 'Expm1', 'Log', 'Log1p', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan'],
  ...['Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh', 'Erf'],
  ...['Less', 'LessEqual', 'Greater', 'GreaterEqual', 'Equal', 'NotEqual'],
  ...['LogicalAnd', 'LogicalOr', 'LogicalNot', 'Select', 'Cast'],
  ...['Identity', 'Reshape', 'ExpandDims', 'ZerosLike', 'OnesLike', 'Fill', 'Sum'],
]);
