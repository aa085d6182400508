import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from 'playwright/test'
import sharp from 'sharp'
import { requireFfmpeg } from '../../tools/find-ffmpeg.ts'
import { type Running, removeFolder, temporaryFolder } from '../processes.ts'
import { signUp, startStudio } from '../studio.ts'

let folder: string
let studio: Running
let tools: { ffmpeg: string; ffprobe: string }

const [width, height] = [256, 144]

test.beforeAll(async () => {
  folder = temporaryFolder('media-tools')
  tools = await requireFfmpeg()
  const grey = `color=0x808080:s=${width}x${height}:r=25:d=3`
  const make = (...args: string[]) => execFileSync(tools.ffmpeg, ['-v', 'error', ...args])
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-shortest']
  // It ends in black, so that a poster from there is another one.
  const picture = ['-f', 'lavfi', '-i', `${grey},fade=out:st=2:d=0.4`, '-f', 'lavfi', '-i', 'sine=f=440:d=3']
  make(...picture, ...codecs, join(folder, 'tide.mp4'))
  make('-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=10:d=1', join(folder, 'waves.gif'))
  const red = { create: { width: 640, height: 480, channels: 3 as const, background: '#d02020' } }
  await sharp(red).toFile(join(folder, 'mark.png'))
  await sharp({ create: { ...red.create, background: '#20d020' } }).toFile(join(folder, 'late.png'))
  writeFileSync(join(folder, 'tide.en.srt'), '1\n00:00:00,000 --> 00:00:01,500\nThe watr comes\n')
  studio = await startStudio(join(folder, 'data'))
})

test.afterAll(async () => {
  await studio.kill()
  removeFolder(folder)
})

const library = (page: Page) => page.getByRole('listbox', { name: 'Media' })
const cell = (page: Page, name: string | RegExp) => library(page).getByRole('option', { name })
const made = (page: Page) => page.getByRole('region', { name: 'Made of it' })

async function importFiles(page: Page, ...names: string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('i')
  await (await chooser).setFiles(names.map((name) => join(folder, name)))
}

/** Opens one of the dialogs behind «Make», and what is done in it. */
async function tool(page: Page, name: string, use: (dialog: Locator) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: 'Make', exact: true }).click()
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click()
  const dialog = page.getByRole('dialog', { name: `${name}…` })
  await use(dialog)
  await expect(dialog).toHaveCount(0)
}
const makeIt = (dialog: Locator) => dialog.getByRole('button', { name: 'Make it' }).click()

async function choose(page: Page, list: Locator, option: string): Promise<void> {
  await list.click()
  await page.getByRole('option', { name: option, exact: true }).click()
  await expect(list).toContainText(option)
}

/** The bytes behind an address of this device. */
async function bytesOf(page: Page, path: string): Promise<Buffer> {
  const answer = await page.request.get(new URL(path, page.url()).href)
  expect(answer.status()).toBe(200)
  return answer.body()
}

/** Opens a medium of the library and leaves it; its file, as ffprobe sees it. */
async function fileOf(page: Page, name: string): Promise<string> {
  await cell(page, name).dblclick()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  const file = join(folder, 'made')
  writeFileSync(file, await bytesOf(page, `/blobs/${new URL(page.url()).hash.split('/').at(-1)}`))
  await page.getByRole('button', { name: 'Back to the library' }).click()
  return file
}

