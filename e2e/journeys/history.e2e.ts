import { join } from 'node:path'
import { expect, type Page, test } from 'playwright/test'
import { layWire, type Wire } from '../doubles/wire.ts'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let server: Running
let studio: Running
let wire: Wire

test.beforeAll(async () => {
  folder = temporaryFolder('history')
  const port = await freePort()
  wire = await layWire(port)
  server = await startServer({ dataDir: join(folder, 'server'), port, publicUrl: wire.url })
  studio = await startStudio(join(folder, 'desk'), { GROVER_SERVER_URL: wire.url })
})

test.afterAll(async () => {
  await studio.kill()
  await server.kill()
  await wire.close()
  removeFolder(folder)
})

const body = (page: Page) => page.getByRole('textbox', { name: 'Text of the post' })
const title = (page: Page) => page.getByRole('textbox', { name: 'Title', exact: true })
const slider = (page: Page) => page.getByRole('slider', { name: 'Version' })
const versions = (page: Page) => page.getByRole('listbox', { name: 'Versions, newest first' }).getByRole('option')

test('a post goes back to what it was, by keyboard and offline, and forth again', async ({ page, context }) => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await expect(syncMark(page)).toHaveText(/all safe/i)

  await test.step('before there are versions, the history says how they come about', async () => {
    await page.getByRole('button', { name: 'New post' }).first().click()
    await expect(title(page)).toBeFocused()
    await page.keyboard.type('Low tide')
    await page.keyboard.press('Control+Shift+H')
    await expect(page.getByRole('heading', { name: 'No versions of this post yet' })).toBeVisible()
    await page.getByRole('button', { name: 'Go on writing' }).click()
    await expect(body(page)).toBeFocused()
  })

  await test.step('publishing keeps a version; writing goes on', async () => {
    await page.keyboard.type('The tide is low in the morning.')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Bring boots and a bucket.')
    await page.getByRole('button', { name: 'Publish now…' }).click()
    await page
      .getByRole('alertdialog')
      .or(page.getByRole('dialog'))
      .getByRole('button', { name: 'Publish now' })
      .click()
    await expect(page.getByRole('region', { name: 'Where this post is' })).toContainText('Public since')

    await body(page).locator('p').first().click()
    await page.keyboard.press('End')
    for (const _ of 'morning.') await page.keyboard.press('Backspace')
    await page.keyboard.type('evening.')
    await expect(body(page).locator('p').first()).toHaveText('The tide is low in the evening.')
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('And somebody who knows the way.')
    await title(page).fill('High tide')
  })

  wire.cut()
  await expect(syncMark(page)).toHaveText(/offline/i)

  await test.step('the version is compared with now, in words and not by colour alone', async () => {
    await body(page).focus()
    await page.keyboard.press('Control+Shift+H')
    await expect(slider(page)).toBeFocused()
    await expect(versions(page)).toHaveCount(1)
    await expect(versions(page)).toContainText('Published')
    await expect(page.getByRole('heading', { name: /As it was published today/ })).toBeVisible()
    const text = page.locator('.history-text')
    await expect(text.locator('del')).toHaveText(['Removed: morning'])
    await expect(text.locator('ins')).toHaveText(['Added: evening', 'Added: And somebody who knows the way.'])
    await expect(text).toContainText('Bring boots and a bucket.')
    await expect(
      page.getByText('Since then 7 words have come (underlined). 1 word has gone (crossed out).'),
    ).toBeVisible()
    await expect(page.locator('.history-fields')).toContainText(/Title.*Low.*High.*tide/)
  })

  await test.step('restoring it is an edit, and what was there becomes a version', async () => {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name: 'Restore this version' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(body(page)).toBeFocused()
    await expect(body(page).locator('p')).toHaveText(['The tide is low in the morning.', 'Bring boots and a bucket.'])
    await expect(title(page)).toHaveValue('Low tide')

    await page.keyboard.press('Control+Shift+H')
    await expect(versions(page)).toHaveCount(2)
    await expect(versions(page).first()).toContainText('Before a restore')
    await slider(page).focus()
    await page.keyboard.press('ArrowLeft')
    await expect(page.getByText('The post is the same now.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Restore this version' })).toBeDisabled()
    await page.keyboard.press('ArrowRight')
    await expect(page.locator('.history-text ins')).toHaveText(['Added: morning'])
    await page.keyboard.press('Escape')
    await expect(body(page)).toBeFocused()
  })

  await test.step('undo takes it back', async () => {
    await page.getByRole('alertdialog').getByRole('button', { name: 'Undo' }).first().click()
    await expect(body(page)).toContainText('And somebody who knows the way.')
    await expect(body(page)).toContainText('The tide is low in the evening.')
    await expect(title(page)).toHaveValue('High tide')
    // The text's own undo knows the restore as one step too.
    await body(page).focus()
    await page.keyboard.press('Control+z')
    await expect(body(page)).toContainText('The tide is low in the morning.')
    await page.keyboard.press('Control+Shift+z')
    await expect(body(page)).toContainText('The tide is low in the evening.')
  })

  await test.step('a second window with the post open follows, and with the network everything is safe', async () => {
    wire.mend()
    await expect(syncMark(page)).toHaveText(/all safe/i)
    const other = await context.newPage()
    await other.goto(page.url())
    await expect(body(other)).toContainText('The tide is low in the evening.')
    await other.keyboard.press('Control+Shift+H')
    // What the restore had brought is kept as well: something might have been typed into it.
    await expect(versions(other)).toHaveCount(3)
    await versions(other).last().click()
    await other.getByRole('button', { name: 'Restore this version' }).click()
    await expect(body(other)).toContainText('The tide is low in the morning.')
    await expect(body(page)).toContainText('The tide is low in the morning.')
    await expect(title(page)).toHaveValue('Low tide')
  })
  expect(complaints).toEqual([])
})
