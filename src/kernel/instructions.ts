/**
 * Straight-line code for a set of expressions: what an emitter writes down, in JavaScript or WebAssembly.
 *
 * Values that depend on parameters alone are kept apart, to be computed once and not once a pair. Powers of one
 * base share their multiplications, one square root and one reciprocal.
 */
import { type FunctionName, functions, type Node } from '../expression/index.js';

/** Index of a value in `Code.instructions`. */
export type Value = number;

export type Instruction = { readonly invariant: boolean } & (
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'input'; readonly name: string }
  | { readonly op: 'add' | 'subtract' | 'multiply'; readonly a: Value; readonly b: Value }
  | { readonly op: 'negate' | 'reciprocal' | 'sqrt'; readonly a: Value }
  | { readonly op: 'call'; readonly name: FunctionName; readonly operands: readonly Value[] }
  | { readonly op: 'select'; readonly condition: Value; readonly then: Value; readonly otherwise: Value }
);

export interface Code {
  /** In an order in which operands come first. */
  readonly instructions: readonly Instruction[];
  /** The value of each expression asked for. */
  readonly results: readonly Value[];
}

/** Lowers expressions to straight-line code. */
export function generateCode(roots: readonly Node[]): Code {
  const builder = new CodeBuilder(roots);
  const results = roots.map((root) => builder.lower(root));
  return { instructions: builder.instructions, results };
}

/** The values that an instruction uses. */
export function operandsOf(instruction: Instruction): readonly Value[] {
  switch (instruction.op) {
    case 'constant':
    case 'input':
      return [];
    case 'add':
    case 'subtract':
    case 'multiply':
      return [instruction.a, instruction.b];
    case 'negate':
    case 'reciprocal':
    case 'sqrt':
      return [instruction.a];
    case 'call':
      return instruction.operands;
    case 'select':
      return [instruction.condition, instruction.then, instruction.otherwise];
  }
}

/**
 * Values that depend on parameters alone, in numbers; NaN stands where a value is not invariant.
 *
 * @param input the value of a parameter
 */
export function evaluateInvariants(code: Code, input: (name: string) => number): Float64Array {
  const values = new Float64Array(code.instructions.length).fill(Number.NaN);
  code.instructions.forEach((instruction, k) => {
    if (instruction.invariant) values[k] = evaluateInstruction(instruction, values, input);
  });
  return values;
}

function evaluateInstruction(
  instruction: Instruction,
  values: Float64Array,
  input: (name: string) => number,
): number {
  switch (instruction.op) {
    case 'constant':
      return instruction.value;
    case 'input':
      return input(instruction.name);
    case 'add':
      return values[instruction.a] + values[instruction.b];
    case 'subtract':
      return values[instruction.a] - values[instruction.b];
    case 'multiply':
      return values[instruction.a] * values[instruction.b];
    case 'negate':
      return -values[instruction.a];
    case 'reciprocal':
      return 1 / values[instruction.a];
    case 'sqrt':
      return Math.sqrt(values[instruction.a]);
    case 'call':
      return functions[instruction.name](...instruction.operands.map((operand) => values[operand]));
    case 'select':
      return values[instruction.condition] !== 0 ? values[instruction.then] : values[instruction.otherwise];
  }
}

type Shape = Instruction extends infer I ? (I extends Instruction ? Omit<I, 'invariant'> : never) : never;

class CodeBuilder {
  readonly instructions: Instruction[] = [];
  private readonly known = new Map<string, Value>();
  private readonly lowered = new Map<Node, Value>();
  private readonly exponents: ReadonlyMap<Node, readonly number[]>;
  private readonly powers = new Map<Value, Map<number, Value>>();

  constructor(roots: readonly Node[]) {
    this.exponents = collectExponents(roots);
  }

  lower(node: Node): Value {
    const known = this.lowered.get(node);
    if (known !== undefined) return known;
    const value = this.lowerNew(node);
    this.lowered.set(node, value);
    return value;
  }