type Seen = {
  streams: { codec_type: string; width?: number; height?: number }[]
  format: { duration: string; tags?: Record<string, string> }
  chapters: { start_time: string; tags: { title: string } }[]
}
function probe(file: string): Seen {
  const show = ['-show_streams', '-show_format', '-show_chapters', '-of', 'json']
  return JSON.parse(execFileSync(tools.ffprobe, ['-v', 'error', ...show, file], { encoding: 'utf8' }))
}
const pictureOf = (file: string) => {
  const { width, height } = probe(file).streams.find(({ codec_type }) => codec_type === 'video')!
  return { width, height }
}
/** Red, green and blue at parts of width and height, at half a second. */
function colourAt(file: string, x: number, y: number): number[] {
  const { width = 0, height = 0 } = pictureOf(file)
  const one = `crop=2:2:${Math.round(x * width)}:${Math.round(y * height)},format=rgb24`
  const raw = ['-ss', '0.5', '-i', file, '-frames:v', '1', '-vf', one, '-f', 'rawvideo', '-']
  return [...execFileSync(tools.ffmpeg, ['-v', 'error', ...raw]).subarray(0, 3)]
}
/** How far the brightest point of the lower half is from the grey of the film, at half a second. */
function brightest(file: string): number {
  const raw = ['-ss', '0.5', '-i', file, '-frames:v', '1', '-vf', 'crop=iw:ih/2:0:ih/2,format=gray']
  return Math.max(...execFileSync(tools.ffmpeg, ['-v', 'error', ...raw, '-f', 'rawvideo', '-'])) - 0x80
}

/** Plays the film there; whether time goes on, and how many captions it has. A preview runs no script: it is asked from outside. */
const played = (page: Page, where: 'studio' | 'preview') =>
  page.evaluate(async (isPreview) => {
    const root = isPreview ? document.querySelector('iframe')!.contentDocument! : document
    const video = root.querySelector<HTMLVideoElement>('.media-stage video, figure video')!
    video.muted = true
    await video.play()
    const [track] = video.textTracks
    if (track) track.mode = 'showing'
    return [video.currentTime > 0.3, track?.cues?.length]
  }, where === 'preview')

