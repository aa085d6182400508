import { join } from 'node:path'
import { expect, type Locator, type Page, test } from 'playwright/test'
import { layWire, type Wire } from '../doubles/wire.ts'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let server: Running
let studio: Running
let wire: Wire

test.beforeAll(async () => {
  folder = temporaryFolder('calendar')
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

/** Days since 1970, as the calendar numbers its cells; all are in one far month, so that no run meets the present. */
const firstDay = Date.UTC(2031, 4, 1) / 86_400_000
const cell = (page: Page, date: number) => page.locator(`.calendar-day[data-day="${firstDay + date - 1}"]`)
const said = (page: Page) => page.getByTestId('calendar-said')

const go = (page: Page, hash: string) =>
  page.evaluate((to) => {
    location.hash = to
  }, hash)

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [(await from.boundingBox())!, (await to.boundingBox())!]
  await page.mouse.move(start.x + 20, start.y + 8)
  await page.mouse.down()
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 6 })
  await page.mouse.up()
}

test('posts are made, moved by hand and by key, refused and put back, also while offline', async ({ page }) => {
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await expect(syncMark(page)).toHaveText(/all safe/i)
  await go(page, '/plan?view=month&date=2031-05-14')

  // A post is made on a day, and opens to be written.
  await cell(page, 14).focus()
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Title' }).fill('Spring tide')
  await expect(syncMark(page)).toHaveText(/all safe/i)
  await page.goBack()
  const chip = page.locator('.calendar-main [data-chip]').filter({ hasText: 'Spring tide' })
  await expect(cell(page, 14).locator('[data-chip]')).toHaveText('09:00 Spring tide')

  // By hand, with the network gone: the time of day stays, and the way back is offered.
  wire.cut()
  await expect(syncMark(page)).toHaveText(/offline/i)
  await drag(page, chip, cell(page, 22))
  await expect(cell(page, 22).locator('[data-chip]')).toHaveText('09:00 Spring tide')
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect(cell(page, 14).locator('[data-chip]')).toHaveText('09:00 Spring tide')

  // By key: picked up, moved a day and a quarter of an hour, put down; every step is said.
  await cell(page, 14).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press(' ')
  await expect(said(page)).toContainText('picked up')
  await page.keyboard.press('ArrowRight')
  await expect(said(page)).toHaveText(/15 May, 09:00/)
  await page.keyboard.press('Shift+ArrowDown')
  await expect(said(page)).toHaveText(/15 May, 09:15/)
  await page.keyboard.press('Enter')
  await expect(cell(page, 15).locator('[data-chip]')).toHaveText('09:15 Spring tide')
  await expect(cell(page, 15).locator('[data-chip]')).toBeFocused()

  // Let go with Esc: nothing has changed.
  await page.keyboard.press(' ')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
  await expect(cell(page, 15).locator('[data-chip]')).toHaveText('09:15 Spring tide')

  // In the week: the hour that the clocks leave out is refused with a sentence, and the next one offered.
  await go(page, '/plan?view=month&date=2031-03-30')
  await page.locator('.calendar-day[tabindex="0"]').focus()
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Title' }).fill('The short night')
  await page.goBack()
  await go(page, '/plan?view=week&date=2031-03-30')
  const short = page.locator('.calendar-week-column [data-chip]').filter({ hasText: 'The short night' })
  const gap = page.locator('.calendar-slot[data-absent]').first()
  await gap.scrollIntoViewIfNeeded()
  await short.focus()
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('spinbutton', { name: /hour/i }).click()
  await page.keyboard.type('0230')
  await expect(dialog.getByText(/does not exist on Sunday, 30 March 2031 in Berlin/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Use 03:00' }).click()
  await dialog.getByRole('button', { name: 'Schedule' }).click()
  await expect(short).toHaveAccessibleName(/^03:00 The short night/)

  // Pause all, told truly: first the server does not know, then it does.
  await page.getByRole('button', { name: 'Pause all' }).click()
  await expect(page.getByText(/The server does not know yet/)).toBeVisible()
  wire.mend()
  await expect(page.getByText(/The server knows: nothing is published/)).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.locator('.paused-banner')).toHaveCount(0)
})
