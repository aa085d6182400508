import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from 'playwright/test'
import { launch, type Running, removeFolder, temporaryFolder } from '../processes.ts'
import {
  addFilm,
  addLatePost,
  addLostVersions,
  farFiles,
  publicPages,
  settle,
  studioScreens,
  welcomeScreens,
} from '../screens.ts'
import { signIn } from '../studio.ts'

let folder: string
let studio: Running

test.beforeAll(async () => {
  folder = temporaryFolder('screens')
  studio = await launch(
    'main/start.ts',
    ['--demo', '--data', join(folder, 'data'), '--port', '0', '--host', 'browser', '--no-open'],
    ['sign in', 'server', 'studio'],
    { TZ: 'Europe/Berlin' },
  )
})

test.afterAll(async () => {
  await studio.kill()
  removeFolder(folder)
})

/** What axe finds in both themes, one line a finding. */
async function findings(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settle(page)
    // React Aria's announcer names a list for seconds by the id of an element that may be gone by then.
    const axe = new AxeBuilder({ page }).setLegacyMode().exclude('[data-live-announcer]')
    // The other theme has the same elements in other colours.
    if (colorScheme === 'dark') axe.withRules(['color-contrast'])
    const { violations } = await axe.analyze()
    for (const { id, nodes } of violations)
      found.push(`${name} ${colorScheme} ${id}: ${nodes.map((n) => n.html).join(' | ')}`)
  }
  return found
}

/** What opens over a screen, beside what was pressed. */
const openings: Record<string, (page: Page) => Promise<void>> = {
  async sync(page) {
    await page.getByRole('contentinfo').locator('[data-sync]').click()
    await page.getByRole('dialog', { name: 'Sync' }).waitFor()
  },
  async 'list-group'(page) {
    await page.evaluate(() => {
      location.hash = '/posts'
    })
    await page.getByRole('button', { name: /Which posts/ }).click()
    await page.getByRole('listbox').last().waitFor()
  },
  async 'list-filter'(page) {
    await page.getByRole('button', { name: /Filter by tag/ }).click()
    await page.getByRole('menu').waitFor()
  },
  async 'row-menu'(page) {
    await page.getByRole('option', { name: /Winter leaves/ }).click({ button: 'right' })
    await page.getByRole('menuitem').first().waitFor()
  },
  async 'editor-menu'(page) {
    await page.getByRole('option', { name: /Winter leaves/ }).click()
    await page.getByRole('button', { name: 'More for this post' }).click()
    await page.getByRole('menuitem').first().waitFor()
  },
  async 'editor-publish'(page) {
    await page.getByRole('button', { name: 'Publish now…' }).click()
    await page.getByRole('dialog', { name: /^Publish/ }).waitFor()
  },
  async 'editor-zone'(page) {
    await page.getByRole('button', { name: /^Whose clock/ }).click()
    await page.getByRole('dialog').getByRole('combobox').waitFor()
  },
  async 'editor-late'(page) {
    await page.getByRole('button', { name: /If the server hears/ }).click()
    await page.getByRole('listbox').last().waitFor()
  },
  async refused(page) {
    await page.route('**/sync/posts/*/push', async (route) => {
      const rows = route.request().postDataJSON() as { newDocumentState: { id: string } }[]
      const refused = rows.map(({ newDocumentState: { id } }) => ({ id, code: 'slug_taken', message: 'It is taken.' }))
      await route.fulfill({ json: { conflicts: [], refused } })
    })
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Refused for its address')
    await page.getByRole('link', { name: /^Aside/ }).click()
    await page.getByRole('button', { name: 'Send again' }).waitFor()
    await page.getByText('Another post has this address already').waitFor()
  },
}

test('axe finds nothing on any screen of the studio or page of the audience, in either theme', async ({ page }) => {
  test.setTimeout(600_000)
  const [email = '', password = ''] = studio.lines['sign in']!.split(/ +/)
  const far = await farFiles(studio.lines.server!, { email, password })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    // The preview's frame runs no script, axe's own included: that refusal is as it should be.
    if (message.text().startsWith('Blocked script execution in')) return
    // What only the server has is looked for on this device first.
    const [, blob = ''] = /\/blobs\/([0-9a-f]+)$/.exec(message.location().url) ?? []
    if (message.text().includes('404') && far.has(blob)) return
    complaints.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await addLatePost(studio.lines.server!, { email, password })
  await addLostVersions(studio.lines.server!, { email, password })
  const found: string[] = []

  await page.goto(studio.lines.studio!)
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  for (const screen of welcomeScreens) {
    await screen.open(page)
    found.push(...(await findings(page, screen.name)))
  }
  await page.evaluate(() => {
    location.hash = '/welcome'
  })
  await signIn(page, { name: '', handle: '', email, password })
  await page.locator('[data-sync="live"][data-waiting="0"]').waitFor()
  await addFilm(page, folder)
  for (const screen of studioScreens) {
    await screen.open(page)
    found.push(...(await findings(page, screen.name)))
  }
  for (const [name, open] of Object.entries(openings)) {
    await page.keyboard.press('Escape')
    await open(page)
    found.push(...(await findings(page, name)))
  }
  // No script failed and no policy was broken on the way.
  expect(complaints).toEqual([])

  for (const { name, path } of publicPages) {
    await page.goto(studio.lines.server! + path)
    found.push(...(await findings(page, name)))
  }
  expect(found).toEqual([])
})
