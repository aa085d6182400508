import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from 'playwright/test'
import type { Post } from '../../shared/collections/posts.ts'
import { signIn } from '../client.ts'
import { type Running, removeFolder, temporaryFolder } from '../processes.ts'
import { account, signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let studio: Running

test.beforeEach(async () => {
  folder = temporaryFolder('aside')
  mkdirSync(join(folder, 'downloads'))
  studio = await startStudio(join(folder, 'data'), { XDG_DOWNLOAD_DIR: join(folder, 'downloads') })
})
test.afterEach(async () => {
  await studio.kill()
  removeFolder(folder)
})

const go = (page: Page, hash: string) =>
  page.evaluate((to) => {
    location.hash = to
  }, hash)

async function writePost(page: Page, title: string): Promise<void> {
  await go(page, '/posts')
  await page.getByRole('button', { name: 'New post' }).first().click()
  await page.getByRole('textbox', { name: 'Title' }).fill(title)
  await page.getByRole('textbox', { name: 'Text of the post' }).click()
  await page.keyboard.type('Weigh it.')
}
const allSafe = (page: Page) => expect(syncMark(page)).toHaveText('All safe on the server')

test('a version that another device lost is compared here, brought back, and undone', async ({ page }) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page, 'Salt, by the spoon')
  await allSafe(page)
  const tablet = await signIn(studio.lines.server!, account.handle, { signUp: false, ...account, deviceName: 'Tablet' })
  await expect.poll(async () => (await tablet.pull<Post>('posts'))[0]?.title).toBe('Salt, by the spoon')
  const [post] = await tablet.pull<Post>('posts')
  const lost = {
    id: createHash('sha256').update('x').digest('hex'),
    source: 'posts',
    documentId: post!.id,
    title: post!.title,
    field: 'title',
    value: 'Salt, weighed',
    writtenAt: new Date().toISOString(),
    mergedBy: 'tablet',
    wasItsOwn: true,
    at: new Date().toISOString(),
  }
  await tablet.push('lost', [{ newDocumentState: lost }])

  // The post says it, and leads there.
  await page.getByRole('link', { name: 'Compare' }).click()
  const card = page.getByRole('article', { name: 'Salt, by the spoon: Title' })
  await expect(card.getByRole('group', { name: 'Set aside' }).locator('mark')).toHaveText(['weighed'])
  await expect(card.getByRole('group', { name: 'There now' }).locator('mark')).toHaveText(['by the spoon'])
  await card.getByRole('button', { name: /^Bring back/ }).click()
  await expect(page.getByRole('heading', { name: 'Nothing is set aside' })).toBeVisible()
  await expect.poll(async () => (await tablet.pull<Post>('posts'))[0]?.title).toBe('Salt, weighed')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(card).toBeVisible()
  await card.getByRole('button', { name: /^Keep what is there/ }).click()
  await expect(card).toBeHidden()
  await expect.poll(async () => (await tablet.pull<Post>('posts'))[0]?.title).toBe('Salt, by the spoon')
})

test('a value that nobody can bring back is said to be damaged, and can be struck off', async ({ page }) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page, 'Salt')
  await allSafe(page)
  const tablet = await signIn(studio.lines.server!, account.handle, { signUp: false, ...account, deviceName: 'Tablet' })
  const [post] = await tablet.pull<Post>('posts')
  const lost = {
    id: createHash('sha256').update('y').digest('hex'),
    source: 'posts',
    documentId: post!.id,
    title: post!.title,
    field: 'plan',
    value: null,
    writtenAt: '',
    mergedBy: 'tablet',
    wasItsOwn: true,
    at: new Date().toISOString(),
  }
  await tablet.push('lost', [{ newDocumentState: lost }])
  await page.getByRole('link', { name: 'Compare' }).click()
  const card = page.getByRole('article', { name: 'Salt: Plan' })
  await expect(card.getByText('This value is damaged')).toBeVisible()
  await expect(card.getByRole('button', { name: /^Bring back/ })).toBeHidden()
  await card.getByRole('button', { name: /^Keep what is there/ }).click()
  await expect(page.getByRole('heading', { name: 'Nothing is set aside' })).toBeVisible()
})

test('a post whose text is damaged leads to its versions, and one of them brings it back', async ({ page }) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page, 'Salt')
  await go(page, '/posts')
  await allSafe(page)
  const tablet = await signIn(studio.lines.server!, account.handle, { signUp: false, ...account, deviceName: 'Tablet' })
  const [post] = await tablet.pull<Post>('posts')
  const damaged = { ...post!, title: 'Salt, damaged', body: 'AQID' }
  await tablet.push('posts', [{ newDocumentState: damaged, assumedMasterState: post! }])
  const row = page.getByRole('option', { name: /Salt, damaged/ })
  await row.click()
  await page.getByRole('button', { name: 'Show its versions' }).click()
  await expect(page.getByRole('region', { name: 'What has changed since' })).toContainText('Weigh it.')
  await page.getByRole('button', { name: 'Restore this version' }).click()
  await expect(page.getByRole('textbox', { name: 'Text of the post' })).toContainText('Weigh it.')
})

test('when the browser has lost everything, what the server did not have comes back and is said', async ({
  page,
  browser,
}) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page, 'Base')
  await allSafe(page)
  // The server is out of reach from here on, for this page.
  await page.context().route(`${studio.lines.server}/**`, (route) => route.abort())
  await writePost(page, 'Written on a plane')
  await expect(syncMark(page)).not.toHaveAttribute('data-waiting', '0')
  await go(page, '/settings/storage')
  await expect(page.getByText('Kept a second time in files').locator('..')).toContainText('change')
  await page.close()

  // Another profile, as when the old one's folder is gone; the host has kept its files.
  await studio.kill()
  studio = await startStudio(join(folder, 'data'))
  const context = await browser.newContext()
  const fresh = await context.newPage()
  await fresh.goto(studio.lines.studio!)
  await fresh.getByRole('button', { name: 'Show' }).click()
  await expect(fresh.getByRole('heading', { name: /came back/ })).toBeVisible()
  await expect(fresh.getByRole('link', { name: 'Written on a plane' })).toBeVisible()
  await fresh.getByRole('button', { name: 'I have seen it' }).click()
  await expect(fresh.getByRole('heading', { name: 'Nothing is set aside' })).toBeVisible()
  await context.close()
})

test('everything is exported into a zip, and brought in again after it was deleted', async ({ page }) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page, 'Taken along')
  await allSafe(page)
  await go(page, '/settings/storage')
  await page.getByRole('button', { name: 'Export' }).click()
  const path = await page.locator('.archive-path').textContent()
  expect(path).toMatch(/downloads\/grover-harbour-notes-\d{4}-\d\d-\d\d\.zip$/)

  await go(page, '/posts')
  await page.getByRole('option', { name: /Taken along/ }).click()
  await page.getByRole('button', { name: 'More for this post' }).click()
  await page.getByRole('menuitem', { name: /^Delete/ }).click()
  await expect(page.getByRole('option', { name: /Taken along/ })).toBeHidden()

  await go(page, '/settings/storage')
  await page.locator('input[type="file"]').setInputFiles(path!)
  await expect(page.getByText('1 added')).toBeVisible()
  await go(page, '/posts')
  await expect(page.getByRole('option', { name: /Taken along/ })).toBeVisible()

  await go(page, '/settings/storage')
  await page.locator('input[type="file"]').setInputFiles({
    name: 'x.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('no zip at all, though it is called one'),
  })
  await expect(page.getByRole('main').getByRole('alert')).toContainText('no archive of the studio')
})
