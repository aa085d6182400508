import { test as base, expect, type Page } from 'playwright/test'
import { launch, type Running, removeFolder, temporaryFolder } from './processes.ts'

/** `npm start` in the browser host without a window; pages come to it by a ticket each. */
export const startStudio = (dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<Running> =>
  launch('main/start.ts', ['--data', dataDir, '--port', '0', '--host', 'browser', '--no-open'], ['server', 'studio'], {
    GROVER_ATTEMPTS_PER_MINUTE: '1000',
    ...env,
  })

/** A journey with a studio, and a server, of its own on a folder that goes with it. */
export const studioTest = base.extend<{ dataDir: string; studio: Running }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  dataDir: async ({}, use) => {
    const folder = temporaryFolder('journey')
    await use(`${folder}/data`)
    removeFolder(folder)
  },
  studio: async ({ dataDir }, use) => {
    const studio = await startStudio(dataDir)
    await use(studio)
    await studio.kill()
  },
})

export const account = {
  name: 'Harbour Notes',
  email: 'harbour@grover.example',
  handle: 'harbour-notes',
  password: 'seven tides and a lamp',
}

/** Creates an account through the studio's own screens, up to the frame. */
export async function signUp(page: Page, who = account): Promise<void> {
  await page
    .getByRole('button', { name: /create an account/i })
    .or(page.getByRole('link', { name: /create an account/i }))
    .first()
    .click()
  await page.getByLabel('Name', { exact: true }).fill(who.name)
  await page.getByLabel('E-mail').fill(who.email)
  await page.getByLabel('Handle').fill(who.handle)
  await page.getByLabel('Password', { exact: true }).fill(who.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

export async function signIn(page: Page, who = account): Promise<void> {
  await page.getByLabel('E-mail').fill(who.email)
  await page.getByLabel('Password', { exact: true }).fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

/** The mark in the status bar that says how safe everything is. */
export const syncMark = (page: Page) => page.getByRole('contentinfo').locator('[data-sync]')
