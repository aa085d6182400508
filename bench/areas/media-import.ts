import { createReadStream, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import sharp from 'sharp'
import { removeFolder, temporaryFolder } from '../../e2e/processes.ts'
import { signUp, startStudio } from '../../e2e/studio.ts'
import { createBlobs } from '../../main/services/blobs.ts'
import { prepareImage } from '../../main/services/images.ts'
import { createMedia } from '../../main/services/media/index.ts'
import { createThumbs } from '../../main/services/thumbs.ts'
import { launchBrowser } from '../browser.ts'
import { feelWhile } from '../feel.ts'
import { atMost, type Figure, noted, percentile } from '../figure.ts'

const photos = Number(process.env.BENCH_PHOTOS ?? 1000)
const lapsOf = 4
/** As many as the studio takes in at a time. */
const parallel = 3

/**
 * Different photos of 12 MP: a few, each anew with another step in its first table of quantisation (ITU T.81, B.2.4.1), which
 * makes other pixels of the same bytes.
 */
async function takePhotos(folder: string): Promise<(from: number, count: number) => string[]> {
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const
  const originals = await Promise.all(
    Array.from({ length: 8 }, () =>
      sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'grey', noise } })
        .jpeg({ quality: 88 })
        .toBuffer(),
    ),
  )
  return (from, count) =>
    Array.from({ length: count }, (_, at) => {
      const path = join(folder, `${from + at}.jpg`)
      const [turn, original] = [Math.floor((from + at) / originals.length), (from + at) % originals.length]
      const photo = Buffer.from(originals[original]!)
      const table = photo.indexOf('ffdb', 0, 'hex') + 5
      const step = table + 1 + (turn % 63)
      photo[step] = photo[step]! + 1 + Math.floor(turn / 63)
      writeFileSync(path, photo)
      return path
    })
}

/** All of them, as many at a time as the studio takes in; in ms. */
async function took(paths: readonly string[], work: (path: string) => Promise<unknown>): Promise<number> {
  const began = performance.now()
  const queue = paths.values()
  const worker = async () => {
    for (const path of queue) await work(path)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return performance.now() - began
}

/** What sharp alone takes for a photo and its small version. */
async function bare(path: string): Promise<void> {
  const { data } = await prepareImage(await readFile(path))
  await sharp(data).resize({ width: 360, height: 360, fit: 'outside' }).webp({ quality: 75, effort: 1 }).toBuffer()
}

type Lap = { paths: readonly string[]; alone: number }

/** The whole import (hash, files, picture, small version, store) over sharp's own work, turn by turn. */
async function importing(folder: string, laps: () => AsyncIterable<Lap>): Promise<Figure> {
  const log = console.error
  const blobs = createBlobs({ folder: join(folder, 'blobs'), fetchBlob: async () => undefined })
  const thumbs = createThumbs({ folder: join(folder, 'thumbs'), blobs, log })
  const media = createMedia({ folder, blobs, log })
  let [alone, ours] = [0, 0]
  for await (const lap of laps()) {
    alone += lap.alone
    ours += await took(lap.paths, async (path) => {
      const { id } = await media.takeIn(basename(path), createReadStream(path))
      await thumbs.find(id)
    })
  }
  await media.stop()
  return atMost(`import of ${photos} photos of 12 MP over bare sharp, ${parallel} at a time`, ours / alone, '×', 1.1)
}

/** The same in the studio, while somebody looks through the library, or writes. */
async function underHands(folder: string, laps: () => AsyncIterable<Lap>): Promise<Figure[]> {
  const studio = await startStudio(join(folder, 'data'))
  const browser = await launchBrowser()
  const looking: number[] = []
  const writing: number[] = []
  let [alone, ours, last] = [0, 0, 0]
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(studio.lines.studio!)
    await signUp(page)
    await page.locator('[data-sync="live"][data-waiting="0"]').waitFor()
    const goTo = (hash: string) =>
      page.evaluate((to) => {
        location.hash = to
      }, hash)
    const imports = page.getByRole('region', { name: 'Import' })
    let lap = 0
    for await (const { paths, alone: bareMs } of laps()) {
      await goTo('/media')
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Import', exact: true }).first().click()
      const files = await chooser
      const began = performance.now()
      await files.setFiles([...paths])
      if (lap++ % 2 === 0) {
        const cells = page.getByRole('listbox', { name: 'Media' })
        await cells.focus()
        const { felt } = await feelWhile(page, () => imports.getByRole('status').waitFor({ timeout: 0 }), [
          'ArrowRight',
          'ArrowDown',
          'ArrowLeft',
          'ArrowUp',
        ])
        looking.push(...felt.keys)
        last = performance.now() - began
        ours += last
        alone += bareMs
      } else {
        await goTo('/posts')
        await page.getByRole('button', { name: 'New post' }).first().click()
        await page.getByRole('textbox', { name: 'Text of the post' }).focus()
        // Half of what it takes to import them: it still goes on.
        const { felt } = await feelWhile(page, () => delay(last / 2), [...'steady hands write on '])
        writing.push(...felt.keys)
        await goTo('/media')
        await imports.getByRole('status').waitFor({ timeout: 0 })
      }
      const said = await imports.getByRole('status').textContent()
      if (said !== `${paths.length} added`) throw new Error(`The studio says: ${said}`)
      await imports.getByRole('button', { name: 'Close' }).click()
    }
  } finally {
    await browser.close()
    await studio.kill()
  }
  return [
    atMost('meanwhile, key to painted answer in a post, p98', percentile(writing, 0.98), 'ms', 50),
    atMost('meanwhile, key to painted answer in the library, p98', percentile(looking, 0.98), 'ms', 50),
    noted('the same import by the studio’s button, drawn as it goes, over bare sharp', ours / alone, '×'),
  ]
}

/** Photos taken in by the engine alone, and by the studio in a browser. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-import')
  const home = join(folder, 'photos')
  mkdirSync(home)
  try {
    const takeSome = await takePhotos(home)
    let taken = 0
    const laps = async function* (): AsyncGenerator<Lap> {
      for (let lap = 0; lap < lapsOf; lap++) {
        const paths = takeSome(taken, Math.ceil(photos / lapsOf))
        if (taken === 0) console.log(`  photos of ${(statSync(paths[0]!).size / 1e6).toFixed(1)} MB`)
        taken += paths.length
        yield { paths, alone: await took(paths, bare) }
        for (const path of paths) rmSync(path)
      }
    }
    return [await importing(join(folder, 'engine'), laps), ...(await underHands(join(folder, 'studio'), laps))]
  } finally {
    removeFolder(folder)
  }
}
