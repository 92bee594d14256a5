/**
 * The `tensorflow` backend, with packages that stand for @tensorflow/tfjs-node: each test makes a project with its
 * own node_modules and runs a program in it. The real package is tried where it is installed.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const tfjs = dirname(require.resolve('@tensorflow/tfjs/package.json'));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillpoint-tensorflow-')));
const library = join(folder, 'library', 'tensor.mjs');

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, '../../src/tensor/index.ts'),
      outDir: dirname(library),
      rolldownOptions: { external: /^@tensorflow/, output: { entryFileNames: 'tensor.mjs' } },
    },
  });
  addPackages(dirname(library), {});
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Puts packages, each one file of CommonJS, and tfjs into a folder's node_modules. */
function addPackages(place: string, packages: Readonly<Record<string, string>>): void {
  const scope = join(place, 'node_modules', '@tensorflow');
  mkdirSync(scope, { recursive: true });
  symlinkSync(tfjs, join(scope, 'tfjs'), 'dir');
  for (const [name, source] of Object.entries(packages)) {
    const home = join(place, 'node_modules', name);
    mkdirSync(home);
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name, version: '4.22.0', main: 'index.js' }));
    writeFileSync(join(home, 'index.js'), source);
  }
}

let count = 0;

/** Runs a program, which hands its answer to `tell`, in a project that has these packages. */
function run(packages: Readonly<Record<string, string>>, program: string) {
  const project = join(folder, `project-${count++}`);
  addPackages(project, packages);
  return runIn(project, program);
}

const address = (file: string) => JSON.stringify(pathToFileURL(file).href);

function runIn(project: string, program: string, from = library) {
  const head = `
    import * as tf from ${address(require.resolve('@tensorflow/tfjs'))};
    import { availableBackend, float64, hvp, toFloat64, useBackend } from ${address(from)};
    const tell = (answer) => process.stdout.write('answer ' + JSON.stringify(answer));
    const exponential = (backend) => useBackend(backend, () => tf.tidy(() => toFloat64(tf.exp(float64(1)))[0]));
  `;
  const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', `${head}${program}`],
    { cwd: project, env, encoding: 'utf8' },
  );
  const [printed, answer] = stdout.split('answer ');
  return { printed, stderr, answer: answer === undefined ? undefined : JSON.parse(answer) };
}

/** As noisy as the real one, computes as tfjs's cpu backend does, and puts back a gradient of tfjs's own. */
const working = `
  const tf = require('@tensorflow/tfjs');
  globalThis.loaded = (globalThis.loaded ?? 0) + 1;
  console.log('Hi, looks like you are running TensorFlow.js in Node.js.');
  console.warn('The kernel is already registered');
  process.emitWarning('The API is deprecated.', 'DeprecationWarning', 'DEP0051');
  for (const kernel of tf.getKernelsForBackend('cpu')) tf.registerKernel({ ...kernel, backendName: 'tensorflow' });
  const { constructor: Backend } = tf.findBackend('cpu');
  tf.registerBackend('tensorflow', () => Object.assign(new Backend(), { firstUse: false }), 3);
  tf.unregisterGradient('Exp');
  tf.registerGradient({
    kernelName: 'Exp',
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => tf.mul(dy, y) }),
  });
  tf.setBackend('tensorflow');
`;

const broken = `throw new Error('libtensorflow.so.2: cannot open shared object file\\nand a long explanation')`;

const nodePackage = '@tensorflow/tfjs-node';
const gpuPackage = '@tensorflow/tfjs-node-gpu';
const single = Math.fround(Math.E);

test('importing the library, and using its other backends, does not load tfjs-node', () => {
  const { answer } = run(
    { [nodePackage]: working },
    `tell([exponential('float64'), globalThis.loaded ?? 0])`,
  );
  expect(answer).toEqual([Math.E, 0]);
});

test('an installed tfjs-node is loaded when it is asked for, once, and computes', () => {
  const program = `
    const backends = [availableBackend('tensorflow'), tf.getBackend()];
    const values = [exponential('tensorflow'), exponential('tensorflow'), exponential('float64')];
    tell([backends, values, tf.getBackend(), globalThis.loaded]);
  `;
  const { answer, printed, stderr } = run({ [nodePackage]: working }, program);
  expect(answer).toEqual([['tensorflow', 'float64'], [single, single, Math.E], 'float64', 1]);
  expect(printed + stderr).toBe('');
});

test('the package for graphics cards comes first', () => {
  const packages = { [gpuPackage]: working, [nodePackage]: broken };
  const { answer, stderr } = run(packages, `tell(exponential('tensorflow'))`);
  expect([answer, stderr]).toEqual([single, '']);
});

test('a copy beside the library is found from a project without one', () => {
  const copy = join(folder, 'own', 'tensor.mjs');
  addPackages(dirname(copy), { [nodePackage]: working });
  copyFileSync(library, copy);
  const project = join(folder, 'without');
  addPackages(project, {});
  expect(runIn(project, `tell(exponential('tensorflow'))`, copy).answer).toBe(single);
});

