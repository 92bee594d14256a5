/** Values of expressions as JavaScript: names, statements, numbers. No string that a user gave gets into it. */
import { type Instruction, operandsOf, type Value } from '../instructions.js';
import { type KernelOptions, squaredDistance } from '../pair-kernel.js';

/** Names and statements for the values of one kernel. */
export class ValueText {
  private readonly written = new Set<Value>();
  private readonly invariantsOfPairs: Value[];

  constructor(
    private readonly instructions: readonly Instruction[],
    private readonly options: KernelOptions,
  ) {
    this.invariantsOfPairs = instructions.flatMap(({ op, invariant }, value) =>
      invariant && op !== 'constant' ? [value] : [],
    );
  }

  name(value: Value): string {
    const instruction = this.instructions[value];
    if (instruction.op === 'constant') return literal(instruction.value);
    if (instruction.op === 'input' && !instruction.invariant) return inputText(instruction.name);
    if (instruction.invariant && this.options.classes) {
      return `invariant[${this.invariantsOfPairs.indexOf(value)} * classPairs + t]`;
    }
    return `v${value}`;
  }

  /** Values that are the same for all pairs of two classes, before the loops. */
  invariantStatements(): string {
    const names = this.invariantsOfPairs;
    if (names.length === 0) return '';
    const assignments = names.map((value) => {
      const target = this.options.classes ? this.name(value) : `const ${this.name(value)}`;
      return `${target} = ${this.expression(this.instructions[value])};`;
    });
    if (!this.options.classes) return `const t = 0;\n${assignments.join('\n')}`;
    return `const invariant = new Float64Array(${names.length} * classPairs);
for (let t = 0; t < classPairs; t++) {
${assignments.join('\n')}
}`;
  }

  /** The statements that `results` need and that have not been written yet. */
  pairStatements(results: readonly Value[]): string {
    const lines: string[] = [];
    const visit = (value: Value): void => {
      const instruction = this.instructions[value];
      if (instruction.invariant || instruction.op === 'input' || this.written.has(value)) return;
      this.written.add(value);
      for (const operand of operandsOf(instruction)) visit(operand);
      lines.push(`const v${value} = ${this.expression(instruction)};`);
    };
    for (const result of results) visit(result);
    return lines.join('\n');
  }

  private expression(instruction: Instruction): string {
    const name = (value: Value): string => this.name(value);
    switch (instruction.op) {
      case 'constant':
        return literal(instruction.value);
      case 'input':
        return inputText(instruction.name);
      case 'add':
        return `${name(instruction.a)} + ${name(instruction.b)}`;
      case 'subtract':
        return `${name(instruction.a)} - ${name(instruction.b)}`;
      case 'multiply':
        return `${name(instruction.a)} * ${name(instruction.b)}`;
      case 'negate':
        return `-${name(instruction.a)}`;
      case 'reciprocal':
        return `1 / ${name(instruction.a)}`;
      case 'sqrt':
        return `Math.sqrt(${name(instruction.a)})`;
      case 'call':
        return `${instruction.name}(${instruction.operands.map(name).join(', ')})`;
      case 'select':
        return `${name(instruction.condition)} !== 0 ? ${name(instruction.then)} : ${name(instruction.otherwise)}`;
    }
  }
}

/** Where a loop finds an input of the pair function. */
function inputText(name: string): string {
  if (name === squaredDistance) return 's';
  const [, kind, k] = /^(table|first|second)(\d+)$/.exec(name) ?? [];
  if (kind === undefined) throw new Error(`a pair function has no input "${name}"`);
  return kind === 'table' ? `parameters[${k} * classPairs + t]` : `${kind}${k}`;
}

/** A number as JavaScript; negative ones in brackets, so that `a - -1` cannot become `a--1`. */
function literal(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value < 0 ? `(${value})` : `${value}`;
}
