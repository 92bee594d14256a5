/** Builds the viewer's page into static files. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('viz/page'),
  base: './',
  publicDir: false,
  resolve: {
    alias: {
      ndarray: here('viz/page/plain-array.ts'),
      '@tensorflow/tfjs': here('viz/page/tfjs.ts'),
    },
  },
  build: {
    outDir: here('dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // three.js is most of what comes first, and no picture goes without it: there is nothing to split off. How much is
    // loaded is held by a test, compressed.
    chunkSizeWarningLimit: 900,
  },
});
