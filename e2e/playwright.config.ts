import { defineConfig } from 'playwright/test'
import { requireBrowser } from '../tools/find-browser.ts'

export default defineConfig({
  testDir: '.',
  testMatch: ['{journeys,faults,security,performance}/**/*.e2e.ts'],
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
