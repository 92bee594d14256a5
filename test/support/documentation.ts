/** Runs the examples of a page of docs/. */
import { formatWithOptions } from 'node:util';
import { transformWithOxc } from 'vite';

export interface Example {
  title: string;
  code: string;
  output: string;
}

/** Every block of TypeScript that is followed by a block with its output. */
export function examplesOf(page: string): Example[] {
  return [...page.matchAll(/```ts\n([\s\S]*?)```\n```text\n([\s\S]*?)```/g)].map(([, code, output]) => ({
    title: code.split('\n').find((line) => line !== '' && !line.startsWith('import')) ?? '',
    code,
    output,
  }));
}

/** What an example prints. `modules` are the packages that it imports from. */
export async function printed(code: string, modules: Record<string, object>): Promise<string> {
  const body = code.replace(
    /import (?:type )?(?:\* as (\w+)|(\{[^}]*\})) from '([^']+)';/g,
    (_, all: string | undefined, named: string | undefined, from: string) =>
      `const ${all ?? named?.replace(/type \w+,?/g, '')} = modules['${from}'];`,
  );
  const script = await transformWithOxc(body, 'example.ts');
  const lines: string[] = [];
  const log = (...values: unknown[]): number => lines.push(formatWithOptions({ colors: false }, ...values));
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  await new AsyncFunction('modules', 'console', script.code)(modules, { log });
  return lines.map((line) => `${line}\n`).join('');
}
