import { type Client, samplePost } from '../e2e/client.ts'
import { createLink } from '../renderer/data/sync/link.ts'
import { type Checkpoint, createWire } from '../renderer/data/sync/wire.ts'
import { type Post, posts } from '../shared/collections/posts.ts'

/** Smaller sizes, for work on the benchmarks themselves. */
export const documents = Number(process.env.BENCH_DOCUMENTS ?? 10_000)
export const runs = Number(process.env.BENCH_RUNS ?? 5)

/** A post of about 505 bytes of JSON. */
export const note = (i: number): Post =>
  samplePost({ title: `Note ${i} from the harbour`, body: '', text: '', words: 0, summary: 's'.repeat(90) })

/** So many batches RxDB has under way when it sends what has piled up (replication-protocol/upstream.ts). */
const batchesAtOnce = 3

/** A device that speaks through the studio's own link and wire, and keeps what it gets in memory. */
export function createDevice({ url, token }: Pick<Client, 'url' | 'token'>) {
  const link = createLink({ serverUrl: url, token })
  const wire = createWire<Post>(link, posts)

  async function pushBatch(batch: readonly Post[]): Promise<void> {
    const rows = batch.map((post) => ({ newDocumentState: { ...post, _deleted: false } }))
    const { conflicts, refused } = await wire.push(link.connection(), rows)
    if (conflicts.length + refused.length > 0) throw new Error(JSON.stringify(refused[0] ?? conflicts[0]))
  }

  const open = () => wire.pull(undefined, 1)

  return {
    /** Makes sure that the server is there, as a push asks for. */
    open,
    send: pushBatch,
    /** Pushes everything; resolves with documents a second. */
    async push(all: readonly Post[], batch: number): Promise<number> {
      await open()
      const begin = performance.now()
      let at = 0
      const lane = async () => {
        while (at < all.length) {
          const next = at
          at += batch
          await pushBatch(all.slice(next, next + batch))
        }
      }
      await Promise.all(Array.from({ length: batchesAtOnce }, lane))
      return (all.length / (performance.now() - begin)) * 1000
    },
    /** Pulls everything, a page after another; resolves with documents a second. */
    async pull(expected: number, batch: number): Promise<number> {
      const found = new Map<string, Post>()
      const begin = performance.now()
      for (let at: Checkpoint | undefined; ; ) {
        const page = await wire.pull(at, batch)
        for (const document of page.documents) found.set(document.id, document)
        at = page.checkpoint
        if (page.documents.length < batch) break
      }
      const took = performance.now() - begin
      if (found.size !== expected) throw new Error(`pulled ${found.size} of ${expected}`)
      return (expected / took) * 1000
    },
    close: () => link.close(),
  }
}
