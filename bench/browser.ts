import { type Browser, chromium } from 'playwright/test'
import { requireBrowser } from '../tools/find-browser.ts'

/** Chromium with nothing of its own to do beside what is measured. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: requireBrowser(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--no-first-run', '--disable-background-networking', '--disable-component-update'],
  })
