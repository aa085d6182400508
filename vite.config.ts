import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * The renderer's build, one for both hosts. Everything is same-origin files: the content security policy is
 * `default-src 'none'` with no inline scripts, so neither the preload polyfill nor small assets may be inlined.
 */
export default defineConfig({
  root: here('renderer'),
  base: './',
  publicDir: here('renderer/public'),
  cacheDir: here('node_modules/.vite'),
  plugins: [react()],
  build: {
    outDir: here('dist/renderer'),
    emptyOutDir: true,
    target: 'chrome128',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    sourcemap: true,
    license: { fileName: 'licenses.md' },
  },
})
