/**
 * Models that are trained on distilled samples: an objective that the inner solver minimises, and scores of the classes.
 * Softmax regression is the one that is built in; any other that tfjs can differentiate fits the same interface.
 */
import * as tf from '@tensorflow/tfjs';
import { multiclassLogisticLoss } from '../loss/index.js';
import { InputError } from '../message/index.js';
import { constant, float64, type TensorTree } from '../tensor/index.js';

/** A classifier with parameters P: a tensor, or a tree of them. */
export interface Classifier<P extends TensorTree = TensorTree> {
  /** Parameters to start training from: new tensors. */
  start(width: number, classes: number): P;
  /**
   * What training minimises, one number; its minimum must be isolated. All arguments are differentiated.
   *
   * @param features [samples, width]
   * @param labels [samples, classes]: weights of the classes; their sum over a row weighs the sample
   */
  objective(parameters: P, features: tf.Tensor, labels: tf.Tensor): tf.Tensor;
  /** Scores of the classes, [samples, classes]; the loss on them is the cross entropy of their softmax. */
  scores(parameters: P, features: tf.Tensor): tf.Tensor;
  /** The length of a gradient step on the objective that certainly descends, one number: for adjoints that unroll. */
  stepSize?(features: tf.Tensor): tf.Tensor;
}

export interface SoftmaxRegressionOptions {
  /** Strength of ½ l2 ‖W‖², more than 0: it makes the minimum unique. Default 0.1. */
  l2?: number;
}

/**
 * Multiclass logistic regression without an intercept: the mean cross entropy of softmax(X W), plus ½ l2 ‖W‖².
 * The parameters are W, [width, classes].
 */
export function softmaxRegression({ l2 = 0.1 }: SoftmaxRegressionOptions = {}): Classifier<tf.Tensor> {
  if (!(l2 > 0 && l2 < Infinity)) {
    throw new InputError(
      `l2 must be a positive number, found ${l2}: without it the weights of separable samples grow without end`,
    );
  }
  const half = l2 / 2;
  const scores = (W: tf.Tensor, X: tf.Tensor): tf.Tensor => tf.matMul(X as tf.Tensor2D, W as tf.Tensor2D);
  return {
    start: (width, classes) => float64(new Float64Array(width * classes), [width, classes]),
    scores,
    // The Hessian is at most ½ XᵀX / n + l2, and its largest eigenvalue no more than the trace.
    stepSize: (X) =>
      tf.reciprocal(tf.add(constant(l2), tf.mul(constant(0.5 / X.shape[0]), tf.sum(tf.square(X))))),
    objective: (W, X, Y) => tf.add(meanLoss(scores(W, X), Y), tf.mul(constant(half), tf.sum(tf.square(W)))),
  };
}

/** The mean over the samples of the cross entropy of softmax. */
export function meanLoss(scores: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return tf.mean(multiclassLogisticLoss(labels, scores));
}