test('second derivatives are right there, although loading it brings back gradients of tfjs', () => {
  const program = `
    const product = () => tf.tidy(() => toFloat64(hvp((x) => tf.sum(tf.exp(x)), float64([1, 2]), float64([1, 1]))));
    tell([...useBackend('tensorflow', product)]);
  `;
  const { answer } = run({ [nodePackage]: working }, program);
  expect(answer[0]).toBeCloseTo(Math.exp(1), 5);
  expect(answer[1]).toBeCloseTo(Math.exp(2), 5);
});

test('without a copy, the error says what to install, and on which Node', () => {
  const program = `try { exponential('tensorflow') } catch (error) { tell([error.name, error.message, tf.getBackend()]) }`;
  const [name, message, backend] = run({}, program).answer;
  expect(name).toBe('InputError');
  expect(message).toMatch(/npm install @tensorflow\/tfjs-node.*Node 22 or older.*this is Node \d+\.\d+/);
  expect(backend).toBe('float64');
});

test('where there is no Node, the error names backends that a browser has', () => {
  const program = `
    const { process } = globalThis;
    globalThis.process = undefined;
    let message = '';
    try { availableBackend('tensorflow') } catch (error) { message = error.message }
    globalThis.process = process;
    tell(message);
  `;
  expect(run({ [nodePackage]: working }, program).answer).toMatch(/Node only.*'webgpu'/);
});

test('a copy that does not load is told in one line, once, and float64 takes its place', () => {
  const program = `
    const values = [exponential('tensorflow'), exponential('tensorflow')];
    tell([values, availableBackend('tensorflow'), tf.getBackend()]);
  `;
  const { answer, stderr } = run({ [nodePackage]: broken }, program);
  expect(answer).toEqual([[Math.E, Math.E], 'float64', 'float64']);
  expect(stderr).toMatch(
    /^stillpoint: @tensorflow\/tfjs-node does not load: libtensorflow\.so\.2: cannot open shared object file.*'float64' is used in its place\n$/,
  );
});

test('when the package for graphics cards does not load, the other one is taken and named', () => {
  const packages = { [gpuPackage]: broken, [nodePackage]: working };
  const { answer, stderr } = run(packages, `tell(exponential('tensorflow'))`);
  expect(answer).toBe(single);
  expect(stderr).toMatch(
    /^stillpoint: @tensorflow\/tfjs-node-gpu does not load: .*; another copy \(@tensorflow\/tfjs-node\) is used/,
  );
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.each([
  [
    'whose kernels throw',
    working.replace(
      '...kernel,',
      `...kernel, kernelFunc: () => { throw new TypeError('isNullOrUndefined is not a function') },`,
    ),
    'isNullOrUndefined is not a function',
  ],
  [
    'whose backend does not start',
    working.replace('=> Object.assign', `=> { throw new Error('no memory') }, () => Object.assign`),
    'no memory',
  ],
  ['that registers nothing', '', "registers no backend 'tensorflow'"],
])('a copy %s is passed over and taken out of the list of backends', (_, source, reason) => {
  const program = `tell([exponential('tensorflow'), tf.getBackend(), tf.engine().backendNames()])`;
  const { answer, stderr } = run({ [nodePackage]: source }, program);
  expect(answer.slice(0, 2)).toEqual([Math.E, 'float64']);
  expect(answer[2]).not.toContain('tensorflow');
  expect(stderr).toContain(`@tensorflow/tfjs-node does not load: `);
  expect(stderr).toContain(reason);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a copy that the program has imported itself is used as it is', () => {
  const program = `
    const { createRequire } = await import('node:module');
    createRequire(process.cwd() + '/x.js')('${nodePackage}');
    console.log = console.warn = () => {};
    await tf.setBackend('float64');
    tell([exponential('tensorflow'), tf.getBackend(), globalThis.loaded]);
  `;
  expect(run({ [nodePackage]: working }, program).answer).toEqual([single, 'float64', 1]);
});

test.skipIf(!installed())('the real tfjs-node computes a value and its first two derivatives', () => {
  const program = `
    const f = (x) => tf.sum(tf.exp(tf.mul(-1.5, x)));
    const x = () => float64([1, 2]);
    const compute = () => tf.tidy(() => [
      toFloat64(f(x()))[0], ...toFloat64(tf.grad(f)(x())), ...toFloat64(hvp(f, x(), float64([1, -1]))),
    ]);
    tell([availableBackend('tensorflow'), useBackend('tensorflow', compute)]);
  `;
  const { answer, printed, stderr } = runIn(process.cwd(), program);
  const [a, b] = [Math.exp(-1.5), Math.exp(-3)];
  const expected = [a + b, -1.5 * a, -1.5 * b, 2.25 * a, -2.25 * b];
  expect(printed + stderr).toBe('');
  expect(answer[0]).toBe('tensorflow');
  for (const [k, value] of expected.entries()) expect(answer[1][k]).toBeCloseTo(value, 6);
});

function installed(): boolean {
  try {
    createRequire(join(process.cwd(), 'package.json')).resolve(`${nodePackage}/package.json`);
    return true;
  } catch {
    return false;
  }
}
