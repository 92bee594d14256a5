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
    chunkSizeWarningLimit: 700,
  },
});
