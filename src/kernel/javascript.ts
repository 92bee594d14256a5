/**
 * Pair kernels as JavaScript: one generated function a kernel, compiled when it is first called.
 *
 * The text is built from instruction names, indices and numbers only; no string that a user gave reaches it.
 */
import { functions, type Node } from '../expression/index.js';
import { generateCode, type Instruction, operandsOf, type Value } from './instructions.js';
import {
  type KernelEmitter,
  type KernelOptions,
  type PairFunction,
  type PairKernel,
  plainSiteArrays,
  squaredDistance,
  strideOf,
} from './pair-kernel.js';

export const emitJavaScript: KernelEmitter = (pair, options) => {
  const compile = <F>(loop: () => Loop): (() => F) => {
    let compiled: F | null = null;
    return () => {
      compiled ??= new Function('functions', source(pair, options, loop()))(functions) as F;
      return compiled;
    };
  };
  const energy = compile<PairKernel['energy']>(() => energyLoop(pair));
  const gradient = compile<PairKernel['gradient']>(() => gradientLoop(pair, options));
  const strainGradient = compile<PairKernel['strainGradient']>(() => strainLoop(pair, options));
  const hessianProduct = compile<PairKernel['hessianProduct']>(() => hessianLoop(pair, options));
  const parameterGradient = compile<PairKernel['parameterGradient']>(() => parameterLoop(pair, options));
  const mixedProduct = compile<PairKernel['mixedProduct']>(() => mixedLoop(pair, options));
  const mixedTransposeProduct = compile<PairKernel['mixedTransposeProduct']>(() =>
    mixedTransposeLoop(pair, options),
  );
  const kernel: PairKernel = {
    prepare: plainSiteArrays,
    energy: (...args) => energy()(...args),
    gradient: (...args) => gradient()(...args),
    strainGradient: (...args) => strainGradient()(...args),
    hessianProduct: (...args) => hessianProduct()(...args),
    parameterGradient: (...args) => parameterGradient()(...args),
    mixedProduct: (...args) => mixedProduct()(...args),
    mixedTransposeProduct: (...args) => mixedTransposeProduct()(...args),
  };
  return { create: () => kernel };
};

/** What one kernel does around the expressions of a pair. */
interface Loop {
  /** Parameters of the generated function after `data`. */
  readonly parameters: readonly string[];
  /** Expressions that a pair needs; `values[k]` in `pairBody` names the value of the k-th. */
  readonly expressions: readonly Node[];
  /** Before the loops. */
  readonly before?: string;
  /** Once a site, before its pairs. */
  readonly siteBefore?: string;
  readonly pairBody: (values: readonly string[]) => string;
  /** Once a site, after its pairs. */
  readonly siteAfter?: string;
  /** After the loops. */
  readonly after?: string;
}

const axes = ['x', 'y', 'z'] as const;
const axesOf = (options: KernelOptions): readonly string[] => axes.slice(0, options.dimension);

function perAxis(options: KernelOptions, line: (axis: string, offset: string) => string): string {
  return axesOf(options)
    .map((axis, k) => line(axis, k === 0 ? '' : ` + ${k}`))
    .join('\n');
}

function energyLoop(pair: PairFunction): Loop {
  return {
    parameters: [],
    expressions: [pair.energy],
    before: 'let energy = 0;',
    pairBody: ([u]) => `energy += ${u};`,
    after: 'return energy;',
  };
}

function gradientLoop(pair: PairFunction, options: KernelOptions): Loop {
  return {
    parameters: ['gradient'],
    expressions: [pair.energy, pair.graph.scale(2, pair.slope)],
    before: 'let energy = 0;',
    siteBefore: perAxis(options, (a) => `let g${a} = 0;`),
    pairBody: ([u, slope]) =>
      `energy += ${u};\n${perAxis(
        options,
        (a, k) => `const f${a} = ${slope} * d${a}; g${a} += f${a}; gradient[j${k}] -= f${a};`,
      )}`,
    siteAfter: perAxis(options, (a, k) => `gradient[i${k}] += g${a};`),
    after: 'return energy;',
  };
}

function strainLoop(pair: PairFunction, options: KernelOptions): Loop {
  const gradient = gradientLoop(pair, options);
  const d = options.dimension;
  const names = axesOf(options);
  const entries = names.flatMap((a, k) => names.slice(k).map((b, m) => ({ a, b, row: k, column: k + m })));
  return {
    ...gradient,
    parameters: ['gradient', 'strain'],
    before: `${gradient.before}\n${entries.map(({ a, b }) => `let w${a}${b} = 0;`).join('\n')}`,
    pairBody: (values) =>
      `${gradient.pairBody(values)}\n${entries.map(({ a, b }) => `w${a}${b} += f${a} * d${b};`).join('\n')}`,
    after: `${entries
      .map(({ a, b, row, column }) => {
        const upper = `strain[${row * d + column}] += w${a}${b};`;
        return row === column ? upper : `${upper} strain[${column * d + row}] += w${a}${b};`;
      })
      .join('\n')}\nreturn energy;`,
  };
}

