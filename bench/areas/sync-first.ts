import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { type Client, samplePost, signIn as signInClient } from '../../e2e/client.ts'
import { freePort, launch, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { signIn } from '../../e2e/studio.ts'
import { launchBrowser } from '../browser.ts'
import { type Felt, feelWhile } from '../feel.ts'
import { atMost, type Figure, median, noted, percentile } from '../figure.ts'

const posts = Number(process.env.BENCH_DOCUMENTS ?? 10_000)
const runs = Number(process.env.BENCH_RUNS ?? 3)
const paragraph = 'The tide table hangs by the door, and nobody reads it until the water is on the step. '

async function fill(client: Client): Promise<void> {
  for (let at = 0; at < posts; at += 500) {
    const rows = Array.from({ length: Math.min(500, posts - at) }, (_, i) => ({
      newDocumentState: samplePost({ title: `Note ${at + i} from the harbour`, tags: ['notes'] }, paragraph.repeat(3)),
    }))
    const { conflicts, refused } = await client.push('posts', rows)
    if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify(refused[0] ?? conflicts[0]))
  }
}

/** Until everything is here, in ms, and what that felt like. */
async function firstSync(page: Page, email: string): Promise<{ result: number; felt: Felt }> {
  await signIn(page, { name: '', handle: '', email, password: 'a long enough passphrase' })
  const begin = performance.now()
  return await feelWhile(page, async () => {
    await page.locator('[data-sync="live"][data-waiting="0"]').waitFor({ timeout: 180_000 })
    return performance.now() - begin
  })
}

/** A new device of an author with 10,000 posts: how soon it has all of them, and whether it can be used meanwhile. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-first')
  const server = await startServer({
    dataDir: join(folder, 'server'),
    port: await freePort(),
    env: { GROVER_REQUESTS_PER_MINUTE: '1000000' },
  })
  const took: number[] = []
  const keys: number[] = []
  const frames: number[] = []
  let longest = 0
  try {
    await fill(await signInClient(server.lines.server!, 'bench-first'))
    for (let i = 0; i < runs; i++) {
      const host = await launch(
        'main/start.ts',
        ['--data', join(folder, `desk-${i}`), '--host', 'browser', '--no-open'],
        ['studio'],
        { GROVER_SERVER_URL: server.lines.server },
      )
      const browser = await launchBrowser()
      try {
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
        await page.goto(host.lines.studio!)
        const { result, felt } = await firstSync(page, 'bench-first@grover.example')
        took.push(result / 1000)
        frames.push(...felt.frames)
        keys.push(...felt.keys)
        longest = Math.max(longest, ...felt.tasks)
      } finally {
        await browser.close()
        await host.kill()
      }
    }
  } finally {
    await server.kill()
    removeFolder(folder)
  }
  return [
    atMost(`first sync of ${posts} posts (median of ${runs})`, median(took), 's', 10),
    atMost('meanwhile, key to painted answer, p98', percentile(keys, 0.98), 'ms', 200),
    atMost('meanwhile, between two frames, p99', percentile(frames, 0.99), 'ms', 200),
    noted('meanwhile, the longest task', longest, 'ms'),
  ]
}
