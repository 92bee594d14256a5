/** What a tuning run gives: the fields of its JSON, and the rows of its summary. */
import type * as tf from '@tensorflow/tfjs';
import type { TuneResult } from '../../src/hyperparameter/index.js';
import { formatNumber, plural, type Row } from '../summary.js';
import { type HyperNumbers, listed } from './fitted.js';
import type { GridSearch } from './grid.js';
import type { Hyper, ModelName, Penalty, Subject } from './subject.js';

export function fieldsOf(
  model: ModelName,
  penalty: Penalty,
  subject: Subject,
  result: TuneResult<tf.Tensor, Hyper>,
  validationAccuracy: number | null,
  grid: GridSearch,
  seed: number,
) {
  const { validationLoss, evaluations, unsolved, seconds, converged, message } = result;
  return {
    model,
    penalty,
    hyperparameters: listed(result.hyperparameters as HyperNumbers),
    validationLoss,
    validationAccuracy,
    evaluations,
    unsolved,
    seconds,
    converged,
    seed,
    rows: subject.rows,
    features: subject.features.length,
    target: subject.target,
    classes: subject.classNames,
    folds: subject.folds.length,
    training: subject.training,
    validation: subject.validation,
    grid: {
      evaluations: grid.points.length,
      validationLoss: grid.best.loss,
      hyperparameters: grid.best.hyperparameters,
      seconds: grid.seconds,
    },
    result: result.result as string,
    message,
  };
}

export function historyOf({ history }: TuneResult<tf.Tensor, Hyper>) {
  return history.map(({ hyperparameters, ...record }) => ({
    ...record,
    hyperparameters: listed(hyperparameters as HyperNumbers),
  }));
}

export function rowsOf(
  { classNames }: Subject,
  values: HyperNumbers,
  { validationLoss }: TuneResult<tf.Tensor, Hyper>,
  accuracy: number | null,
  grid: GridSearch,
): Row[] {
  const loss = classNames === null ? 'mean squared error' : undefined;
  return [
    ...Object.entries(values).map(([label, value]) =>
      typeof value === 'number'
        ? { label, value }
        : {
            label,
            value: `${formatNumber(Math.min(...value), 3)} … ${formatNumber(Math.max(...value), 3)}`,
            note: `${value.length} values`,
          },
    ),
    { label: 'validation loss', value: validationLoss, digits: 8, ...(loss ? { note: loss } : {}) },
    ...(accuracy === null ? [] : [{ label: 'validation accuracy', value: accuracy, digits: 4 }]),
    {
      label: 'best of a grid',
      value: grid.best.loss,
      digits: 8,
      note: `${plural(grid.points.length, 'point')}, ${inSeconds(grid.seconds)}`,
    },
  ];
}

export const inSeconds = (seconds: number): string => `${seconds.toFixed(2)} s`;

export function splitOf(folds: number | undefined, { training, validation }: Subject): string {
  return folds === undefined ? `${training} rows to train, ${validation} to validate` : `${folds} folds`;
}
