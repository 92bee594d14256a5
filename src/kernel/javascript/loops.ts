/** What each kernel does around the values of a pair, as pieces of JavaScript. */
import type { Node } from '../../expression/index.js';
import { blockEntries, type KernelOptions, type PairFunction } from '../pair-kernel.js';

/** What one kernel does around the expressions of a pair. */
export interface Loop {
  /** Parameters of the generated function after `data`. */
  readonly parameters: readonly string[];
  /** Expressions that a pair needs; `values[k]` in `pairBody` names the value of the k-th. */
  readonly expressions: readonly Node[];
  /** Whether `pairBody` uses `sj`, the index of the second site. */
  readonly usesSites?: boolean;
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
export const axesOf = (options: KernelOptions): readonly string[] => axes.slice(0, options.dimension);

export function perAxis(options: KernelOptions, line: (axis: string, offset: string) => string): string {
  return axesOf(options)
    .map((axis, k) => line(axis, k === 0 ? '' : ` + ${k}`))
    .join('\n');
}

export function energyLoop(pair: PairFunction): Loop {
  return {
    parameters: [],
    expressions: [pair.energy],
    before: 'let energy = 0;',
    pairBody: ([u]) => `energy += ${u};`,
    after: 'return energy;',
  };
}

export function gradientLoop(pair: PairFunction, options: KernelOptions): Loop {
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

export function strainLoop(pair: PairFunction, options: KernelOptions): Loop {
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

export function hessianLoop(pair: PairFunction, options: KernelOptions): Loop {
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

export function siteEnergyLoop(pair: PairFunction): Loop {
  return {
    parameters: ['energies'],
    expressions: [pair.graph.scale(0.5, pair.energy)],
    usesSites: true,
    siteBefore: 'let own = 0;',
    pairBody: ([half]) => `own += ${half}; energies[sj] += ${half};`,
    siteAfter: 'energies[si] += own;',
  };
}

export function blockLoop(pair: PairFunction, options: KernelOptions): Loop {
  const entries = blockEntries(options.dimension);
  return {
    parameters: ['blocks'],
    expressions: [pair.graph.scale(2, pair.slope), pair.graph.scale(4, pair.curvature)],
    siteBefore: entries.map((_, k) => `let b${k} = 0;`).join('\n'),
    pairBody: ([slope, curvature]) =>
      entries
        .map(([a, b], k) => {
          const value = `${curvature} * d${axes[a]} * d${axes[b]}${a === b ? ` + ${slope}` : ''}`;
          return `const h${k} = ${value}; b${k} += h${k}; blocks[2 * j + ${k}] += h${k};`;
        })
        .join('\n'),
    siteAfter: entries.map((_, k) => `blocks[2 * i + ${k}] += b${k};`).join('\n'),
  };
}

export function parameterLoop(pair: PairFunction, options: KernelOptions): Loop {
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

export function mixedLoop(pair: PairFunction, options: KernelOptions): Loop {
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

export function mixedTransposeLoop(pair: PairFunction, options: KernelOptions): Loop {
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
