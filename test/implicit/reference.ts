/** Problems, their solutions and derivatives by scikit-learn, JAXopt, Clarabel and diffcp; made by make.py beside the numbers. */
import { readFileSync } from 'node:fs';

type Numbers = readonly number[];
interface Solved {
  readonly theta: number;
  readonly solution: Numbers;
  readonly derivative: Numbers;
}

export const reference: {
  readonly data: {
    readonly rows: number;
    readonly columns: number;
    readonly X: Numbers;
    readonly y: Numbers;
    readonly labels: Numbers;
  };
  readonly ridge: Solved;
  readonly lasso: Solved;
  readonly logistic: Solved;
  readonly svm: Solved & {
    readonly count: number;
    readonly classes: number;
    readonly K: Numbers;
    readonly Y: Numbers;
  };
  readonly qp: Solved & {
    readonly Q: Numbers;
    readonly c: Numbers;
    readonly A: Numbers;
    readonly b: Numbers;
    readonly G: Numbers;
    readonly h: Numbers;
    readonly equality: Numbers;
    readonly inequality: Numbers;
  };
  readonly cone: {
    readonly x: Numbers;
    readonly y: Numbers;
    readonly s: Numbers;
    readonly byRadius: Numbers;
    readonly byCost: Numbers;
  };
} = JSON.parse(readFileSync('test/data/implicit/reference.json', 'utf8'));