function hessianLoop(pair: PairFunction, options: KernelOptions): Loop {
  return {
    parameters: ['v', 'product'],
    expressions: [pair.graph.scale(2, pair.slope), pair.graph.scale(4, pair.curvature)],
    siteBefore: perAxis(options, (a, k) => `const v${a} = v[i${k}]; let p${a} = 0;`),
    pairBody: ([slope, curvature]) =>
      `${perAxis(options, (a, k) => `const e${a} = v${a} - v[j${k}];`)}
const along = ${curvature} * (${axesOf(options)
        .map((a) => `d${a} * e${a}`)
        .join(' + ')});
${perAxis(
  options,
  (a, k) => `const h${a} = ${slope} * e${a} + along * d${a}; p${a} += h${a}; product[j${k}] -= h${a};`,
)}`,
    siteAfter: perAxis(options, (a, k) => `product[i${k}] += p${a};`),
  };
}

function parameterLoop(pair: PairFunction, options: KernelOptions): Loop {
  return {
    parameters: ['tables', 'sites'],
    expressions: [
      ...pair.tables.map((p) => p.energy),
      ...pair.sites.flatMap((p) => [p.first.energy, p.second.energy]),
    ],
    before: outputs(pair),
    pairBody: (values) => accumulate(pair, options, values, ''),
  };
}

function mixedLoop(pair: PairFunction, options: KernelOptions): Loop {
  const { graph } = pair;
  return {
    parameters: ['tables', 'sites', 'product'],
    expressions: [
      ...pair.tables.map((p) => graph.scale(2, p.slope)),
      ...pair.sites.flatMap((p) => [graph.scale(2, p.first.slope), graph.scale(2, p.second.slope)]),
    ],
    before: outputs(pair),
    siteBefore: perAxis(options, (a) => `let p${a} = 0;`),
    pairBody: (values) => {
      const terms = [
        ...pair.tables.map((_, k) => `${values[k]} * tables[${tableIndex(k, options)}]`),
        ...pair.sites.flatMap((_, k) => {
          const at = pair.tables.length + 2 * k;
          return [`${values[at]} * out${k}[si]`, `${values[at + 1]} * out${k}[sj]`];
        }),
      ];
      return `const c = ${terms.join(' + ') || '0'};
${perAxis(options, (a, k) => `const h${a} = c * d${a}; p${a} += h${a}; product[j${k}] -= h${a};`)}`;
    },
    siteAfter: perAxis(options, (a, k) => `product[i${k}] += p${a};`),
  };
}

function mixedTransposeLoop(pair: PairFunction, options: KernelOptions): Loop {
  const mixed = mixedLoop(pair, options);
  return {
    ...mixed,
    parameters: ['w', 'tables', 'sites'],
    siteBefore: perAxis(options, (a, k) => `const w${a} = w[i${k}];`),
    pairBody: (values) =>
      `const c = ${axesOf(options)
        .map((a, k) => `d${a} * (w${a} - w[j + ${k}])`)
        .join(' + ')};
${accumulate(pair, options, values, ' * c')}`,
    siteAfter: '',
  };
}

/** Local names for the arrays of the site parameters. */
function outputs(pair: PairFunction): string {
  return pair.sites.map((_, k) => `const out${k} = sites[${k}];`).join('\n');
}

function accumulate(
  pair: PairFunction,
  options: KernelOptions,
  values: readonly string[],
  factor: string,
): string {
  return [
    ...pair.tables.map((_, k) => `tables[${tableIndex(k, options)}] += ${values[k]}${factor};`),
    ...pair.sites.flatMap((_, k) => {
      const at = pair.tables.length + 2 * k;
      return [`out${k}[si] += ${values[at]}${factor};`, `out${k}[sj] += ${values[at + 1]}${factor};`];
    }),
  ].join('\n');
}

const tableIndex = (k: number, options: KernelOptions): string =>
  options.classes ? `${k} * classPairs + t` : `${k}`;

