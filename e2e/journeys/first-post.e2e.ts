import { join } from 'node:path'
import { expect, test } from 'playwright/test'
import { layWire, type Wire } from '../doubles/wire.ts'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { account, signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let server: Running
let studio: Running | undefined
let wire: Wire
let startAgain: () => Promise<Running>

test.beforeEach(async () => {
  folder = temporaryFolder('journey')
  const port = await freePort()
  wire = await layWire(port)
  startAgain = () => startServer({ dataDir: join(folder, 'server'), port, publicUrl: wire.url })
  server = await startAgain()
  studio = await startStudio(join(folder, 'desk'), { GROVER_SERVER_URL: wire.url })
})

test.afterEach(async () => {
  await studio?.kill()
  await server.kill()
  await wire.close()
  removeFolder(folder)
})

/** A one-pixel-high gradient made by the page itself, as a paste from another program would bring. */
const pasteImage = (element: HTMLElement) =>
  new Promise<void>((resolve) => {
    const canvas = document.createElement('canvas')
    canvas.width = 640
    canvas.height = 360
    const context = canvas.getContext('2d')!
    context.fillStyle = '#2f7d5b'
    context.fillRect(0, 0, 640, 360)
    context.fillStyle = '#f2c14e'
    context.fillRect(120, 80, 200, 120)
    canvas.toBlob((blob) => {
      const data = new DataTransfer()
      data.items.add(new File([blob!], 'lamp.png', { type: 'image/png' }))
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
      resolve()
    }, 'image/png')
  })

test('a post written offline is published on time, with the laptop closed and the server killed once', async ({
  page,
  browser,
}) => {
  await page.goto(studio!.lines.studio!)
  await signUp(page)
  await expect(syncMark(page)).toHaveText(/all safe/i)

  // The network goes, really: connections are reset and new ones refused.
  wire.cut()
  await expect(syncMark(page)).toHaveText(/offline/i)

  await page.keyboard.press('n')
  const title = page.getByRole('textbox', { name: 'Title' })
  await title.fill('The lamp room')
  await title.press('Enter')
  const body = page.getByRole('textbox', { name: 'Text of the post' })
  await body.pressSequentially('## What we found', { delay: 5 })
  await body.press('Enter')
  await body.pressSequentially('Eleven lamps, one of them **still warm**.', { delay: 5 })
  await body.press('Enter')
  await body.evaluate(pasteImage)
  await expect(body.locator('img')).toBeVisible()
  await expect(syncMark(page)).toHaveText(/offline · \d+ waiting on this device/i)

  const due = await schedule(page)
  await expect(page.getByText(/but only this device knows/)).toBeVisible()

  // The server dies once and comes back on the same folder, while we are away.
  await server.kill('SIGKILL')
  server = await startAgain()
  expect((await fetch(`${wire.url}/health`).catch(() => null))?.ok ?? false).toBe(false)

  wire.mend()
  await expect(page.getByText(/even with this device switched off/)).toBeVisible({ timeout: 60_000 })
  await expect(syncMark(page)).toHaveText(/all safe/i)

  // The laptop is closed.
  await page.close()
  await studio!.kill()
  studio = undefined

  // A fan, elsewhere, without JavaScript.
  const fan = await browser.newContext({ javaScriptEnabled: false })
  const reading = await fan.newPage()
  const address = `${wire.url}/@${account.handle}/the-lamp-room`
  expect((await reading.goto(address))?.status()).toBe(404)
  expect(Date.now()).toBeLessThan(due)
  let seen = 0
  await expect
    .poll(
      async () => {
        const { status } = await fetch(address)
        seen = Date.now()
        return status
      },
      { timeout: 150_000, intervals: [100] },
    )
    .toBe(200)
  expect(seen).toBeGreaterThanOrEqual(due)
  expect(seen - due).toBeLessThan(2000)

  await reading.goto(address)
  await expect(reading.getByRole('heading', { level: 1, name: 'The lamp room' })).toBeVisible()
  await expect(reading.getByRole('heading', { level: 2, name: 'What we found' })).toBeVisible()
  await expect(reading.locator('strong')).toHaveText('still warm')
  const picture = reading.locator('article img').first()
  await picture.scrollIntoViewIfNeeded()
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0)

  const feed = (await (await fetch(`${wire.url}/@${account.handle}/feed.json`)).json()) as {
    items: { title: string }[]
  }
  expect(feed.items.map((item) => item.title)).toEqual(['The lamp room'])

  // The laptop opens again and tells what happened.
  studio = await startStudio(join(folder, 'desk'), { GROVER_SERVER_URL: wire.url })
  const again = await browser.newPage()
  await again.goto(studio.lines.studio!)
  await again.getByText('The lamp room').first().click()
  await expect(again.getByText(/Public since/).first()).toBeVisible()
})

/** Plans the open post for the next whole minute that is at least 45 seconds away; the instant, in epoch ms. */
async function schedule(page: import('playwright/test').Page): Promise<number> {
  const due = new Date(Math.ceil((Date.now() + 45_000) / 60_000) * 60_000)
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    dateStyle: 'short',
    timeStyle: 'short',
  }).formatToParts(due)
  const part = (type: string) => local.find((p) => p.type === type)!.value
  const when = page.getByRole('group', { name: /day and time/i })
  for (const [segment, value] of [
    ['day', part('day')],
    ['month', part('month')],
    ['year', part('year')],
    ['hour', part('hour')],
    ['minute', part('minute')],
  ] as const) {
    await when.getByRole('spinbutton', { name: new RegExp(`^${segment}`, 'i') }).click()
    await page.keyboard.type(value)
  }
  await page.getByRole('button', { name: 'Schedule', exact: true }).click()
  return due.getTime()
}
