/**
 * Makes one module of the op tests that tfjs-core ships inside its npm package. They are ES modules with
 * extensionless imports, which Node does not load; vite, which is here for the tests anyway, does.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Rolldown } from 'vite';

const require = createRequire(import.meta.url);

/** tfjs-core's folder of compiled modules. */
export const coreFolder = join(dirname(require.resolve('@tensorflow/tfjs-core/package.json')), 'dist');

export interface OpTests {
  readonly setTestEnvs: (environments: { name: string; backendName: string; isDataSync: boolean }[]) => void;
  readonly env: () => { platform: { isTypedArray(value: unknown): boolean } };
  /** For each spec file what loads it, which calls `describe` and `it`. */
  readonly specs: Readonly<Record<string, () => Promise<unknown>>>;
}

/** @param files spec files, relative to tfjs-core's `dist/ops` */
export async function bundleOpTests(files: readonly string[]): Promise<OpTests> {
  const entry = 'virtual:op-tests';
  const lines = [
    `export { setTestEnvs } from ${JSON.stringify(join(coreFolder, 'jasmine_util.js'))};`,
    `export { env } from ${JSON.stringify(join(coreFolder, 'index.js'))};`,
    'export const specs = {',
    ...files.map(
      (file) => `  ${JSON.stringify(file)}: () => import(${JSON.stringify(join(coreFolder, 'ops', file))}),`,
    ),
    '};',
  ];
  const output = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      write: false,
      minify: false,
      rolldownOptions: { input: entry, output: { codeSplitting: false } },
    },
    ssr: { noExternal: true },
    plugins: [
      {
        name: 'op-tests',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? lines.join('\n') : undefined),
        // The test utilities load a jasmine of their own, only to set its timeout.
        transform: (code, id) =>
          id.endsWith('jasmine_util.js')
            ? code.replace(/^const jasmineRequire = .*$/m, 'const jasmineRequire = { core: () => ({}) };')
            : undefined,
      },
    ],
  })) as Rolldown.RolldownOutput;
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-op-tests-'));
  try {
    for (const chunk of output.output) {
      if (chunk.type === 'chunk') writeFileSync(join(folder, chunk.fileName), chunk.code);
    }
    const main = output.output.find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
    if (!main) throw new Error('the bundle of op tests has no entry');
    return (await import(/* @vite-ignore */ pathToFileURL(join(folder, main.fileName)).href)) as OpTests;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