function source(pair: PairFunction, options: KernelOptions, loop: Loop): string {
  const roots = pair.rangeSquared ? [pair.rangeSquared, ...loop.expressions] : loop.expressions;
  const { instructions, results } = generateCode(roots);
  const text = new ValueText(instructions, options);
  const early = pair.rangeSquared ? text.pairStatements([results[0]]) : '';
  const values = pair.rangeSquared ? results.slice(1) : results;
  const late = text.pairStatements(values);
  const body = loop.pairBody(values.map((value) => text.name(value)));
  const range = pair.rangeSquared ? `if (s >= ${text.name(results[0])}) continue;` : '';
  const stride = strideOf(options.dimension);
  const shift = stride === 2 ? 1 : 2;
  const usesSites = pair.sites.length > 0;
  return `'use strict';
const { ${Object.keys(functions).join(', ')} } = functions;
return function (${['data', ...loop.parameters].join(', ')}) {
const { count, first, list, positions, classes, classCount } = data;
const classPairs = classCount * classCount;
const parameters = data.tables;
${pair.sites.map((_, k) => `const site${k} = data.sites[${k}];`).join('\n')}
${text.invariantStatements()}
${loop.before ?? ''}
const end = count * ${stride};
for (let i = 0, si = 0; i < end; i += ${stride}, si++) {
${perAxis(options, (a, k) => `const ${a} = positions[i${k}];`)}
${options.classes ? 'const row = classes[si] * classCount;' : ''}
${pair.sites.map((_, k) => `const first${k} = site${k}[si];`).join('\n')}
${loop.siteBefore ?? ''}
${
  options.allPairs
    ? `for (let j = i + ${stride}; j < end; j += ${stride}) {`
    : 'for (let k = first[si], stop = first[si + 1]; k < stop; k++) {\nconst j = list[k];'
}
${perAxis(options, (a, k) => `const d${a} = ${a} - positions[j${k}];`)}
const s = ${axesOf(options)
    .map((a) => `d${a} * d${a}`)
    .join(' + ')};
${usesSites || options.classes ? `const sj = j >> ${shift};` : ''}
${options.classes ? 'const t = row + classes[sj];' : ''}
${pair.sites.map((_, k) => `const second${k} = site${k}[sj];`).join('\n')}
${early}
${range}
${late}
${body}
}
${loop.siteAfter ?? ''}
}
${loop.after ?? ''}
};`;
}

/** Names and statements for the values of one kernel. */
class ValueText {
  private readonly written = new Set<Value>();
  private readonly invariantsOfPairs: Value[];

  constructor(
    private readonly instructions: readonly Instruction[],
    private readonly options: KernelOptions,
  ) {
    this.invariantsOfPairs = instructions.flatMap(({ op, invariant }, value) =>
      invariant && op !== 'constant' ? [value] : [],
    );
  }

  name(value: Value): string {
    const instruction = this.instructions[value];
    if (instruction.op === 'constant') return literal(instruction.value);
    if (instruction.op === 'input' && !instruction.invariant) return inputText(instruction.name);
    if (instruction.invariant && this.options.classes) {
      return `invariant[${this.invariantsOfPairs.indexOf(value)} * classPairs + t]`;
    }
    return `v${value}`;
  }

  /** Values that are the same for all pairs of two classes, before the loops. */
  invariantStatements(): string {
    const names = this.invariantsOfPairs;
    if (names.length === 0) return '';
    const assignments = names.map((value) => {
      const target = this.options.classes ? this.name(value) : `const ${this.name(value)}`;
      return `${target} = ${this.expression(this.instructions[value])};`;
    });
    if (!this.options.classes) return `const t = 0;\n${assignments.join('\n')}`;
    return `const invariant = new Float64Array(${names.length} * classPairs);
for (let t = 0; t < classPairs; t++) {
${assignments.join('\n')}
}`;
  }

  /** The statements that `results` need and that have not been written yet. */
  pairStatements(results: readonly Value[]): string {
    const lines: string[] = [];
    const visit = (value: Value): void => {
      const instruction = this.instructions[value];
      if (instruction.invariant || instruction.op === 'input' || this.written.has(value)) return;
      this.written.add(value);
      for (const operand of operandsOf(instruction)) visit(operand);
      lines.push(`const v${value} = ${this.expression(instruction)};`);
    };
    for (const result of results) visit(result);
    return lines.join('\n');
  }

  private expression(instruction: Instruction): string {
    const name = (value: Value): string => this.name(value);
    switch (instruction.op) {
      case 'constant':
        return literal(instruction.value);
      case 'input':
        return inputText(instruction.name);
      case 'add':
        return `${name(instruction.a)} + ${name(instruction.b)}`;
      case 'subtract':
        return `${name(instruction.a)} - ${name(instruction.b)}`;
      case 'multiply':
        return `${name(instruction.a)} * ${name(instruction.b)}`;
      case 'negate':
        return `-${name(instruction.a)}`;
      case 'reciprocal':
        return `1 / ${name(instruction.a)}`;
      case 'sqrt':
        return `Math.sqrt(${name(instruction.a)})`;
      case 'call':
        return `${instruction.name}(${instruction.operands.map(name).join(', ')})`;
      case 'select':
        return `${name(instruction.condition)} !== 0 ? ${name(instruction.then)} : ${name(instruction.otherwise)}`;
    }
  }
}

/** Where a loop finds an input of the pair function. */
function inputText(name: string): string {
  if (name === squaredDistance) return 's';
  const [, kind, k] = /^(table|first|second)(\d+)$/.exec(name) ?? [];
  if (kind === undefined) throw new Error(`a pair function has no input "${name}"`);
  return kind === 'table' ? `parameters[${k} * classPairs + t]` : `${kind}${k}`;
}

/** A number as JavaScript; negative ones in brackets, so that `a - -1` cannot become `a--1`. */
function literal(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value < 0 ? `(${value})` : `${value}`;
}
