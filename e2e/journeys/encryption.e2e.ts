import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from 'playwright/test'
import { settle } from '../screens.ts'
import { signUp, syncMark, studioTest as test } from '../studio.ts'

const passphrase = 'seven tides and a lantern'
const words = ['Bouillabaisse', 'marseillaise', 'saffron']

const go = (page: Page, hash: string) =>
  page.evaluate((to) => {
    location.hash = to
  }, hash)
const field = (page: Page) => page.getByLabel('Passphrase', { exact: true })
const encrypt = (page: Page) => page.getByRole('switch', { name: /^Encrypt what is kept/ })

async function writePost(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New post' }).first().click()
  await page.getByRole('textbox', { name: 'Title' }).fill(`${words[0]} ${words[1]}`)
  await page.getByRole('textbox', { name: 'Text of the post' }).click()
  await page.keyboard.type(`A pinch of ${words[2]}.`)
  await expect(syncMark(page)).toHaveText('All safe on the server')
}

/** Which of the words are in any record of any database of the page, or in its localStorage. */
const found = (page: Page, wanted = words): Promise<{ words: string[]; records: number }> =>
  page.evaluate(async (these) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    let all = JSON.stringify({ ...localStorage })
    let records = 0
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name!))
      for (const store of db.objectStoreNames) {
        const values = await done(db.transaction(store).objectStore(store).getAll())
        records += values.length
        all += JSON.stringify(values)
      }
      db.close()
    }
    return { words: these.filter((word) => all.toLowerCase().includes(word.toLowerCase())), records }
  }, wanted)

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settle(page)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().exclude('[data-live-announcer]').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
  }
}

/** The page goes while it encrypts, with entries of both forms in its database; the one after it has to go on. */
const killAtThirdEntry = (page: Page) =>
  page.evaluate(() => {
    const put = IDBObjectStore.prototype.put
    let sealed = 0
    IDBObjectStore.prototype.put = function (value, ...rest) {
      if (typeof value?.sealed === 'string' && ++sealed >= 3) {
        location.reload()
        throw new Error('killed')
      }
      return put.call(this, value, ...rest)
    }
  })

/** Encryption on and a passphrase set, through the settings. */
async function turnOn(page: Page): Promise<void> {
  await go(page, '/settings/storage')
  await encrypt(page).click({ force: true })
  await page.getByRole('button', { name: 'Set a passphrase' }).click()
  await page.getByLabel('New passphrase', { exact: true }).fill(passphrase)
  await page.getByLabel('New passphrase, once more').fill(`${passphrase}s`)
  await page.getByRole('dialog').getByRole('button', { name: 'Set a passphrase' }).click()
  await expect(page.getByText('The two are not the same.')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('New passphrase, once more').fill(passphrase)
  await page.getByRole('dialog').getByRole('button', { name: 'Set a passphrase' }).click()
  await expect(page.getByRole('button', { name: 'Lock now' })).toBeVisible()
}

test('with encryption on nothing in the browser can be read, and the passphrase is asked for until it is right', async ({
  page,
  studio,
}) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page)
  await expect.poll(async () => (await found(page)).words).toEqual(words)
  await turnOn(page)
  await expectAccessible(page)
  const sealed = await found(page)
  expect(sealed.words).toEqual([])
  expect(sealed.records).toBeGreaterThan(5)

  // Locked in one window, it is in all; a reload does not open it.
  const other = await page.context().newPage()
  await other.goto(page.url())
  await expect(other.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await page.getByRole('button', { name: 'Lock now' }).click()
  for (const each of [page, other])
    await expect(each.getByRole('heading', { name: 'This studio is locked' })).toBeVisible()
  expect(await page.getByText('The passphrase is set.').count()).toBe(0)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'This studio is locked' })).toBeVisible()
  await expectAccessible(page)
  await field(page).fill('seven tides and a lamp')
  await page.keyboard.press('Enter')
  await expect(page.getByText('This is not the passphrase of this studio.')).toBeVisible()
  await field(page).fill(passphrase)
  await page.keyboard.press('Enter')
  for (const each of [page, other]) {
    await go(each, '/posts')
    await expect(each.getByRole('option', { name: new RegExp(words[0]!) })).toBeVisible()
  }
  await other.close()

  // What is written now is sealed too, and found by its words.
  await page.getByRole('option', { name: new RegExp(words[0]!) }).click()
  await page.getByRole('textbox', { name: 'Text of the post' }).click()
  await page.keyboard.type('Simmered in July. ')
  await go(page, '/posts')
  await page.getByRole('searchbox').fill('simmered')
  await expect(page.getByRole('option', { name: new RegExp(words[0]!) })).toBeVisible()
  await expect(syncMark(page)).toHaveText('All safe on the server')
  expect((await found(page, [...words, 'Simmered'])).words).toEqual([])

  await go(page, '/settings/storage')
  await encrypt(page).click({ force: true })
  await page.getByLabel('Present passphrase').fill(passphrase)
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
  await expect(encrypt(page)).not.toBeChecked()
  await expect(page.getByRole('button', { name: 'Lock now' })).toBeHidden()
  await expect.poll(async () => (await found(page)).words).toEqual(words)
  await go(page, '/posts')
  await expect(page.getByRole('option', { name: new RegExp(words[0]!) })).toBeVisible()
})

test('encrypting goes on after a kill; who has forgotten the passphrase gives up what is kept here, and gets back what the server has', async ({
  page,
  studio,
}) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page)
  await killAtThirdEntry(page)
  await turnOn(page)
  expect((await found(page)).words).toEqual([])
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('lock this')
  await page.getByRole('option', { name: 'Lock this studio' }).click()
  await page.getByRole('button', { name: 'I have forgotten it' }).click()
  await expect(page.getByRole('dialog')).toContainText('what is not on the server yet is lost')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Remove it and sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([])

  await page.getByLabel('E-mail').fill('harbour@grover.example')
  await page.getByLabel('Password', { exact: true }).fill('seven tides and a lamp')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await go(page, '/posts')
  await expect(page.getByRole('option', { name: new RegExp(words[0]!) })).toBeVisible()
  await expect.poll(async () => (await found(page)).words).toEqual(words)
})

test('a studio whose key does not open says so, loses nothing, and opens when the key is back', async ({
  page,
  studio,
  dataDir,
}) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await writePost(page)
  await go(page, '/settings/storage')
  await encrypt(page).click({ force: true })
  await expect(encrypt(page)).toBeChecked()
  await expect.poll(async () => (await found(page)).words).toEqual([])

  const path = join(dataDir, 'studio', 'vault.json')
  const vault = await readFile(path, 'utf8')
  const { format, entries } = JSON.parse(vault) as { format: number; entries: Record<string, string> }
  const name = Object.keys(entries).find((each) => each.startsWith('encryption:'))!
  await writeFile(path, JSON.stringify({ format, entries: { ...entries, [name]: 'A'.repeat(80) } }))
  await page.reload()
  await expect(page.getByRole('heading', { name: 'This studio does not open' })).toBeVisible()
  await expect(page.getByText('this device does not open its key')).toBeVisible()
  await expectAccessible(page)

  await writeFile(path, vault)
  await page.getByRole('button', { name: 'Try again' }).click()
  await go(page, '/posts')
  await expect(page.getByRole('option', { name: new RegExp(words[0]!) })).toBeVisible()
})
