import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from 'playwright/test'
import sharp from 'sharp'
import { requireFfmpeg } from '../../tools/find-ffmpeg.ts'
import { type Running, removeFolder, temporaryFolder } from '../processes.ts'
import { signUp, startStudio, syncMark } from '../studio.ts'

let folder: string
let studio: Running
let film: string

test.beforeAll(async () => {
  folder = temporaryFolder('media')
  const { ffmpeg } = await requireFfmpeg()
  film = join(folder, 'Tide, 50% “high”.mov')
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=3', '-f', 'lavfi', '-i', 'sine=f=440:d=3']
  // Not what browsers play as it is: a web film has to be made of it.
  const codecs = ['-c:v', 'mpeg4', '-q:v', '5', '-c:a', 'pcm_s16le', '-shortest']
  execFileSync(ffmpeg, ['-v', 'error', ...picture, ...codecs, film])
  for (const [name, background] of [
    ['boats.jpg', '#356'],
    ['gulls.png', '#a63'],
    ['nets.png', '#3a6'],
    ['ropes.png', '#63a'],
    ['sails.png', '#6a3'],
  ] as const)
    await sharp({ create: { width: 640, height: 480, channels: 3, background } }).toFile(join(folder, name))
  studio = await startStudio(join(folder, 'data'))
})

test.afterAll(async () => {
  await studio.kill()
  removeFolder(folder)
})

const library = (page: Page) => page.getByRole('listbox', { name: 'Media' })
const cell = (page: Page, name: string | RegExp) => library(page).getByRole('option', { name })
const imports = (page: Page) => page.getByRole('region', { name: 'Import' })
const goTo = (page: Page, hash: string) =>
  page.evaluate((to) => {
    location.hash = to
  }, hash)

/** What the file manager drops. */
async function drop(page: Page, files: { name: string; type: string; text: string }[]): Promise<void> {
  const data = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer()
    for (const { name, type, text } of given) transfer.items.add(new File([text], name, { type }))
    return transfer
  }, files)
  await page.locator('.media-library').dispatchEvent('drop', { dataTransfer: data })
}

