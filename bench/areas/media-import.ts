import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { removeFolder, temporaryFolder } from '../../e2e/processes.ts'
import { signUp, startStudio } from '../../e2e/studio.ts'
import { prepareImage } from '../../main/services/images.ts'
import { launchBrowser } from '../browser.ts'
import { feelWhile } from '../feel.ts'
import { atMost, type Figure, noted, percentile } from '../figure.ts'

const photos = Number(process.env.BENCH_PHOTOS ?? 1000)
const rounds = 4
/** As many as the studio takes in at a time. */
const parallel = 3

/** Different files of 12 MP: of a few pictures, each with bytes of its own behind them. */
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
      writeFileSync(path, Buffer.concat([originals[at % originals.length]!, Buffer.from(String(from + at))]))
      return path
    })
}

/** What sharp alone takes for them, in ms. */
async function prepareAll(paths: readonly string[]): Promise<number> {
  const began = performance.now()
  const queue = paths.values()
  const worker = async () => {
    for (const path of queue) await prepareImage(await readFile(path))
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return performance.now() - began
}

/** Photos through the studio's import button, while somebody types there, over sharp's own work on the same files, turn by turn. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-import')
  const home = join(folder, 'photos')
  mkdirSync(home)
  const studio = await startStudio(join(folder, 'data'))
  const browser = await launchBrowser()
  const keys: number[] = []
  const frames: number[] = []
  let [alone, ours, longest] = [0, 0, 0]
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(studio.lines.studio!)
    await signUp(page)
    await page.locator('[data-sync="live"][data-waiting="0"]').waitFor()
    await page.goto(new URL('#/media', page.url()).href)
    const imports = page.getByRole('region', { name: 'Import' })
    const takeSome = await takePhotos(home)
    const each = Math.ceil(photos / rounds)
    for (let round = 0; round < rounds; round++) {
      const paths = takeSome(round * each, each)
      if (round === 0) console.log(`  ${photos} photos of ${(statSync(paths[0]!).size / 1e6).toFixed(1)} MB`)
      alone += await prepareAll(paths)
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Import', exact: true }).click()
      const files = await chooser
      await page.getByRole('searchbox', { name: /^Find by name/ }).focus()
      const { result, felt } = await feelWhile(page, async () => {
        const began = performance.now()
        await files.setFiles(paths)
        await imports.getByRole('status').waitFor({ timeout: 0 })
        return performance.now() - began
      }, ['1', 'Backspace'])
      const said = await imports.getByRole('status').textContent()
      if (said !== `${each} added`) throw new Error(`The studio says: ${said}`)
      await imports.getByRole('button', { name: 'Close' }).click()
      ours += result
      keys.push(...felt.keys)
      frames.push(...felt.frames)
      longest = Math.max(longest, ...felt.tasks)
      for (const path of paths) rmSync(path)
    }
  } finally {
    await browser.close()
    await studio.kill()
    removeFolder(folder)
  }
  return [
    atMost(`import of ${photos} photos of 12 MP over bare sharp, ${parallel} at a time`, ours / alone, '×', 1.1),
    atMost('meanwhile, key to painted answer in the library, p98', percentile(keys, 0.98), 'ms', 50),
    noted('meanwhile, between two frames, p99', percentile(frames, 0.99), 'ms'),
    noted('meanwhile, the longest task', longest, 'ms'),
    noted('photos a second', photos / (ours / 1000), ''),
  ]
}
