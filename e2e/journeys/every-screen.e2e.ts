import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from 'playwright/test'
import { launch, type Running, removeFolder, temporaryFolder } from '../processes.ts'
import {
  addFilm,
  addLatePost,
  addLostVersions,
  farFiles,
  mediaScreens,
  postScreens,
  publicPages,
  type Screen,
  settingScreens,
  settle,
  welcomeScreens,
} from '../screens.ts'
import { signIn } from '../studio.ts'

// Side by side, each with a studio of its own.
test.describe.configure({ mode: 'parallel', timeout: 600_000 })

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

/** A page of the sample creator, and what its console and its errors said that they should not. */
async function openPage(page: Page): Promise<{ complaints: string[]; account: { email: string; password: string } }> {
  const [email = '', password = ''] = studio.lines['sign in']!.split(/ +/)
  const account = { email, password }
  const far = await farFiles(studio.lines.server!, account)
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
  await page.goto(studio.lines.studio!)
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  return { complaints, account }
}

async function enter(page: Page, account: { email: string; password: string }): Promise<void> {
  await page.evaluate(() => {
    location.hash = '/welcome'
  })
  await signIn(page, { name: '', handle: '', ...account })
  await page.locator('[data-sync="live"][data-waiting="0"]').waitFor()
}

async function tour(page: Page, screens: readonly Screen[]): Promise<string[]> {
  const found: string[] = []
  for (const { name, open } of screens) {
    await open(page)
    found.push(...(await findings(page, name)))
  }
  return found
}

test('axe finds nothing on any screen of writing, planning and settings, or on what opens over them', async ({
  page,
}) => {
  const { complaints, account } = await openPage(page)
  await addLatePost(studio.lines.server!, account)
  await addLostVersions(studio.lines.server!, account)
  await enter(page, account)
  const found = await tour(page, [...postScreens, ...settingScreens])
  for (const [name, open] of Object.entries(openings)) {
    await page.keyboard.press('Escape')
    await open(page)
    found.push(...(await findings(page, name)))
  }
  // No script failed and no policy was broken on the way.
  expect(complaints).toEqual([])
  expect(found).toEqual([])
})

test('axe finds nothing on the way in, in the library, or on the pages of the audience', async ({ page }) => {
  const { complaints, account } = await openPage(page)
  const found = await tour(page, welcomeScreens)
  await enter(page, account)
  await addFilm(page, folder)
  found.push(...(await tour(page, mediaScreens)))
  expect(complaints).toEqual([])

  for (const { name, path } of publicPages) {
    await page.goto(studio.lines.server! + path)
    found.push(...(await findings(page, name)))
  }
  expect(found).toEqual([])
})
