/**
 * From a pair definition to the kernel for one set of parameters: traced, specialised and emitted once for each
 * combination that needs code of its own, and kept.
 */
import { evaluate, Untraceable } from '../src/expression/index.js';
import {
  type CompiledPair,
  emitJavaScript,
  emitWebAssembly,
  firstSiteInput,
  interpretPairs,
  type KernelOptions,
  type PairFunction,
  type PairKernel,
  secondSiteInput,
  tableInput,
} from '../src/kernel/index.js';
import { InputError, warnOnce } from '../src/message/index.js';
import type { BindOptions } from './energy-model.js';
import type { Mixing } from './mixing.js';
import {
  interpretPair,
  type PairDefinition,
  type PairInputs,
  specializePair,
  tracePair,
} from './pair-function.js';
import type { ParameterTables } from './parameter-tables.js';

/** A kernel for one set of parameters. */
export interface PreparedPair {
  readonly kernel: PairKernel;
  /** The largest distance at which any pair interacts; Infinity for no end. */
  readonly reach: number;
  /** Why the pair function could not be compiled, or null. */
  readonly interpreted: string | null;
  /** Unit round-off of the arithmetic. */
  readonly unitRoundoff: number;
}

const mostKernels = 64;

export class PairCompiler {
  private readonly traced = new Map<string, PairFunction | Untraceable>();
  private readonly compiled = new Map<string, CompiledPair>();

  constructor(
    private readonly name: string,
    /** Parameters that are compiled in as numbers where the system has one value. */
    private readonly specialize: readonly string[],
    /** Backend for functions that cannot be compiled. */
    private readonly backend: string | undefined,
  ) {}

  prepare(
    definition: PairDefinition,
    tables: ParameterTables,
    theta: Float64Array,
    options: Omit<KernelOptions, 'allPairs'>,
    { kernels: language }: BindOptions = {},
  ): PreparedPair {
    const inputs: PairInputs = {
      tabulated: tables.tabulated.map((block) => block.name),
      perAtom: tables.perAtom.map((block) => block.name),
    };
    const key = keyOf(definition, inputs);
    const traced = this.trace(key, definition, inputs);
    if (traced instanceof Untraceable)
      return this.interpret(traced, definition, inputs, tables, theta, options);
    const numbers = this.numbers(tables, theta);
    const reach = largestReach(tables, theta, (values) =>
      traced.rangeSquared ? evaluate([traced.rangeSquared], values)[0] : Infinity,
    );
    const allPairs = reach === Infinity;
    const variant = `${key}|${JSON.stringify([...numbers])}|${options.dimension}|${options.classes}|${allPairs}|${language}`;
    const compiled =
      this.compiled.get(variant) ??
      compile(this.name, specializePair(traced, numbers), { ...options, allPairs }, language);
    this.keep(variant, compiled);
    return { kernel: compiled.create(), reach, interpreted: null, unitRoundoff: 2 ** -53 };
  }

  /** Keeps the last kernels only: fitting an exponent makes one for each of its values. */
  private keep(variant: string, compiled: CompiledPair): void {
    this.compiled.delete(variant);
    this.compiled.set(variant, compiled);
    const [oldest] = this.compiled.keys();
    if (this.compiled.size > mostKernels && oldest !== undefined) this.compiled.delete(oldest);
  }

  private trace(key: string, definition: PairDefinition, inputs: PairInputs): PairFunction | Untraceable {
    const known = this.traced.get(key);
    if (known) return known;
    const made = tracedOrReason(definition, inputs);
    this.traced.set(key, made);
    return made;
  }

  private interpret(
    reason: Untraceable,
    definition: PairDefinition,
    inputs: PairInputs,
    tables: ParameterTables,
    theta: Float64Array,
    options: Omit<KernelOptions, 'allPairs'>,
  ): PreparedPair {
    warnOnce(
      `the energy of "${this.name}" cannot be compiled, because ${reason.message}; ` +
        'it is run pair by pair, which is right but slow',
    );
    const pair = interpretPair(definition, inputs, this.backend);
    const reach = largestReach(tables, theta, (values) => pair.rangeSquared(values));
    const kernel = interpretPairs(pair, { ...options, allPairs: reach === Infinity });
    const double = this.backend === undefined || this.backend === 'float64';
    return { kernel, reach, interpreted: reason.message, unitRoundoff: double ? 2 ** -53 : 2 ** -24 };
  }

