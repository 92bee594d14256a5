/**
 * Functions and modules of WebAssembly, written as TypeScript that reads like the code it makes.
 *
 * Made for loops over numbers: memory is imported, control is structured, there are no tables and no globals.
 * Synchronous and small, because kernels are compiled in the middle of a computation; docs/decisions.md weighs it
 * against the assemblers that exist.
 */
import {
  asI32,
  type Code,
  type I32,
  i32,
  storeCode,
  storeLaneCode,
  unsigned,
  type V128,
  type Value,
  type ValueType,
} from './values.js';

const typeCode: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };
const noResult = 0x40;

/** A local variable: a value that can be set. */
export interface Variable<T extends ValueType = ValueType> extends Value<T> {
  readonly index: number;
}

type Parameters = Readonly<Record<string, ValueType>>;
type Variables<P extends Parameters> = { readonly [K in keyof P]: Variable<P[K]> };

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
  readonly locals: readonly ValueType[];
  readonly body: Code;
  /** Functions that it calls. */
  readonly calls: readonly WasmFunction[];
}

/** A place in the code of a call, filled in when the module numbers its functions. */
interface CallSite {
  readonly callee: WasmFunction;
}

type Body = (number | Code | CallSite)[];

/** Writes the statements of one function. */
export class FunctionWriter {
  readonly locals: ValueType[] = [];
  readonly callees = new Set<WasmFunction>();
  private body: Body = [];

  constructor(private readonly parameterCount: number) {}

  /** A new variable; zero unless it is set. */
  local<T extends ValueType>(type: T): Variable<T> {
    const index = this.parameterCount + this.locals.push(type) - 1;
    return { type, index, code: [0x20, ...unsigned(index)] };
  }

  /** A new variable that holds a value from here on. */
  let<T extends ValueType>(initial: Value<T>): Variable<T> {
    const variable = this.local(initial.type);
    this.set(variable, initial);
    return variable;
  }

  set<T extends ValueType>(variable: Variable<T>, to: Value<T>): void {
    this.body.push(to.code, 0x21, unsigned(variable.index));
  }

  store(address: I32 | number, x: Value, offset = 0): void {
    this.body.push(storeCode(address, x, offset));
  }

  storeLane(address: I32 | number, x: V128, lane: 0 | 1, offset = 0): void {
    this.body.push(storeLaneCode(address, x, lane, offset));
  }

  if(condition: I32, then: () => void, otherwise?: () => void): void {
    this.body.push(condition.code, 0x04, noResult);
    then();
    if (otherwise) {
      this.body.push(0x05);
      otherwise();
    }
    this.body.push(0x0b);
  }

  /** Runs `body` as long as the condition, evaluated before each turn, holds. */
  while(condition: () => I32, body: () => void): void {
    this.if(condition(), () => this.doWhile(body, condition));
  }

  /** Runs `body`, and again as long as the condition, evaluated after each turn, holds. */
  doWhile(body: () => void, condition: () => I32): void {
    this.body.push(0x03, noResult);
    body();
    this.body.push(condition().code, 0x0d, 0x00, 0x0b);
  }

  /** `for (i = from; i < to; i += step)`, unsigned; `to` is evaluated each turn. */
  for(i: Variable<'i32'>, from: I32 | number, to: I32, step: number, body: () => void): void {
    this.set(i, asI32(from));
    this.while(
      () => i32.ltU(i, to),
      () => {
        body();
        this.set(i, i32.add(i, step));
      },
    );
  }

  /** Runs `body`, which `leave` ends early where its condition holds. */
  block(body: (leaveIf: (condition: I32) => void) => void): void {
    this.body.push(0x02, noResult);
    // Conditions stand directly in the block: an `if` around one would count as a level of its own.
    body((condition) => this.body.push(condition.code, 0x0d, 0x00));
    this.body.push(0x0b);
  }

  /** The result of a call. */
  call<T extends ValueType>(callee: WasmFunction, type: T, ...operands: Value[]): Variable<T> {
    this.callVoid(callee, ...operands);
    const variable = this.local(type);
    this.body.push(0x21, unsigned(variable.index));
    return variable;
  }

  callVoid(callee: WasmFunction, ...operands: Value[]): void {
    this.callees.add(callee);
    this.body.push(...operands.map((operand) => operand.code), { callee });
  }

