import { defineConfig } from 'playwright/test'
import { requireBrowser } from '../tools/find-browser.ts'

/** They say how long something takes by the clock, or must hit a moment. */
const byTheClock = ['**/journeys/first-post.e2e.ts', '**/faults/killed-browser.e2e.ts']

export default defineConfig({
  testDir: '.',
  testMatch: ['{journeys,faults,security,performance}/**/*.e2e.ts'],
  projects: [
    // A teardown, unlike a dependent, runs afterwards also when one of these has failed.
    { name: 'together', testIgnore: byTheClock, teardown: 'alone' },
    { name: 'alone', testMatch: byTheClock, workers: 1 },
  ],
  // Each journey starts a whole product and waits for it much of the time.
  workers: 2,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json']],
  outputDir: '../test-results',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: requireBrowser(),
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
      chromiumSandbox: process.getuid?.() !== 0,
    },
    viewport: { width: 1280, height: 800 },
    // A list that is still unfolding is clicked beside.
    contextOptions: { reducedMotion: 'reduce' },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
})
