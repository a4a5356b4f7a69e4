/**
 * Builds the page of the studio into `dist/studio/site`: its own code, and ONNX Runtime's WebAssembly,
 * which the page loads only when it recognises something.
 */
import { build } from 'vite'

await build({
  root: 'src/studio/page',
  // It may lie in any folder of a static host.
  base: './',
  configFile: false,
  publicDir: false,
  logLevel: 'error',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    outDir: '../../../dist/studio/site',
    emptyOutDir: true,
    target: 'es2023',
    // A strict content security policy refuses what is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
})
