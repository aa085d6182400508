import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{shared,main,renderer,server,tools}/**/*.test.{ts,tsx}', 'e2e/{server,faults}/*.test.ts'],
    globalSetup: ['server/testing/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Much of a test is waiting: for a database to start, for a time to come, for a process to end.
    maxWorkers: 3,
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts', 'server/**/*.ts', 'main/services/**/*.ts'],
      exclude: ['**/*.test.ts', 'server/testing/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
})
