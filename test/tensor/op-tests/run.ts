/** Runs tfjs-core's op tests with jasmine on the float64 backend, and says which specs pass. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installSafeGradients } from '../../../src/tensor/index.js';
import { bundleOpTests, coreFolder } from './bundle.js';

const require = createRequire(import.meta.url);

export interface SpecResult {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
}

/** All spec files that tfjs-core ships, relative to its `dist/ops`. */
export function specFiles(): string[] {
  const entries = readdirSync(join(coreFolder, 'ops'), { recursive: true, encoding: 'utf8' });
  return entries.filter((file) => file.endsWith('_test.js')).sort();
}

export async function runOpTests(files: readonly string[]): Promise<SpecResult[]> {
  const { jasmine, ...globals } = require('jasmine-core').noGlobals() as Jasmine;
  Object.assign(globalThis, globals, { jasmine });
  const env = jasmine.getEnv();
  env.configure({ random: false, forbidDuplicateNames: false });
  const tests = await bundleOpTests(files);
  // Loading tfjs-core's own modules registers its gradients anew.
  installSafeGradients();
  // The specs compare classes of arrays, and tfjs does not count a Float64Array among the typed ones.
  const { platform } = tests.env();
  const isTypedArray = platform.isTypedArray.bind(platform);
  platform.isTypedArray = (value) => value instanceof Float64Array || isTypedArray(value);
  tests.setTestEnvs([{ name: 'float64', backendName: 'float64', isDataSync: true }]);
  for (const [file, load] of Object.entries(tests.specs)) {
    // The outermost suites of a file carry its name.
    const { describe } = globals;
    Object.assign(globalThis, {
      describe: (name: string, body: () => void) => {
        Object.assign(globalThis, { describe });
        describe(`${file}: ${name}`, body);
        Object.assign(globalThis, { describe: outermost });
      },
    });
    const outermost = (globalThis as unknown as typeof globals).describe;
    await load();
  }
  const results: SpecResult[] = [];
  env.addReporter({
    specDone: ({ fullName, status, failedExpectations }) => {
      const name = fullName.replace(/ float64 \{\}/g, '');
      const message = failedExpectations.map((failure) => failure.message).join('\n');
      if (status === 'passed' || status === 'failed')
        results.push({ name, passed: status === 'passed', message });
    },
  });
  await env.execute();
  return results;
}

/** The part of jasmine that is used here. */
interface Jasmine {
  readonly describe: (name: string, body: () => void) => void;
  readonly jasmine: {
    getEnv(): {
      configure(options: object): void;
      addReporter(reporter: { specDone(result: SpecDone): void }): void;
      execute(): Promise<unknown>;
    };
  };
}

interface SpecDone {
  readonly fullName: string;
  readonly status: string;
  readonly failedExpectations: readonly { readonly message: string }[];
}
