/** The examples in the README and in docs/ hold for a reader whose compiler is strict. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = process.cwd();
const names = readdirSync('docs').filter((name) => name.endsWith('.md'));
const pages = ['README.md', ...names.map((name) => join('docs', name))];
const examples = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], k) => ({
    name: `${page.replace(/\W/g, '-')}-${k}.ts`,
    code,
  })),
);

const configuration = (moduleResolution: 'NodeNext' | 'bundler') => ({
  compilerOptions: {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    module: moduleResolution === 'bundler' ? 'ESNext' : moduleResolution,
    moduleResolution,
    paths: {
      stillpoint: [join(root, 'src/index.ts')],
      'stillpoint/potentials': [join(root, 'potentials/index.ts')],
      'stillpoint/systems': [join(root, 'systems/index.ts')],
    },
  },
  include: ['*.ts'],
});

/** @returns what the compiler complains of in the examples */
function complaints(
  moduleResolution: 'NodeNext' | 'bundler',
  codes: readonly { name: string; code: string }[],
) {
  // Inside the project, so that its dependencies are found.
  mkdirSync('stillpoint-output', { recursive: true });
  const folder = mkdtempSync('stillpoint-output/types-');
  try {
    for (const { name, code } of codes) writeFileSync(join(folder, name), `${code}export {};\n`);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration(moduleResolution)));
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
    const tsc = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    return stdout.replaceAll(`${folder}/`, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each(['NodeNext', 'bundler'] as const)(
  'all examples pass the compiler, resolving modules as %s',
  (how) => {
    expect(examples.length).toBeGreaterThan(20);
    expect(complaints(how, examples)).toBe('');
  },
);

test('an example that is wrong does not pass', () => {
  const code = "import { relax } from 'stillpoint';\nrelax(1);\nconst double = (x) => 2 * x;\n";
  const found = complaints('NodeNext', [{ name: 'wrong.ts', code }]);
  expect(found).toMatch(/wrong\.ts.2,\d+.*TS2554/);
  expect(found).toMatch(/wrong\.ts.3,\d+.*TS7006/);
});
