import { join } from 'node:path'
import { type Client, samplePost, signIn } from '../../e2e/client.ts'
import { freePort, removeFolder, startServer, temporaryFolder } from '../../e2e/processes.ts'
import { atLeast, type Figure, median } from '../figure.ts'

const documents = 10_000
const runs = 5

/** About 505 bytes of JSON each. */
const rows = () =>
  Array.from({ length: documents }, (_, i) => ({
    newDocumentState: samplePost({
      title: `Note ${i} from the harbour`,
      body: '',
      text: '',
      words: 0,
      summary: 's'.repeat(90),
    }),
  }))

/** Documents a second that one device pushes, a batch after another. */
async function push(client: Client, batch: number): Promise<number> {
  const all = rows()
  const begin = performance.now()
  for (let at = 0; at < all.length; at += batch) {
    const { conflicts, refused } = await client.push('posts', all.slice(at, at + batch))
    if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify(refused[0] ?? conflicts[0]))
  }
  return (documents / (performance.now() - begin)) * 1000
}

/** Documents a second that one device pulls, a page after another. */
async function pull(client: Client, batch: number): Promise<number> {
  let count = 0
  const begin = performance.now()
  for (let at = { lwt: 0, id: '' }; ; ) {
    const answer = await client.request(
      `/sync/posts/0/pull?lwt=${at.lwt}&id=${encodeURIComponent(at.id)}&limit=${batch}`,
    )
    const page = (await answer.json()) as { documents: unknown[]; checkpoint: typeof at }
    count += page.documents.length
    at = page.checkpoint
    if (page.documents.length < batch) break
  }
  if (count !== documents) throw new Error(`pulled ${count} of ${documents}`)
  return (count / (performance.now() - begin)) * 1000
}

/** How fast one device pushes and pulls through the whole server: signed in, checked, on disk. */
export async function run(): Promise<Figure[]> {
  const folder = temporaryFolder('bench-sync')
  const port = await freePort()
  const server = await startServer({
    dataDir: join(folder, 'data'),
    port,
    env: { GROVER_REQUESTS_PER_MINUTE: '1000000' },
  })
  const found: Record<string, number[]> = { push100: [], pull100: [], push1000: [], pull1000: [] }
  try {
    for (let i = 0; i < runs; i++)
      for (const batch of [100, 1000]) {
        const client = await signIn(server.lines.server!, `sync-${i}-${batch}`)
        found[`push${batch}`]!.push(await push(client, batch))
        found[`pull${batch}`]!.push(await pull(client, batch))
      }
  } finally {
    await server.kill()
    removeFolder(folder)
  }
  const of = (name: string) => median(found[name]!)
  return [
    atLeast(`pull, batch 100, ${documents} documents (median of ${runs})`, of('pull100'), 'docs/s', 20_000),
    atLeast(`push, batch 100, ${documents} documents (median of ${runs})`, of('push100'), 'docs/s', 7000),
    atLeast(`pull, batch 1,000, ${documents} documents (median of ${runs})`, of('pull1000'), 'docs/s', 20_000),
    atLeast(`push, batch 1,000, ${documents} documents (median of ${runs})`, of('push1000'), 'docs/s', 7000),
  ]
}