  return(value?: Value): void {
    if (value) this.body.push(value.code);
    this.body.push(0x0f);
  }

  /** What has been written, with the value that the function ends on. */
  finish(result: Value | null): Code {
    return [...this.body, ...(result ? [result.code] : [])] as Code;
  }
}

/**
 * Defines a function.
 *
 * @param parameters names and types
 * @param result its type, or null
 * @param write writes the body and returns the result's value
 */
export function defineFunction<P extends Parameters>(
  name: string,
  parameters: P,
  result: ValueType | null,
  write: (f: FunctionWriter, parameters: Variables<P>) => Value | null,
): WasmFunction {
  const types = Object.values(parameters);
  const writer = new FunctionWriter(types.length);
  const variables = Object.fromEntries(
    Object.entries(parameters).map(([key, type], index) => [
      key,
      { type, index, code: [0x20, ...unsigned(index)] },
    ]),
  ) as unknown as Variables<P>;
  const end = write(writer, variables);
  return {
    name,
    parameters: types,
    result,
    body: writer.finish(end),
    locals: writer.locals,
    calls: [...writer.callees],
  };
}

export interface MemoryImport {
  /** Pages of 64 KiB. */
  readonly initial: number;
  readonly maximum: number;
  readonly shared: boolean;
}

/** The bytes of a module that exports `functions` by name and imports one memory, `env.memory`. */
export function encodeModule(
  functions: readonly WasmFunction[],
  memory: MemoryImport,
): Uint8Array<ArrayBuffer> {
  const all = withCallees(functions);
  const indices = new Map(all.map((f, k) => [f, k]));
  const flags = memory.shared ? 3 : 1;
  const types = all.map((f) => [
    0x60,
    vector(f.parameters.map((type) => [typeCode[type]])),
    vector(f.result === null ? [] : [[typeCode[f.result]]]),
  ]);
  const importedMemory = [
    text('env'),
    text('memory'),
    0x02,
    flags,
    unsigned(memory.initial),
    unsigned(memory.maximum),
  ];
  return Uint8Array.from(
    flatten([
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, vector(types)),
      section(2, vector([importedMemory])),
      section(3, vector(all.map((_, k) => unsigned(k)))),
      section(7, vector(functions.map((f) => [text(f.name), 0x00, unsigned(indices.get(f) ?? 0)]))),
      section(10, vector(all.map((f) => functionCode(f, indices)))),
    ]),
  );
}

/** Functions and all that they call, each once. */
function withCallees(functions: readonly WasmFunction[]): WasmFunction[] {
  const all = new Set<WasmFunction>();
  const visit = (f: WasmFunction): void => {
    if (all.has(f)) return;
    all.add(f);
    f.calls.forEach(visit);
  };
  functions.forEach(visit);
  return [...all];
}

function functionCode(f: WasmFunction, indices: ReadonlyMap<WasmFunction, number>): Code {
  const locals = vector(runs(f.locals).map(({ type, count }) => [unsigned(count), typeCode[type]]));
  const bytes = flatten([locals, f.body, 0x0b], (site) => [0x10, ...unsigned(indices.get(site.callee) ?? 0)]);
  return [unsigned(bytes.length), bytes];
}

/** Neighbouring locals of one type are declared together. */
function runs(types: readonly ValueType[]): { type: ValueType; count: number }[] {
  const all: { type: ValueType; count: number }[] = [];
  for (const type of types) {
    const last = all[all.length - 1];
    if (last?.type === type) last.count++;
    else all.push({ type, count: 1 });
  }
  return all;
}

function section(id: number, content: Code): Code {
  const bytes = flatten(content);
  return [id, unsigned(bytes.length), bytes];
}

function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), ...items];
}

function text(s: string): Code {
  const bytes = [...new TextEncoder().encode(s)];
  return [unsigned(bytes.length), bytes];
}

function flatten(code: Code, call?: (site: CallSite) => number[]): number[] {
  const bytes: number[] = [];
  const visit = (item: number | Code | CallSite): void => {
    if (typeof item === 'number') bytes.push(item);
    else if ('callee' in item) bytes.push(...(call?.(item) ?? []));
    else for (const inner of item) visit(inner);
  };
  visit(code);
  return bytes;
}
