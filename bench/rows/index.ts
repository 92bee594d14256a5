/** Every row of the table, in its order. */
import type { Row } from '../row.js';
import { forceEvaluations } from './force-evaluation.js';
import { softSphereEager } from './soft-sphere-eager.js';

export const rows: readonly Row[] = [softSphereEager, ...forceEvaluations];