test('every tool makes of a film, or a picture, what it says', async ({ page }) => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.setDefaultTimeout(30_000)
  await page.goto(studio.lines.studio!)
  await signUp(page)
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await expect(page.getByRole('heading', { name: 'Your films, recordings and pictures' })).toBeVisible()
  await importFiles(page, 'tide.mp4', 'mark.png', 'waves.gif')
  await cell(page, /tide/).dblclick()
  await expect(made(page)).toContainText('Preview pictures', { timeout: 60_000 })

  await test.step('captions: from a file, mended, one more placed over the sound, kept and drawn', async () => {
    await tool(page, 'Captions', async (dialog) => {
      const chooser = page.waitForEvent('filechooser')
      await dialog.getByRole('button', { name: 'From a file' }).click()
      await (await chooser).setFiles(join(folder, 'tide.en.srt'))
      await dialog.getByRole('textbox', { name: 'Words of line 1' }).fill('The water comes')
      await dialog.getByRole('button', { name: 'Waveform' }).click()
      const wave = dialog.getByRole('slider', { name: 'Moment' })
      await wave.focus()
      await wave.press('End')
      for (let step = 0; step < 4; step++) await wave.press('ArrowLeft')
      await dialog.getByRole('button', { name: 'Add a line at 0:02.000' }).click()
      await page.keyboard.type('and goes')
      await dialog.getByRole('textbox', { name: 'Shown as' }).fill('English')
      await dialog.getByRole('button', { name: 'Save captions' }).click()
    })
    await expect(made(page)).toContainText('Captions · English')
    const shown = () =>
      page.evaluate(() => {
        const [track] = document.querySelector<HTMLVideoElement>('.media-stage video')!.textTracks
        if (track) track.mode = 'showing'
        return [...(track?.cues ?? [])].map((cue) => `${cue.startTime} ${(cue as VTTCue).text}`)
      })
    await expect.poll(shown).toEqual(['0 The water comes', '2 and goes'])
    await tool(page, 'Captions', async (dialog) => {
      await expect(dialog.getByRole('textbox', { name: 'Words of line 2' })).toHaveValue('and goes')
      await dialog.getByRole('button', { name: 'Draw into a copy' }).click()
    })
  })

  await test.step('a part, a shape, a crop and a mark in the corner are asked for', async () => {
    await tool(page, 'Cut', async (dialog) => {
      await dialog.getByRole('textbox', { name: 'From' }).fill('0:00.5')
      await dialog.getByRole('textbox', { name: 'To', exact: true }).fill('0:04')
      await expect(dialog.getByText('The end comes after the start and within the length.')).toBeVisible()
      await expect(dialog.getByRole('button', { name: 'Make it' })).toBeDisabled()
      await dialog.getByRole('textbox', { name: 'To', exact: true }).fill('0:02')
      await dialog.getByRole('switch', { name: /To the very picture/ }).click({ force: true })
      await makeIt(dialog)
    })
    await tool(page, 'Another shape', makeIt)
    await tool(page, 'Crop', async (dialog) => {
      await dialog.getByRole('textbox', { name: 'Left' }).fill('50')
      await dialog.getByRole('textbox', { name: 'Bottom' }).fill('25')
      await makeIt(dialog)
    })
    await tool(page, 'Watermark', async (dialog) => {
      await choose(page, dialog.getByRole('button', { name: /Picture/ }), 'mark.png')
      await choose(page, dialog.getByRole('button', { name: /Corner/ }), 'Top left')
      await choose(page, dialog.getByRole('button', { name: /Opacity/ }), '100%')
      await makeIt(dialog)
    })
  })

  await test.step('the sound alone, with chapters and a cover', async () => {
    await tool(page, 'Sound for listening', async (dialog) => {
      await dialog.getByRole('textbox', { name: 'Title' }).fill('The tide, read aloud')
      await choose(page, dialog.getByRole('button', { name: /Cover/ }), 'mark.png')
      await dialog.getByRole('textbox', { name: 'Chapters' }).fill('0:00 It comes\n0:02 It goes\n9:00 Never')
      await expect(dialog.getByText('1 line has no time within the length and is left out.')).toBeVisible()
      await makeIt(dialog)
    })
    await expect(made(page)).toContainText('Sound for listening', { timeout: 60_000 })
    const file = join(folder, 'made')
    const link = made(page).getByRole('link', { name: 'Save a copy: Sound for listening' })
    await expect(link).toHaveAttribute('download', 'tide.m4a')
    writeFileSync(file, await bytesOf(page, (await link.getAttribute('href'))!))
    const { chapters, format, streams } = probe(file)
    expect(chapters.map(({ start_time, tags }) => [Number(start_time), tags.title])).toEqual([
      [0, 'It comes'],
      [2, 'It goes'],
    ])
    expect(format.tags).toMatchObject({ title: 'The tide, read aloud', artist: 'Harbour Notes' })
    // The cover.
    expect(streams.map(({ codec_type }) => codec_type)).toContain('video')
  })

  await test.step('the poster is the moment where the player stands', async () => {
    const poster = () => page.locator('.media-stage video').getAttribute('poster')
    const before = await poster()
    await page.getByRole('toolbar', { name: 'The film in pictures' }).getByRole('button').last().click()
    const at = () => page.evaluate(() => document.querySelector<HTMLVideoElement>('.media-stage video')!.currentTime)
    await expect.poll(at).toBeGreaterThan(1.5)
    await page.evaluate(async () => {
      const player = document.querySelector<HTMLVideoElement>('.media-stage video')!
      player.currentTime = 2.8
      await new Promise((resolve) => player.addEventListener('seeked', resolve, { once: true }))
    })
    await page.getByRole('button', { name: 'Make', exact: true }).click()
    await page.getByRole('menuitem', { name: /^Poster from this moment/ }).click()
    await expect.poll(poster, { timeout: 60_000 }).not.toBe(before)
    const { channels } = await sharp(await bytesOf(page, (await poster())!)).stats()
    expect(channels[0]!.mean).toBeLessThan(20)
  })

  await test.step('each new film is a medium of its own, and is what was asked for', async () => {
    await page.getByRole('button', { name: 'Back to the library' }).click()
    for (const what of ['captions', 'cut', '9×16', 'crop', 'watermark'])
      await expect(cell(page, `tide – ${what}`)).toBeVisible({ timeout: 60_000 })
    await cell(page, 'tide.mp4').locator('.media-thumb').hover()
    await expect(cell(page, 'tide.mp4').locator('.media-tile')).toBeVisible()
    const drawn = await fileOf(page, 'tide – captions')
    expect(brightest(drawn)).toBeGreaterThan(80)
    expect(brightest(join(folder, 'tide.mp4'))).toBeLessThan(20)
    expect(Number(probe(await fileOf(page, 'tide – cut')).format.duration)).toBeCloseTo(1.5, 1)
    expect(pictureOf(await fileOf(page, 'tide – 9×16'))).toEqual({ width: 80, height })
    expect(pictureOf(await fileOf(page, 'tide – crop'))).toEqual({ width: width / 2, height: 108 })
    const marked = await fileOf(page, 'tide – watermark')
    expect(pictureOf(marked)).toEqual({ width, height })
    const [red = 0, green = 0] = colourAt(marked, 0.08, 0.1)
    expect(red - green).toBeGreaterThan(100)
    expect(Math.abs(colourAt(marked, 0.9, 0.9)[0]! - 0x80)).toBeLessThan(12)
  })

  await test.step('a moving picture becomes a film', async () => {
    await cell(page, /waves\.gif/).dblclick()
    await page.getByRole('button', { name: 'Make', exact: true }).click()
    await page.getByRole('menuitem', { name: /^Film from this animation/ }).click()
    await page.getByRole('button', { name: 'Back to the library' }).click()
    await expect(cell(page, /waves Film/)).toBeVisible({ timeout: 60_000 })
  })

  await test.step('a picture in sizes, square around its focus point', async () => {
    await cell(page, /mark\.png/).dblclick()
    await tool(page, 'Sizes', async (dialog) => {
      await dialog.getByRole('checkbox', { name: '640 px' }).click({ force: true })
      await expect(dialog.getByRole('button', { name: 'Make it' })).toBeDisabled()
      await dialog.getByRole('checkbox', { name: '320 px' }).click({ force: true })
      await dialog.getByRole('checkbox', { name: 'WebP' }).click({ force: true })
      await dialog.getByRole('checkbox', { name: 'AVIF' }).click({ force: true })
      await choose(page, dialog.getByRole('button', { name: /Shape/ }), '1:1')
      await makeIt(dialog)
    })
    const saved = made(page).getByRole('link', { name: /^Save a copy: Picture · 320 × 320 · (AVIF|JPG)$/ })
    await expect(saved).toHaveCount(2, { timeout: 60_000 })
    const formats = []
    for (const link of await saved.all()) {
      const { format, width } = await sharp(await bytesOf(page, (await link.getAttribute('href'))!)).metadata()
      formats.push([format, width, (await link.getAttribute('download'))!])
    }
    expect(formats.sort()).toEqual([
      ['heif', 320, 'mark.avif'],
      ['jpeg', 320, 'mark.jpg'],
    ])
  })

  await test.step('what the microphone hears becomes a recording; one that may not be used says so', async () => {
    await page.getByRole('button', { name: 'Back to the library' }).click()
    await page.evaluate(() => {
      // The one thing that this machine lacks: a microphone. It is refused once, then it hums.
      let asked = 0
      navigator.mediaDevices.getUserMedia = async () => {
        if (asked++ === 0) throw new DOMException('', 'NotAllowedError')
        const context = new AudioContext()
        const hum = new OscillatorNode(context)
        const microphone = context.createMediaStreamDestination()
        hum.connect(microphone)
        hum.start()
        return microphone.stream
      }
    })
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Record…' })
    await dialog.getByRole('button', { name: 'Start recording' }).click()
    await expect(dialog.getByText('The studio may not use the microphone.')).toBeVisible()
    await dialog.getByRole('button', { name: 'Start recording' }).click()
    await expect(dialog.getByRole('timer')).toHaveText(/^(0:0[2-9]|0:[1-5]\d)$/)
    const heard = () => dialog.getByRole('meter', { name: 'Level' }).evaluate((meter: HTMLMeterElement) => meter.value)
    await expect.poll(heard).toBeGreaterThan(0.5)
    await dialog.getByRole('button', { name: 'Stop and keep' }).click()
    const recording = cell(page, /0:(0[2-9]|[1-5]\d) Recording \d{4}-\d\d-\d\d .*\.m4a/)
    await expect(recording).toBeVisible()
    await recording.dblclick()
    await expect(made(page)).toContainText('Sound for listening', { timeout: 60_000 })
    await expect(made(page)).toContainText('Waveform')
  })

  const goTo = (hash: string) =>
    page.evaluate((to) => {
      location.hash = to
    }, hash)

  await test.step('uploads rest when told to, and say so; then all arrives, and takes room', async () => {
    await goTo('/settings/uploads')
    const now = page.getByRole('region', { name: 'Now' })
    await now.getByRole('button', { name: 'Pause' }).click()
    await expect(now).toContainText('Paused by hand')
    await goTo('/media')
    await importFiles(page, 'late.png')
    const mark = page.getByRole('contentinfo').getByRole('button', { name: /^Paused · \d+ files? to upload/ })
    await expect(mark).toBeVisible()
    await goTo('/settings/uploads')
    const how = page.getByRole('region', { name: 'How files are sent' })
    await choose(page, how.getByRole('button', { name: /At most/ }), '100 Mbit/s')
    const metered = how.getByRole('switch', { name: /Pause on a metered line/ })
    await metered.click({ force: true })
    await expect(metered).not.toBeChecked()
    await now.getByRole('button', { name: 'Go on' }).click()
    await expect(now).toContainText('Nothing waits to be sent.', { timeout: 60_000 })
    await expect(mark).toHaveCount(0)
    await page.reload()
    await expect(how.getByRole('button', { name: /At most/ })).toContainText('100 Mbit/s')
    await expect(metered).not.toBeChecked()
    const room = page.getByRole('region', { name: 'Room on the server' })
    await expect(room).toContainText(/Used[\d.,]+ [kM]B of/)
    await expect(room.getByRole('link', { name: 'tide.mp4' })).toBeVisible()
  })

  await test.step('what another device has taken in plays from the server, and says where its original is', async () => {
    await goTo('/media')
    // What is still being made would be written into the folder while it goes.
    await expect(cell(page, /tide\.mp4/)).toBeVisible()
    await expect(page.getByRole('button', { name: /^[1-9]\d* jobs?$/ })).toHaveCount(0, { timeout: 60_000 })
    // As on that other device: documents, and no file.
    rmSync(join(folder, 'data/studio/blobs'), { recursive: true, maxRetries: 10, retryDelay: 200 })
    await page.reload()
    await cell(page, /tide\.mp4/).dblclick()
    await expect(page.getByText('The original is on the device that took it in')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Make', exact: true })).toHaveCount(0)
    const player = page.locator('.media-stage video')
    await expect(player).toHaveAttribute('src', new RegExp(`^${studio.lines.server}/media/.*signature=`))
    await expect.poll(() => played(page, 'studio')).toEqual([true, 2])
  })

  await test.step('so it does in the preview of a post, with its captions', async () => {
    await goTo('/posts')
    await page.getByRole('button', { name: 'New post' }).first().click()
    await page.getByRole('textbox', { name: 'Text of the post' }).click()
    await page.keyboard.type('/film')
    await page.keyboard.press('Enter')
    await page
      .getByRole('dialog', { name: 'From the library' })
      .getByRole('option', { name: /tide\.mp4/ })
      .dblclick()
    await page.getByRole('radio', { name: 'Preview' }).click({ force: true })
    await page.frameLocator('iframe').locator('video[crossorigin]').waitFor()
    await expect.poll(() => played(page, 'preview')).toEqual([true, 2])
  })
  await test.step('an address that has ended is asked for anew, in the preview too', async () => {
    const preview = page.frameLocator('iframe').locator('video')
    const source = preview.locator('source').first()
    const before = await source.getAttribute('src')
    await page.route(before!, (route) => route.fulfill({ status: 403 }))
    // A player that fails at a young address has another reason.
    await page.clock.setFixedTime(Date.now() + 3_600_000)
    await preview.evaluate((video: HTMLVideoElement) => video.load())
    await expect(source).not.toHaveAttribute('src', before!)
    await expect.poll(() => played(page, 'preview')).toEqual([true, 2])
  })
  expect(complaints).toEqual([])
})