  private lowerNew(node: Node): Value {
    switch (node.kind) {
      case 'constant':
        return this.constant(node.value);
      case 'input':
        return this.emit({ op: 'input', name: node.name }, `$${node.name}`, node.invariant);
      case 'sum':
        return this.lowerSum(node);
      case 'product': {
        const { coefficient, variable } = this.split(node);
        return this.multiply(coefficient, variable ?? this.constant(1));
      }
      case 'call': {
        const operands = node.operands.map((operand) => this.lower(operand));
        const key = `${node.name}(${operands.join(',')})`;
        return this.emit({ op: 'call', name: node.name, operands }, key, this.allInvariant(operands));
      }
      case 'select': {
        const condition = this.lower(node.condition);
        const then = this.lower(node.then);
        const otherwise = this.lower(node.otherwise);
        const key = `?${condition},${then},${otherwise}`;
        const invariant = this.allInvariant([condition, then, otherwise]);
        return this.emit({ op: 'select', condition, then, otherwise }, key, invariant);
      }
    }
  }

  /** Terms with the same variable part are joined, their invariant parts added up once for all pairs. */
  private lowerSum(node: Extract<Node, { kind: 'sum' }>): Value {
    let fixed = this.constant(node.constant);
    const coefficients = new Map<Value, Value>();
    for (const term of node.terms) {
      const { coefficient, variable } = this.split(term.node);
      const scaled = this.multiply(this.constant(term.coefficient), coefficient);
      if (variable === null) fixed = this.add(fixed, scaled);
      else {
        const before = coefficients.get(variable);
        coefficients.set(variable, before === undefined ? scaled : this.add(before, scaled));
      }
    }
    let total = fixed;
    for (const [variable, coefficient] of coefficients) {
      total = this.isConstant(coefficient, -1)
        ? this.subtract(total, variable)
        : this.add(total, this.multiply(coefficient, variable));
    }
    return total;
  }

  /** A node as (invariant value) · (variable value, or null where there is none). */
  private split(node: Node): { coefficient: Value; variable: Value | null } {
    if (node.kind !== 'product') {
      return node.invariant
        ? { coefficient: this.lower(node), variable: null }
        : { coefficient: this.constant(1), variable: this.lower(node) };
    }
    let coefficient = this.constant(1);
    let variable: Value | null = null;
    for (const { base, exponent } of node.factors) {
      const value = this.power(base, exponent);
      if (base.invariant) coefficient = this.multiply(coefficient, value);
      else variable = variable === null ? value : this.multiply(variable, value);
    }
    return { coefficient, variable };
  }

  private power(base: Node, exponent: number): Value {
    const value = this.lower(base);
    const all = this.exponents.get(base) ?? [exponent];
    if (!Number.isInteger(exponent * 2)) {
      const operands = [value, this.constant(exponent)];
      return this.emit({ op: 'call', name: 'pow', operands }, `pow(${operands.join(',')})`, base.invariant);
    }
    if (exponent < 0) return this.negativePower(value, exponent, base.nonNegative ? all : [exponent]);
    const whole = Math.floor(exponent);
    if (whole === exponent) return this.integerPower(value, exponent, all);
    const root = this.sqrt(value);
    return whole === 0 ? root : this.multiply(root, this.integerPower(value, whole, all));
  }

  private negativePower(value: Value, exponent: number, all: readonly number[]): Value {
    const reciprocals = all.filter((e) => e < 0).map((e) => -e);
    const halves = reciprocals.some((e) => !Number.isInteger(e));
    const { inverse, inverseRoot } = this.inverses(value, halves);
    const whole = Math.floor(-exponent);
    if (whole === -exponent || inverseRoot === null) return this.integerPower(inverse, whole, reciprocals);
    return whole === 0
      ? inverseRoot
      : this.multiply(inverseRoot, this.integerPower(inverse, whole, reciprocals));
  }

  /** 1/x, and 1/√x where halves of powers are needed: one quotient serves for both. */
  private inverses(value: Value, halves: boolean): { inverse: Value; inverseRoot: Value | null } {
    if (!halves) return { inverse: this.reciprocal(value), inverseRoot: null };
    const root = this.sqrt(value);
    if (this.instructions[value].op === 'input') {
      // Root and quotient side by side are sooner there than one after the other.
      const inverse = this.reciprocal(value);
      return { inverse, inverseRoot: this.multiply(root, inverse) };
    }
    // Any other x may be 0 or as small as numbers get, where √x · 1/x is not 1/√x.
    const inverseRoot = this.reciprocal(root);
    return { inverse: this.multiply(inverseRoot, inverseRoot), inverseRoot };
  }

