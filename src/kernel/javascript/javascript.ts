/**
 * Pair kernels as JavaScript: one generated function a kernel, compiled when it is first called.
 *
 * The text is built from instruction names, indices and numbers only; no string that a user gave reaches it.
 */
import { functions } from '../../expression/index.js';
import { generateCode } from '../instructions.js';
import {
  type KernelEmitter,
  type KernelOptions,
  type PairFunction,
  type PairKernel,
  plainSiteArrays,
  type SiteArrays,
  strideOf,
} from '../pair-kernel.js';
import {
  axesOf,
  blockLoop,
  energyLoop,
  gradientLoop,
  hessianLoop,
  type Loop,
  mixedLoop,
  mixedTransposeLoop,
  parameterLoop,
  perAxis,
  siteEnergyLoop,
  strainLoop,
} from './loops.js';
import { ValueText } from './value-text.js';

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
  const siteEnergies = compile<PairKernel['siteEnergies']>(() => siteEnergyLoop(pair));
  const hessianBlocks = compile<PairKernel['hessianBlocks']>(() => blockLoop(pair, options));
  const create = (): PairKernel => {
    let columns: Pick<SiteArrays, 'inputs' | 'products'> = { inputs: [], products: [] };
    return {
      prepare(data, sites, many) {
        const arrays = plainSiteArrays(data, sites, many);
        columns = arrays;
        return arrays;
      },
      siteEnergies: (...args) => siteEnergies()(...args),
      hessianBlocks: (...args) => hessianBlocks()(...args),
      hessianProducts(data) {
        for (const [k, v] of columns.inputs.entries()) hessianProduct()(data, v, columns.products[k]);
      },
      energy: (...args) => energy()(...args),
      gradient: (...args) => gradient()(...args),
      strainGradient: (...args) => strainGradient()(...args),
      hessianProduct: (...args) => hessianProduct()(...args),
      parameterGradient: (...args) => parameterGradient()(...args),
      mixedProduct: (...args) => mixedProduct()(...args),
      mixedTransposeProduct: (...args) => mixedTransposeProduct()(...args),
    };
  };
  return { create };
};

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
  const usesSites = pair.sites.length > 0 || loop.usesSites === true;
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
