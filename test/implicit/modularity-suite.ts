/** The runs of the table in modularity.ts, on one backend, to tolerances of its own. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customRoot, rootVjp } from '../../src/implicit/index.js';
import { onWarning } from '../../src/message/index.js';
import { fromHost } from '../../src/projection/index.js';
import { toFloat64, useBackend } from '../../src/tensor/index.js';
import { lasso, logistic, optionsOf, type Precision, qp, ridge, svm, type Table } from './modularity.js';

export interface Tolerances {
  readonly backend: string;
  readonly solvers: Precision;
  /** Of linear solves. */
  readonly linear?: number;
  /** Relative: solutions against scikit-learn's and JAXopt's, derivatives against JAXopt's and each other. */
  readonly solution: number;
  readonly derivative: number;
  /** How far, relatively, a solution may be from a root without a warning. */
  readonly residual?: number;
  /** Derivative tolerances of single rows, by 'problem: condition'. */
  readonly rows?: Readonly<Record<string, number>>;
  /** What cannot do it on this backend: 'problem: solver', or 'problem: condition: linear solver'. */
  readonly without?: readonly string[];
}

export function modularity({
  backend,
  solvers,
  linear,
  solution,
  derivative,
  residual,
  rows: looser = {},
  without = [],
}: Tolerances): void {
  const warnings: string[] = [];
  beforeAll(() => {
    // Solvers at the edge of the precision say so; what counts here is how close they came, and the derivatives.
    onWarning((message) => /^(customRoot|rootVjp)/.test(message) && warnings.push(message));
  });
  afterAll(() => {
    onWarning(null);
    expect(warnings).toEqual([]);
  });
  const atLeast = (tolerance?: number) =>
    tolerance === undefined ? undefined : Math.max(tolerance, linear ?? 0);
  const within = <T>(run: () => T): T =>
    useBackend(backend, () => {
      tf.engine().startScope();
      try {
        return run();
      } finally {
        tf.engine().endScope();
      }
    });

  const tables: ((precision: Precision) => Table)[] = [ridge, lasso, logistic, svm, qp];
  describe.each(tables.map((make) => make(solvers)))('$name', (table: Table) => {
    const { theta, rows } = table;
    const scale = Math.max(...table.solution.map(Math.abs));
    const slopeScale = Math.max(...table.derivative.map(Math.abs));
    /** What each solver found. */
    const found = new Map<string, Float64Array>();
    const least = table.derivative.map(() => Infinity);
    const most = table.derivative.map(() => -Infinity);
    const away = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

    const solverNames = Object.keys(table.solvers).filter(
      (name) => !without.includes(`${table.name}: ${name}`),
    );
    const allowed = (condition: string): number => looser[`${table.name}: ${condition}`] ?? derivative;
    test.each(solverNames)('is solved by %s', (name) => {
      within(() => {
        const x = table.solvers[name](fromHost(Float64Array.of(theta), []));
        expect(away(x, table.solution) / scale).toBeLessThan(solution);
        found.set(name, x);
      });
    });

    test.each(rows.map((row) => [row.condition, row] as const))(
      'has the same derivative by the condition of %s, whatever solved it, by any linear solver',
      (condition, { F, embed, project, linear: names, tolerance = linear }) => {
        within(() => {
          const point = fromHost(Float64Array.of(theta), []);
          for (const [k, [solver, x]] of [...found].entries()) {
            // Every linear solver on the first solution; on the others one after the other.
            const able = names.filter((name) => !without.includes(`${table.name}: ${condition}: ${name}`));
            const tried = k === 0 ? able : [able[k % able.length]];
            for (const name of tried) {
              const options = optionsOf(name, atLeast(tolerance), residual);
              const solve = customRoot(F, () => embed(x, theta), options);
              const { jvp } = solve.jvp(null as never, [point], [tf.onesLike(point)]);
              const slope = project(jvp);
              expect(away(slope, table.derivative) / slopeScale, `${solver}, ${name}`).toBeLessThan(
                allowed(condition),
              );
              slope.forEach((value, i) => {
                least[i] = Math.min(least[i], value);
                most[i] = Math.max(most[i], value);
              });
            }
          }
        });
      },
    );

    test.each(rows.map((row) => [row.condition, row] as const))(
      'has a backward product that agrees, by the condition of %s',
      (condition, { F, embed, linear: names, tolerance = linear }) => {
        within(() => {
          const point = fromHost(Float64Array.of(theta), []);
          const x = [...found.values()][0];
          const at = embed(x, theta);
          // ⟨w, dx⟩ with w = (1, −1, 1, …) on the whole unknown, forwards and backwards
          const options = optionsOf(names[0], atLeast(tolerance), residual);
          const solve = customRoot(F, () => at, options);
          const { jvp } = solve.jvp(null as never, [point], [tf.onesLike(point)]);
          const [signs, tangents] = [signsLike(at), leaves(jvp)];
          const forward = tangents.reduce((sum, t, k) => sum + dot(leaves(signs)[k], t), 0);
          const [gradient] = rootVjp(F, at, [point], signs as never, options);
          const size = Math.max(...tangents.map((t) => Math.max(...toFloat64(t).map(Math.abs))));
          expect(Math.abs(toFloat64(gradient)[0] - forward) / size).toBeLessThan(allowed(condition));
        });
      },
    );

    test('has derivatives that agree pairwise', () => {
      const widest = Math.max(...most.map((value, i) => value - least[i]));
      expect(widest / slopeScale).toBeLessThan(Math.max(...rows.map(({ condition }) => allowed(condition))));
    });
  });
}

function leaves(tree: unknown): tf.Tensor[] {
  return tree instanceof tf.Tensor ? [tree] : Object.values(tree as object).flatMap(leaves);
}

function signsLike(tree: unknown): unknown {
  if (tree instanceof tf.Tensor) {
    return fromHost(
      Float64Array.from({ length: tree.size }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      tree.shape,
    );
  }
  if (Array.isArray(tree)) return tree.map(signsLike);
  return Object.fromEntries(Object.entries(tree as object).map(([key, part]) => [key, signsLike(part)]));
}

function dot(a: tf.Tensor, b: tf.Tensor): number {
  const values = toFloat64(b);
  return toFloat64(a).reduce((sum, value, i) => sum + value * values[i], 0);
}