  /** xⁿ by few multiplications, shared with the other powers of x that are needed. */
  private integerPower(value: Value, n: number, all: readonly number[]): Value {
    const known = this.powers.get(value) ?? new Map<number, Value>([[1, value]]);
    this.powers.set(value, known);
    const needed = [...new Set(all.filter((e) => e > 0 && e <= n).map(Math.floor))].sort((a, b) => a - b);
    for (const m of [...needed, n]) this.chain(known, m);
    return this.chain(known, n);
  }

  private chain(known: Map<number, Value>, n: number): Value {
    if (n === 0) return this.constant(1);
    const done = known.get(n);
    if (done !== undefined) return done;
    const larger = [...known.keys()].sort((a, b) => b - a).find((m) => m < n && known.has(n - m));
    const left = larger ?? (n % 2 === 0 ? n / 2 : n - 1);
    const value = this.multiply(this.chain(known, left), this.chain(known, n - left));
    known.set(n, value);
    return value;
  }

  private constant(value: number): Value {
    return this.emit({ op: 'constant', value }, `#${value}`, true);
  }

  private add(a: Value, b: Value): Value {
    if (this.isConstant(a, 0)) return b;
    if (this.isConstant(b, 0)) return a;
    const [x, y] = a < b ? [a, b] : [b, a];
    return this.emit({ op: 'add', a: x, b: y }, `${x}+${y}`, this.allInvariant([a, b]));
  }

  private subtract(a: Value, b: Value): Value {
    const invariant = this.allInvariant([a, b]);
    if (this.isConstant(a, 0)) return this.emit({ op: 'negate', a: b }, `-${b}`, invariant);
    return this.emit({ op: 'subtract', a, b }, `${a}-${b}`, invariant);
  }

  private multiply(a: Value, b: Value): Value {
    if (this.isConstant(a, 1)) return b;
    if (this.isConstant(b, 1)) return a;
    const left = this.instructions[a];
    const right = this.instructions[b];
    if (left.op === 'constant' && right.op === 'constant') return this.constant(left.value * right.value);
    const [x, y] = a < b ? [a, b] : [b, a];
    return this.emit({ op: 'multiply', a: x, b: y }, `${x}*${y}`, this.allInvariant([a, b]));
  }

  private reciprocal(a: Value): Value {
    return this.emit({ op: 'reciprocal', a }, `1/${a}`, this.instructions[a].invariant);
  }

  private sqrt(a: Value): Value {
    return this.emit({ op: 'sqrt', a }, `sqrt${a}`, this.instructions[a].invariant);
  }

  private isConstant(value: Value, expected: number): boolean {
    const instruction = this.instructions[value];
    return instruction.op === 'constant' && instruction.value === expected;
  }

  private allInvariant(values: readonly Value[]): boolean {
    return values.every((value) => this.instructions[value].invariant);
  }

  private emit(shape: Shape, key: string, invariant: boolean): Value {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const value = this.instructions.push({ ...shape, invariant } as Instruction) - 1;
    this.known.set(key, value);
    return value;
  }
}

function collectExponents(roots: readonly Node[]): Map<Node, number[]> {
  const exponents = new Map<Node, number[]>();
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const child of operands(node)) visit(child);
    if (node.kind !== 'product') return;
    for (const { base, exponent } of node.factors) {
      const list = exponents.get(base) ?? [];
      if (!list.includes(exponent)) list.push(exponent);
      exponents.set(base, list);
    }
  };
  for (const root of roots) visit(root);
  return exponents;
}

function operands(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'constant':
    case 'input':
      return [];
    case 'sum':
      return node.terms.map((term) => term.node);
    case 'product':
      return node.factors.map((factor) => factor.base);
    case 'call':
      return node.operands;
    case 'select':
      return [node.condition, node.then, node.otherwise];
  }
}