  private numbers(tables: ParameterTables, theta: Float64Array): Map<string, number> {
    const numbers = new Map<string, number>();
    tables.tabulated.forEach(({ name, level, offset }, k) => {
      if (level === 'system' && this.specialize.includes(name)) numbers.set(tableInput(k), theta[offset]);
    });
    return numbers;
  }
}

/** WebAssembly where it can be had, else JavaScript, unless one of them is asked for. */
function compile(
  name: string,
  pair: PairFunction,
  options: KernelOptions,
  language: BindOptions['kernels'],
): CompiledPair {
  const compiled = language === 'javascript' ? null : emitWebAssembly(pair, options);
  if (compiled) return compiled;
  if (language !== 'webassembly') return emitJavaScript(pair, options);
  throw new InputError(
    `"${name}" cannot be compiled to WebAssembly here, which has no vector instructions; leave the kernels out to ` +
      'run it as JavaScript',
  );
}

function tracedOrReason(definition: PairDefinition, inputs: PairInputs): PairFunction | Untraceable {
  try {
    return tracePair(definition, inputs);
  } catch (error) {
    if (error instanceof Untraceable) return error;
    throw error;
  }
}

/**
 * The largest range over all pairs of classes. With one value an atom, the range is taken at the extreme values:
 * it must grow or fall throughout with each atom's value, as all diameters do.
 */
function largestReach(
  tables: ParameterTables,
  theta: Float64Array,
  rangeSquared: (values: Readonly<Record<string, number>>) => number,
): number {
  // Without atoms any reach will do.
  if (tables.classCount === 0) return 1;
  const filled = tables.fill(theta);
  const classPairs = tables.classCount ** 2;
  let most = 0;
  for (const atoms of extremes(tables, theta)) {
    for (let t = 0; t < classPairs; t++) {
      const values: Record<string, number> = { ...atoms };
      tables.tabulated.forEach((_, k) => {
        values[tableInput(k)] = filled[k * classPairs + t];
      });
      most = Math.max(most, Math.sqrt(rangeSquared(values)));
    }
  }
  if (most > 0) return most;
  throw new InputError(
    Number.isNaN(most)
      ? 'the range of the potential is negative or not a number for these parameters; give positive lengths'
      : 'the range of the potential is 0 for these parameters, so that no atoms interact; give larger ones',
  );
}

/** All combinations of smallest and largest values of the parameters with one value an atom. */
function extremes(tables: ParameterTables, theta: Float64Array): Record<string, number>[] {
  let combinations: Record<string, number>[] = [{}];
  tables.perAtom.forEach(({ offset, size }, k) => {
    const values = theta.subarray(offset, offset + size);
    const ends = [
      values.reduce((a, b) => Math.min(a, b), Infinity),
      values.reduce((a, b) => Math.max(a, b), -Infinity),
    ];
    combinations = combinations.flatMap((combination) =>
      ends.flatMap((first) =>
        ends.map((second) => ({
          ...combination,
          [firstSiteInput(k)]: first,
          [secondSiteInput(k)]: second,
        })),
      ),
    );
  });
  return combinations;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function identity(mixing: Mixing): string {
  if (typeof mixing === 'string') return mixing;
  const known = identities.get(mixing) ?? nextIdentity++;
  identities.set(mixing, known);
  return `function ${known}`;
}

function keyOf(definition: PairDefinition, inputs: PairInputs): string {
  const { cutoff, truncation, onset, mixing } = definition;
  const rules = inputs.perAtom.map((name) => identity(mixing(name)));
  return JSON.stringify([cutoff, truncation, onset, inputs.tabulated, inputs.perAtom, rules]);
}
