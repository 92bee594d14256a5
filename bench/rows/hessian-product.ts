/** A product with the Hessian against an evaluation of the forces, both ours. */
import { lennardJones, type Potential, softSphere } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { bidispersePacking, coordinates, lattice, perturb, type System } from '../../systems/index.js';
import { type Measurement, type Row, ratio, type Setting, series, vectorAgreement } from '../row.js';
import { callsWithin, inTurns, secondsPerCall } from '../timing.js';
import { localDirection } from './local-direction.js';

export const hessianProduct: Row = {
  name: 'hessian-product',
  title: 'Hessian product against force evaluation',
  peers: [],
  run: measure,
};

interface Case {
  what: string;
  system: System;
  potential: Potential;
  cutoff: number;
  skin?: number;
}

async function measure(setting: Setting): Promise<Measurement> {
  const cells = setting.quick ? 6 : 20;
  const crystal = lattice({ structure: 'fcc', latticeConstant: (4 / 0.8442) ** (1 / 3), repeat: cells });
  const cases: Case[] = [
    {
      what: 'Lennard-Jones, 32,000 atoms',
      system: perturb(crystal, 0.05, 1),
      potential: lennardJones({}, { cutoff: 2.5 }),
      cutoff: 2.5,
      skin: 0.3,
    },
    {
      what: 'soft spheres, 128',
      system: bidispersePacking({ count: 128, dimension: 2, diameters: [1, 0.6], packingFraction: 0.98 }),
      potential: softSphere({ diameter: [1, 0.6] }),
      cutoff: 1,
    },
  ];
  const parts: Measurement[] = [];
  for (const each of cases) parts.push(await measureOne(each, setting));
  return {
    checks: parts.flatMap(({ checks }) => checks),
    series: parts.flatMap((part) => part.series),
    ratios: parts.flatMap(({ ratios }) => ratios),
    contents: [
      'One call of model.hessianProduct over one of model.gradient (energy and forces), on the same atoms with the same list.',
    ],
  };
}

async function measureOne(
  { what, system, potential, cutoff, skin }: Case,
  { quick, rounds }: Setting,
): Promise<Measurement> {
  const model = potential.bind(system, { skin, threads: 1 });
  const x = coordinates(system);
  const { normal } = random(1);
  const v = x.map(normal);
  const product = new Float64Array(x.length);
  const gradient = new Float64Array(x.length);
  const multiply = (): void => model.hessianProduct(x, v, product);
  const evaluate = (): void => {
    model.gradient(x, gradient);
  };
  const along = localDirection(system, cutoff, 2);
  const step = 1e-6;
  const [ahead, behind] = [1, -1].map((sign) => {
    const out = new Float64Array(x.length);
    model.gradient(
      x.map((value, i) => value + sign * step * along[i]),
      out,
    );
    return out;
  });
  const differences = ahead.map((value, i) => (value - behind[i]) / (2 * step));
  model.hessianProduct(x, along, product);
  // Of the product as it is now: the runs below overwrite it.
  const check = vectorAgreement(
    `${what}: product, central differences of forces`,
    product,
    differences,
    1e-5,
  );
  const span = quick ? 0.01 : 0.25;
  const [products, evaluations] = [callsWithin(span, multiply), callsWithin(span, evaluate)];
  const { ours, peer } = await inTurns(
    rounds,
    () => ({ product: secondsPerCall(products, multiply) }),
    () => ({ evaluation: secondsPerCall(evaluations, evaluate) }),
  );
  return {
    checks: [check],
    series: [
      series(`${what}: model.hessianProduct`, ours.product),
      series(`${what}: model.gradient`, peer.evaluation),
    ],
    ratios: [ratio(`product / evaluation, ${what}`, ours.product, peer.evaluation, { goal: 1.5 })],
    contents: [],
  };
}
