/** The page of each viewer, built when it is asked for: the same page, with that viewer's own file of `peers/` in it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type PluginOption, type PreviewServer, preview } from 'vite';
import { packageRoot } from '../machine.js';

/** With the packages that its page needs; ours needs none but this one. */
export const viewers = {
  stillpoint: [],
  ngl: ['ngl'],
  '3dmol': ['3dmol'],
  molstar: ['molstar'],
  matterviz: ['matterviz', 'svelte', '@sveltejs/vite-plugin-svelte'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ViewerName = keyof typeof viewers;

/** The folder node_modules that holds the other viewers, or null. */
export function viewersFolder(): string | null {
  const named = process.env.STILLPOINT_VIEWERS;
  return named ? resolve(named) : null;
}

/** What to install so that a viewer can be measured, or null where it is there. */
export function missingOf(name: ViewerName): string | null {
  const folder = viewersFolder();
  const absent = viewers[name].filter(
    (needed) => folder === null || !existsSync(join(folder, needed, 'package.json')),
  );
  if (absent.length === 0) return null;
  return `npm install ${absent.join(' ')} in a folder, and name its node_modules in STILLPOINT_VIEWERS`;
}

export function versionOf(name: ViewerName): string {
  const file =
    name === 'stillpoint'
      ? join(packageRoot(), 'package.json')
      : join(viewersFolder() ?? '', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** Serves the pages of a folder on this machine alone. */
export const servePages = (folder: string): Promise<PreviewServer> =>
  preview({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port: 0, host: '127.0.0.1' },
  });

/** Builds a viewer's page into a folder. */
export async function buildPage(name: ViewerName, outDir: string): Promise<void> {
  const here = join(packageRoot(), 'bench', 'viewer');
  const adapter = join(here, 'peers', `${name}.ts`);
  await build({
    root: join(here, 'page'),
    configFile: false,
    logLevel: 'error',
    base: './',
    resolve: {
      alias: name === 'stillpoint' ? pageAliases() : {},
    },
    plugins: [viewerUnderTest(adapter), ...(name === 'matterviz' ? [await svelte()] : [])],
    build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
    worker: { format: 'es' },
  });
}

/** As the viewer's own page is built. */
function pageAliases(): Record<string, string> {
  const page = join(packageRoot(), 'viz', 'page');
  return { ndarray: join(page, 'plain-array.ts'), '@tensorflow/tfjs': join(page, 'tfjs.ts') };
}

const MOVED = '\0moved:';

/** Names the viewer's file, and finds what that imports where the other viewers are. */
function viewerUnderTest(adapter: string): PluginOption {
  return {
    name: 'viewer-under-test',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (source === 'viewer-under-test') return adapter;
      // matterviz asks for what later versions of this package have moved.
      if (source === 'svelte-multiselect' && importer?.includes('/matterviz/')) {
        const found = await this.resolve('svelte-multiselect/attachments', importer, options);
        const whole = await this.resolve(source, importer, { ...options, skipSelf: true });
        return found && whole ? `${MOVED}${found.id}\n${whole.id}` : null;
      }
      const folder = viewersFolder();
      if (folder !== null && /^svelte(\/|$)/.test(source)) {
        // One of them: what compiles the components is to be what runs them.
        return this.resolve(source, join(folder, '..', 'page.js'), { ...options, skipSelf: true });
      }
      if (importer !== adapter || folder === null || source.startsWith('.')) return null;
      return this.resolve(source, join(folder, '..', 'page.js'), { ...options, skipSelf: true });
    },
    load(id) {
      if (!id.startsWith(MOVED)) return null;
      const [attachments, whole] = id
        .slice(MOVED.length)
        .split('\n')
        .map((path) => JSON.stringify(path));
      return `export { default } from ${whole}; export * from ${whole}; export * from ${attachments};`;
    },
  };
}

async function svelte(): Promise<PluginOption> {
  const entry = join(viewersFolder() ?? '', '@sveltejs', 'vite-plugin-svelte', 'src', 'index.js');
  const plugin = await import(pathToFileURL(entry).href);
  return plugin.svelte({ configFile: false, compilerOptions: { dev: false } });
}