test('a film is imported, made ready by itself, shown in a post and played; what is thrown away comes back', async ({
  page,
}) => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await expect(page.getByRole('heading', { name: 'Your films, recordings and pictures' })).toBeVisible()

  await test.step('several files at once; one that is none is refused by name', async () => {
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('i')
    await (await chooser).setFiles([film, join(folder, 'boats.jpg'), join(folder, 'gulls.png')])
    await expect(imports(page)).toContainText('3 added')
    await drop(page, [{ name: 'notes.mp4', type: 'video/mp4', text: 'not a film at all' }])
    await expect(imports(page).getByRole('list', { name: 'Not imported' })).toContainText('notes.mp4')
    await expect(library(page).getByRole('option')).toHaveCount(3)
  })

  await test.step('the same bytes again are recognised', async () => {
    await imports(page).getByRole('button', { name: 'Close' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('i')
    await (await chooser).setFiles([join(folder, 'boats.jpg')])
    await expect(imports(page)).toContainText('1 was here already')
    await expect(library(page).getByRole('option')).toHaveCount(3)
  })

  await test.step('web film and poster are made without being asked for, and described by keyboard', async () => {
    await cell(page, /Tide/).dblclick()
    const made = page.getByRole('region', { name: 'Made of it' })
    await expect(made).toContainText('Web film', { timeout: 60_000 })
    await expect(made).toContainText('Poster')
    await expect(made).toContainText('Preview pictures', { timeout: 60_000 })
    await page.getByRole('textbox', { name: 'Description' }).fill('Test bars that move')
    await page.keyboard.press('Tab')
    await expect(page.getByText('The original stays on this device')).toBeVisible()
    await page.keyboard.press('Escape')
    await page.locator('.frame-main').press('Escape')
    await expect(cell(page, /Tide/)).toBeVisible()
  })

  await test.step('a picture’s focus point moves by the arrows', async () => {
    await cell(page, /boats/).dblclick()
    const point = page.getByRole('button', { name: /^Focus point/ })
    await point.focus()
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('ArrowUp')
    await expect(point).toHaveAccessibleName(/60\s?% from the left, 49\s?% from the top/)
    await page.getByRole('button', { name: 'Back to the library' }).click()
    await cell(page, /boats/).dblclick()
    await expect(page.getByRole('button', { name: /60\s?% from the left, 49\s?% from the top/ })).toBeVisible()
    await page.getByRole('button', { name: 'Back to the library' }).click()
  })

  await test.step('in a post, from the library by the slash menu', async () => {
    await goTo(page, '/posts')
    await page.getByRole('button', { name: 'New post' }).first().click()
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('The tide')
    const body = page.getByRole('textbox', { name: 'Text of the post' })
    await body.click()
    await page.keyboard.type('/film')
    await page.keyboard.press('Enter')
    const picker = page.getByRole('dialog', { name: 'From the library' })
    await picker.getByRole('option', { name: /Tide/ }).click()
    await picker.getByRole('button', { name: 'Insert' }).click()
    await expect(body.locator('video')).toHaveAttribute('aria-label', 'Test bars that move')
    await body.click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('/gallery')
    await page.keyboard.press('Enter')
    await picker.getByRole('option', { name: /boats/ }).click()
    await picker.getByRole('option', { name: /gulls/ }).click({ modifiers: ['ControlOrMeta'] })
    await picker.getByRole('button', { name: 'Insert' }).click()
    await expect(body.getByRole('group', { name: 'Gallery' }).locator('img')).toHaveCount(2)
  })

  await test.step('a gallery grows by picker and drop, is put in order and described by keyboard', async () => {
    const gallery = page.getByRole('group', { name: 'Gallery' })
    const pictures = () => gallery.locator('img').evaluateAll((all) => all.map((each) => each.getAttribute('src')))
    const [boats, gulls] = await pictures()
    const chooser = page.waitForEvent('filechooser')
    await gallery.getByRole('button', { name: 'Add from this device' }).click()
    await (await chooser).setFiles(join(folder, 'nets.png'))
    await expect.poll(pictures).toEqual([boats, gulls, expect.any(String)])
    const [, , nets] = await pictures()
    const holding = (name: string) =>
      page.evaluateHandle(
        ([file, bytes]) => {
          const transfer = new DataTransfer()
          transfer.items.add(new File([new Uint8Array(bytes)], file, { type: 'image/png' }))
          return transfer
        },
        [name, [...readFileSync(join(folder, name))]] as const,
      )
    const dataTransfer = await holding('ropes.png')
    const second = gallery.locator('img').nth(1)
    const { x, y } = (await second.boundingBox())!
    await second.dispatchEvent('drop', { dataTransfer, clientX: x + 20, clientY: y + 20 })
    await expect(gallery.locator('img')).toHaveCount(4)
    await second.click()
    await (await holding('sails.png')).evaluate((clipboardData) => {
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.querySelector('.posts-body')!.dispatchEvent(paste)
    })
    await expect(gallery.locator('img')).toHaveCount(5)
    await gallery.locator(`img[src="${nets}"]`).click()
    for (let step = 0; step < 4; step++) await page.keyboard.press('Alt+ArrowLeft')
    await expect.poll(async () => (await pictures())[0]).toBe(nets)
    await page.keyboard.press('Alt+ArrowRight')
    await expect.poll(async () => (await pictures())[1]).toBe(nets)
    await page.keyboard.press('Tab')
    await page.keyboard.type('Nets, drying')
    await page.keyboard.press('Enter')
    await gallery.locator(`img[src="${gulls}"]`).click()
    await gallery.locator('.posts-picture[data-selected]').getByRole('button', { name: 'Alt text missing' }).click()
    await page.getByRole('textbox', { name: 'Description of the picture' }).fill('Gulls over the harbour')
    await page.keyboard.press('Enter')
    await expect(gallery.locator(`img[src="${gulls}"]`)).toHaveAttribute('alt', 'Gulls over the harbour')
    for (const gone of (await pictures()).filter((each) => each !== boats && each !== gulls)) {
      await gallery.locator(`img[src="${gone}"]`).click()
      await page.keyboard.press('Delete')
      await expect(gallery.locator(`img[src="${gone}"]`)).toHaveCount(0)
    }
    await expect.poll(async () => new Set(await pictures())).toEqual(new Set([boats, gulls]))
  })

  await test.step('the preview plays it as readers’ browsers will', async () => {
    await page.getByRole('radio', { name: 'Preview' }).click({ force: true })
    const shown = page.frameLocator('iframe').locator('video')
    await expect(shown).toHaveAttribute('poster', /\/blobs\//)
    await expect(page.frameLocator('iframe').locator('.gallery img')).toHaveCount(2)
    // The frame runs no script; what it shows is asked from outside.
    const seconds = () =>
      page.evaluate(async () => {
        const player = document.querySelector('iframe')!.contentDocument!.querySelector('video')!
        player.muted = true
        await player.play()
        return player.currentTime
      })
    await expect.poll(seconds).toBeGreaterThan(0.5)
  })

  await test.step('the library knows the post; the trash gives back; for ever asks first', async () => {
    await goTo(page, '/media')
    await cell(page, /Tide/).dblclick()
    await expect(page.getByRole('region', { name: 'Used in' }).getByRole('link', { name: 'The tide' })).toBeVisible()
    await page.getByRole('button', { name: 'Back to the library' }).click()
    await cell(page, /gulls/).click()
    await page.keyboard.press('Delete')
    await expect(cell(page, /gulls/)).toHaveCount(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(cell(page, /gulls/)).toBeVisible()
    await cell(page, /gulls/).click()
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: /Which media/ }).click()
    await page.getByRole('option', { name: /^Trash/ }).click()
    await cell(page, /gulls/).click()
    await page.keyboard.press('Delete')
    await page
      .getByRole('alertdialog')
      .or(page.getByRole('dialog'))
      .getByRole('button', { name: 'Delete for ever' })
      .click()
    await expect(page.getByText('The trash is empty.')).toBeVisible()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await expect(library(page).getByRole('option')).toHaveCount(5)
  })

  await test.step('with no network it all goes on', async () => {
    await page.route(`${studio.lines.server}/**`, (route) => route.abort())
    const chooser = page.waitForEvent('filechooser')
    await library(page).focus()
    await page.keyboard.press('i')
    await (await chooser).setFiles([join(folder, 'gulls.png')])
    await expect(library(page).getByRole('option')).toHaveCount(6)
    await page.getByRole('searchbox', { name: /Find by name/ }).fill('test bars')
    await expect(library(page).getByRole('option')).toHaveCount(1)
    await page.unroute(`${studio.lines.server}/**`)
  })
  await expect(syncMark(page)).toHaveText(/all safe/i)
  expect(complaints).toEqual([])
})
