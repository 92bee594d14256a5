/**
 * Scalar expressions as a shared graph in a simplified form.
 *
 * Nodes are made by a `Graph`, which never makes two equal nodes: a common subexpression is one node. Sums are
 * kept as `constant + Σ coefficient · node`, products as `Π base ^ exponent`, so that like terms, powers and
 * reciprocals of one base meet as they are built: what tfjs's tape spells as a chain of forty ops for the
 * derivative of r⁻¹² is one factor here.
 *
 * Sums are not multiplied out where that would cancel digits: `(1 − r/σ)²` stays as it is.
 */
import { applyFunction, type FunctionName, isNonNegativeFunction } from './functions.js';

export interface Term {
  readonly coefficient: number;
  readonly node: Node;
}

export interface Factor {
  readonly base: Node;
  readonly exponent: number;
}

interface Common {
  readonly id: number;
  /** Known to be zero or more for every input that keeps its own promise. */
  readonly nonNegative: boolean;
  /** Depends on no variable: the same for all evaluations with one set of parameters. */
  readonly invariant: boolean;
}

export type Node = Common &
  (
    | { readonly kind: 'constant'; readonly value: number }
    | { readonly kind: 'input'; readonly name: string }
    | { readonly kind: 'sum'; readonly constant: number; readonly terms: readonly Term[] }
    | { readonly kind: 'product'; readonly factors: readonly Factor[] }
    | { readonly kind: 'call'; readonly name: FunctionName; readonly operands: readonly Node[] }
    | { readonly kind: 'select'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  );

type SumNode = Extract<Node, { kind: 'sum' }>;

export interface InputOptions {
  /** A variable changes from one evaluation to the next; a parameter (the default) stays for many. */
  variable?: boolean;
  nonNegative?: boolean;
}

type Shape = Node extends infer N ? (N extends Node ? Omit<N, keyof Common> : never) : never;

export class Graph {
  private readonly nodes = new Map<string, Node>();
  private count = 0;

  constant(value: number): Node {
    // -0 and 0 are one node: no formula here tells them apart.
    const v = value === 0 ? 0 : value;
    return this.intern(`#${v}`, { kind: 'constant', value: v }, v >= 0, true);
  }

  input(name: string, options: InputOptions = {}): Node {
    const shape: Shape = { kind: 'input', name };
    return this.intern(`$${name}`, shape, options.nonNegative ?? false, !options.variable);
  }

  add(a: Node, b: Node): Node {
    return this.sum(0, [
      { coefficient: 1, node: a },
      { coefficient: 1, node: b },
    ]);
  }

  subtract(a: Node, b: Node): Node {
    return this.sum(0, [
      { coefficient: 1, node: a },
      { coefficient: -1, node: b },
    ]);
  }

  negate(a: Node): Node {
    return this.scale(-1, a);
  }

  scale(factor: number, a: Node): Node {
    return this.sum(0, [{ coefficient: factor, node: a }]);
  }

  /** `constant + Σ coefficient · node`, flattened, like terms joined. */
  sum(constant: number, terms: readonly Term[]): Node {
    let total = constant;
    const joined = new Map<Node, number>();
    const put = (coefficient: number, node: Node): void => {
      if (coefficient === 0) return;
      if (node.kind === 'constant') {
        total += coefficient * node.value;
      } else if (node.kind === 'sum' && mayFlatten(coefficient, node)) {
        total += coefficient * node.constant;
        for (const term of node.terms) put(coefficient * term.coefficient, term.node);
      } else {
        joined.set(node, (joined.get(node) ?? 0) + coefficient);
      }
    };
    for (const term of terms) put(term.coefficient, term.node);
    const kept = [...joined]
      .filter(([, coefficient]) => coefficient !== 0)
      .map(([node, coefficient]) => ({ coefficient, node }))
      .sort((a, b) => a.node.id - b.node.id);
    if (kept.length === 0) return this.constant(total);
    if (kept.length === 1 && total === 0 && kept[0].coefficient === 1) return kept[0].node;
    const complement = kept.length === 1 && total === -kept[0].coefficient ? erfOperand(kept[0].node) : null;
    if (complement) return this.scale(total, this.call('erfc', [complement]));
    const key = `+${total},${kept.map((t) => `${t.coefficient}*${t.node.id}`).join(',')}`;
    const nonNegative = total >= 0 && kept.every((t) => t.coefficient >= 0 && t.node.nonNegative);
    const invariant = kept.every((t) => t.node.invariant);
    return this.intern(key, { kind: 'sum', constant: total, terms: kept }, nonNegative, invariant);
  }

  multiply(a: Node, b: Node): Node {
    const masked = this.multiplySelect(a, b) ?? this.multiplySelect(b, a);
    if (masked) return masked;
    const left = monomial(a);
    const right = monomial(b);
    return this.product(left.coefficient * right.coefficient, [...left.factors, ...right.factors]);
  }

  divide(a: Node, b: Node): Node {
    return this.multiply(a, this.power(b, -1));
  }

  /** `base ^ exponent` for a constant exponent. */
  power(base: Node, exponent: number): Node {
    if (exponent === 0) return this.constant(1);
    if (exponent === 1) return base;
    if (base.kind === 'constant') return this.constant(base.value ** exponent);
    const { coefficient, factors } = monomial(base);
    const integer = Number.isInteger(exponent);
    if (!integer && (coefficient < 0 || !factors.every((f) => f.base.nonNegative))) {
      return this.product(1, [{ base, exponent }]);
    }
    return this.product(
      coefficient ** exponent,
      factors.map((f) => ({ base: f.base, exponent: f.exponent * exponent })),
    );
  }

  /** `base ^ exponent` where the exponent is an expression. */
  generalPower(base: Node, exponent: Node): Node {
    if (exponent.kind === 'constant') return this.power(base, exponent.value);
    return this.call('pow', [base, exponent]);
  }

  call(name: FunctionName, operands: readonly Node[]): Node {
    if (operands.every((o) => o.kind === 'constant')) {
      return this.constant(
        applyFunction(
          name,
          operands.map((o) => (o.kind === 'constant' ? o.value : Number.NaN)),
        ),
      );
    }
    if (name === 'abs' && operands[0].nonNegative) return operands[0];
    if (name === 'pow' && operands[1].kind === 'constant') return this.power(operands[0], operands[1].value);
    const key = `${name}(${operands.map((o) => o.id).join(',')})`;
    const invariant = operands.every((o) => o.invariant);
    return this.intern(
      key,
      { kind: 'call', name, operands },
      isNonNegativeFunction(name, operands),
      invariant,
    );
  }

  select(condition: Node, then: Node, otherwise: Node): Node {
    if (condition.kind === 'constant') return condition.value !== 0 ? then : otherwise;
    if (then === otherwise) return then;
    const nonNegative = then.nonNegative && otherwise.nonNegative;
    const invariant = condition.invariant && then.invariant && otherwise.invariant;
    const key = `?${condition.id},${then.id},${otherwise.id}`;
    return this.intern(key, { kind: 'select', condition, then, otherwise }, nonNegative, invariant);
  }

  /** The same expressions with some inputs replaced; nodes may come from another graph. */
  substitute(roots: readonly Node[], replacement: (name: string) => Node | undefined): Node[] {
    const done = new Map<Node, Node>();
    const visit = (node: Node): Node => {
      const known = done.get(node);
      if (known) return known;
      const made = this.rebuild(node, visit, replacement);
      done.set(node, made);
      return made;
    };
    return roots.map(visit);
  }

  private rebuild(
    node: Node,
    visit: (node: Node) => Node,
    replacement: (name: string) => Node | undefined,
  ): Node {
    switch (node.kind) {
      case 'constant':
        return this.constant(node.value);
      case 'input':
        return (
          replacement(node.name) ??
          this.input(node.name, { variable: !node.invariant, nonNegative: node.nonNegative })
        );
      case 'sum':
        return this.sum(
          node.constant,
          node.terms.map((t) => ({ coefficient: t.coefficient, node: visit(t.node) })),
        );
      case 'product':
        return node.factors
          .map((f) => this.power(visit(f.base), f.exponent))
          .reduce((product, factor) => this.multiply(product, factor));
      case 'call':
        return this.call(node.name, node.operands.map(visit));
      case 'select':
        return this.select(visit(node.condition), visit(node.then), visit(node.otherwise));
    }
  }

  /** A product with a mask is a choice, so that 0 · ∞ in the branch not taken cannot spoil it. */
  private multiplySelect(mask: Node, other: Node): Node | null {
    if (mask.kind !== 'select') return null;
    if (isZero(mask.otherwise)) {
      return this.select(mask.condition, this.multiply(mask.then, other), mask.otherwise);
    }
    if (isZero(mask.then)) {
      return this.select(mask.condition, mask.then, this.multiply(mask.otherwise, other));
    }
    return null;
  }

  private product(coefficient: number, factors: readonly Factor[]): Node {
    if (coefficient === 0) return this.constant(0);
    const joined = new Map<Node, number>();
    for (const { base, exponent } of factors) joined.set(base, (joined.get(base) ?? 0) + exponent);
    const kept = [...joined]
      .filter(([, exponent]) => exponent !== 0)
      .map(([base, exponent]) => ({ base, exponent }))
      .sort((a, b) => a.base.id - b.base.id);
    if (kept.length === 0) return this.constant(coefficient);
    return this.distribute(coefficient, kept) ?? this.scale(coefficient, this.productNode(kept));
  }

  private productNode(factors: readonly Factor[]): Node {
    if (factors.length === 1 && factors[0].exponent === 1) return factors[0].base;
    const key = `*${factors.map((f) => `${f.base.id}^${f.exponent}`).join(',')}`;
    const nonNegative = factors.every((f) => f.base.nonNegative || f.exponent % 2 === 0);
    const invariant = factors.every((f) => f.base.invariant);
    return this.intern(key, { kind: 'product', factors }, nonNegative, invariant);
  }

  /**
   * Parameters times a sum of variable terms: into the sum, where they become coefficients that are the same for
   * every evaluation. So do roots of what every term has a power of: s^(−½) (s^(−7/2) − s^(−13/2)) needs no root.
   * A sum with an invariant term stays whole, since its digits may cancel.
   */
  private distribute(coefficient: number, factors: readonly Factor[]): Node | null {
    const sums = factors.filter((f) => f.exponent === 1 && f.base.kind === 'sum');
    if (sums.length !== 1 || factors.length < 2) return null;
    const sum = sums[0].base as SumNode;
    const others = factors.filter((f) => f !== sums[0]);
    const terms = sum.terms.map((t) => monomial(t.node));
    const goesInto = ({ base, exponent }: Factor): boolean =>
      base.invariant ||
      (!Number.isInteger(exponent) && terms.every((t) => t.factors.some((f) => f.base === base)));
    if (hasInvariantTerm(sum) || !others.every(goesInto)) return null;
    return this.sum(
      0,
      terms.map((inner, k) => ({
        coefficient: 1,
        node: this.product(coefficient * sum.terms[k].coefficient * inner.coefficient, [
          ...others,
          ...inner.factors,
        ]),
      })),
    );
  }

  private intern(key: string, shape: Shape, nonNegative: boolean, invariant: boolean): Node {
    const known = this.nodes.get(key);
    if (known) return known;
    const node = { ...shape, id: this.count++, nonNegative, invariant } as Node;
    this.nodes.set(key, node);
    return node;
  }
}

/** x of erf(x): 1 − erf(x) has a function of its own, which keeps its digits. */
function erfOperand(node: Node): Node | null {
  return node.kind === 'call' && node.name === 'erf' ? node.operands[0] : null;
}

function isZero(node: Node): boolean {
  return node.kind === 'constant' && node.value === 0;
}

function hasInvariantTerm(sum: SumNode): boolean {
  return sum.constant !== 0 || sum.terms.some((t) => t.node.invariant);
}

function mayFlatten(coefficient: number, sum: SumNode): boolean {
  return Math.abs(coefficient) === 1 || sum.terms.length === 1 || !hasInvariantTerm(sum);
}

/** A node as coefficient · Π base ^ exponent. */
function monomial(node: Node): { coefficient: number; factors: readonly Factor[] } {
  if (node.kind === 'constant') return { coefficient: node.value, factors: [] };
  if (node.kind === 'product') return { coefficient: 1, factors: node.factors };
  if (node.kind === 'sum' && node.terms.length === 1 && node.constant === 0) {
    const inner = monomial(node.terms[0].node);
    return { coefficient: node.terms[0].coefficient * inner.coefficient, factors: inner.factors };
  }
  return { coefficient: 1, factors: [{ base: node, exponent: 1 }] };
}
