/** Every row of the table, in its order. */
import type { Row } from '../row.js';
import { denseRows } from './dense.js';
import { distillationRow } from './distillation.js';
import { elementaryFunctions } from './elementary-functions.js';
import { fireRows } from './fire.js';
import { forceEvaluations } from './force-evaluation.js';
import { hessianProduct } from './hessian-product.js';
import { implicitUnrolled } from './implicit-unrolled.js';
import { learningRows } from './learning.js';
import { listBuild } from './list-build.js';
import { allDiametersRow, sensitivityRow } from './packing-jax.js';
import { roofline } from './roofline.js';
import { scaling } from './scaling.js';
import { softSphereEager } from './soft-sphere-eager.js';
import { softmaxRegression } from './softmax-regression.js';
import { tuningRows } from './tuning.js';

export const rows: readonly Row[] = [
  softSphereEager,
  ...forceEvaluations,
  roofline,
  listBuild,
  ...fireRows,
  sensitivityRow,
  allDiametersRow,
  implicitUnrolled,
  hessianProduct,
  scaling,
  elementaryFunctions,
  ...learningRows,
  softmaxRegression,
  ...tuningRows,
  distillationRow,
  ...denseRows,
];
