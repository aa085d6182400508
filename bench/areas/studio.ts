import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Client, samplePost, signIn as signInClient } from '../../e2e/client.ts'
import { freePort, launch, removeFolder, root, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { signIn } from '../../e2e/studio.ts'
import { launchBrowser } from '../browser.ts'
import { atMost, type Figure, median, percentile } from '../figure.ts'

const postCount = 10_000
const keystrokes = 300

/** The scripts a start needs before anything is asked for: the entry and all it imports statically, gzipped. */
function firstScripts(): number {
  const folder = join(root, 'dist', 'renderer')
  const entry = /<script[^>]+src="([^"]+)"/.exec(readFileSync(join(folder, 'index.html'), 'utf8'))?.[1]
  if (!entry) throw new Error('The built page names no script.')
  const seen = new Set<string>()
  const visit = (path: string): number => {
    if (seen.has(path)) return 0
    seen.add(path)
    const code = readFileSync(path)
    const imports = [...code.toString().matchAll(/(?:from|import)\s*"(\.\/[^"]+\.js)"/g)]
    return gzipSync(code, { level: 9 }).length + imports.reduce((sum, [, to]) => sum + visit(join(path, '..', to!)), 0)
  }
  return visit(join(folder, entry))
}

async function fill(client: Client): Promise<void> {
  const paragraph = 'The tide table hangs by the door, and nobody reads it until the water is on the step. '
  for (let start = 0; start < postCount; start += 500) {
    const rows = Array.from({ length: 500 }, (_, i) => ({
      newDocumentState: samplePost(
        { title: `Note ${start + i} from the harbour`, tags: ['notes'] },
        paragraph.repeat(3),
      ),
    }))
    const { conflicts, refused } = await client.push('posts', rows)
    if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify(refused[0] ?? conflicts[0]))
  }
  const long = samplePost({ title: 'The long one' }, paragraph.repeat(600))
  await client.push('posts', [{ newDocumentState: long }])
}

/** How soon the studio is there, and how quick it is under the hands. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-studio')
  const port = await freePort()
  const server = await startServer({
    dataDir: join(folder, 'server'),
    port,
    env: { GROVER_REQUESTS_PER_MINUTE: '1000000' },
  })
  const startHost = () =>
    launch('main/start.ts', ['--data', join(folder, 'desk'), '--host', 'browser', '--no-open'], ['studio'], {
      GROVER_SERVER_URL: server.lines.server,
    })
  const figures: Figure[] = []
  try {
    const client = await signInClient(server.lines.server!, 'bench-studio')
    await fill(client)

    // The first start may build the page; it is not what is measured.
    await (await startHost()).kill()
    const listening: number[] = []
    for (let i = 0; i < 7; i++) {
      const begin = performance.now()
      const host = await startHost()
      listening.push(performance.now() - begin)
      await host.kill()
    }
    figures.push(atMost('host listening, from its process starting (median of 7)', median(listening), 'ms', 300))
    figures.push(atMost('first JS, gzipped', firstScripts() / 1000, 'kB', 250))

    const host = await startHost()
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await page.goto(host.lines.studio!)
      await signIn(page, {
        name: '',
        handle: '',
        email: 'bench-studio@grover.example',
        password: 'a long enough passphrase',
      })
      await page.locator('[data-sync="live"][data-waiting="0"]').waitFor({ timeout: 180_000 })

      const usable: number[] = []
      for (let i = 0; i < 7; i++) {
        await page.reload({ waitUntil: 'commit' })
        await page.getByRole('option').first().waitFor()
        // Usable: the list is there and the next key is answered with a painted frame.
        usable.push(
          await page.evaluate(
            () => new Promise<number>((done) => requestAnimationFrame(() => done(performance.now()))),
          ),
        )
      }
      figures.push(atMost('studio usable with 10,000 posts (median of 7)', median(usable), 'ms', 1500))

      await page.getByRole('option', { name: /The long one/ }).click()
      const body = page.getByRole('textbox', { name: 'Text of the post' })
      await body.getByText('The tide table').first().waitFor()
      await body.click()
      await page.evaluate(() => {
        const slow: number[] = []
        Object.assign(window, { slowKeys: slow })
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (entry.name === 'keydown') slow.push(entry.duration)
        }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
      })
      await page.keyboard.type('steady hands write on '.repeat(20).slice(0, keystrokes), { delay: 30 })
      await page.evaluate(() => new Promise((done) => setTimeout(done, 500)))
      const slow = await page.evaluate(() => (window as unknown as { slowKeys: number[] }).slowKeys)
      // Event Timing leaves out what took less than 16 ms from key to painted frame: those count as 16.
      const keys = [...slow, ...Array<number>(Math.max(0, keystrokes - slow.length)).fill(16)]
      figures.push(atMost('typing in a 10,000-word post, key to paint, p98', percentile(keys, 0.98), 'ms', 50))
    } finally {
      await browser.close()
      await host.kill()
    }
  } finally {
    await server.kill()
    removeFolder(folder)
  }
  return figures
}
