import { defineConfig } from 'vite'

export default defineConfig({
  // The page may lie in any folder of a server.
  base: './',
  build: {
    // ONNX Runtime and the page itself wait for what they load at their top level.
    target: 'es2022',
  },
  optimizeDeps: {
    // Found beside its .wasm file only where it lies; Vite's own copy would not find it.
    exclude: ['onnxruntime-web'],
  },
})
