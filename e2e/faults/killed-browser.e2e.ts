import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, expect, type LaunchOptions, type Page, test } from 'playwright/test'
import { layWire, type Wire } from '../doubles/wire.ts'
import { freePort, type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let server: Running
let wire: Wire
let studio: Running
let context: BrowserContext

test.beforeAll(async () => {
  folder = temporaryFolder('killed-browser')
  const port = await freePort()
  wire = await layWire(port)
  server = await startServer({ dataDir: join(folder, 'server'), port, publicUrl: wire.url })
})
test.afterAll(async () => {
  await context?.close()
  await studio?.kill()
  await wire?.close()
  await server?.kill()
  removeFolder(folder)
})

/** The studio in a browser whose profile outlives it. */
async function openStudio(launchOptions: LaunchOptions): Promise<Page> {
  studio = await startStudio(join(folder, 'data'), { GROVER_SERVER_URL: wire.url })
  context = await chromium.launchPersistentContext(join(folder, 'profile'), { ...launchOptions, locale: 'en-GB' })
  const page = context.pages()[0]!
  await page.goto(studio.lines.studio!)
  return page
}

/** Every process of the browser at once, as the system does to a group. */
function killBrowser(): void {
  // Chromium notes itself there as `host-pid`.
  const pid = Number(
    readlinkSync(join(folder, 'profile', 'SingletonLock'))
      .split('-')
      .at(-1),
  )
  process.kill(-pid, 'SIGKILL')
}

const body = (page: Page) => page.getByRole('textbox', { name: 'Text of the post' })

test('what the editor says is on this device is there after the browser was killed in that moment', async ({
  launchOptions,
}) => {
  let page = await openStudio(launchOptions)
  await signUp(page)
  await expect(syncMark(page)).toHaveText(/all safe/i)
  // From here on there is no server that could bring anything back.
  wire.cut()
  await expect(syncMark(page)).toHaveText(/offline/i)
  await page.keyboard.press('n')
  await expect(page.getByRole('textbox', { name: 'Title', exact: true })).toBeFocused()
  await page.keyboard.type('Before the light goes')
  await page.keyboard.press('Enter')
  await expect(body(page)).toBeFocused()
  const written: string[] = []
  let atOnce = 0

  // On a busy machine the kill itself may come late; such a round proves less, and another follows.
  for (let round = 0; atOnce < 2 && round < 8; round++) {
    const line = `Line ${round} was on the disk.`
    written.push(line)
    const killed = Promise.withResolvers<number>()
    await page.exposeFunction('onSaved', (seenAt: number) => {
      killBrowser()
      killed.resolve(Date.now() - seenAt)
    })
    await body(page).press('Control+End')
    if (round > 0) await page.keyboard.press('Enter')
    await expect(page.locator('.posts-safe')).toHaveAttribute('data-safe', 'device')
    const gone = context.waitForEvent('close')
    await page.evaluate(() => {
      const said = document.querySelector('.posts-safe') as HTMLElement
      let wasWriting = false
      new MutationObserver(() => {
        if (said.dataset.safe === 'writing') wasWriting = true
        else if (wasWriting) (window as unknown as { onSaved(at: number): void }).onSaved(Date.now())
      }).observe(said, { attributes: true })
    })
    await page.keyboard.insertText(line)
    if ((await killed.promise) < 50) atOnce++
    await gone
    await studio.kill()
    // Nor is there a copy that the host has made: what comes back was in the browser's own database.
    removeFolder(join(folder, 'data', 'studio', 'rescue'))
    page = await openStudio(launchOptions)
    await page.getByText('Before the light goes').first().click()
    await expect(body(page).locator('p')).toHaveText(written)
  }

  expect(atOnce).toBe(2)
  wire.mend()
  await expect(syncMark(page)).toHaveText(/all safe/i)
})
