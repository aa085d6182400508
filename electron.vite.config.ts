import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

/**
 * The Electron shell alone; the renderer is built by vite.config.ts, once for both hosts. All of our JavaScript is bundled;
 * sharp stays outside because it carries a native library.
 */
const bundled = [
  '@orpc/server',
  '@orpc/client',
  '@orpc/contract',
  '@zip.js/zip.js',
  'typebox',
  'electron-updater',
  'fluent-ffmpeg',
  'tus-js-client',
]

export default defineConfig({
  main: {
    build: {
      externalizeDeps: { exclude: bundled },
      minify: true,
      sourcemap: true,
      lib: { entry: resolve('main/electron/main.ts'), formats: ['es'], fileName: () => 'main.js' },
      outDir: 'dist/electron/main',
    },
  },
  preload: {
    build: {
      // A sandboxed preload can require Electron and nothing else, and must be CommonJS.
      externalizeDeps: false,
      minify: true,
      lib: { entry: resolve('main/electron/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
      outDir: 'dist/electron/preload',
    },
  },
})
