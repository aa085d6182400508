import { defineConfig } from 'rolldown'

/**
 * The server and the browser host as few files instead of some thousand: what is loaded at each start. Packages stay
 * outside that bring native libraries or read files of their own.
 */
export default defineConfig({
  input: { server: 'server/run.ts', studio: 'main/start/studio.ts' },
  platform: 'node',
  external: [/^sharp(\/|$)/, /^pg-native$/, /^@fastify\/swagger-ui$/],
  output: { format: 'esm', sourcemap: false },
})
