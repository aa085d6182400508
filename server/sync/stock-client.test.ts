import { createRxDatabase } from 'rxdb'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { expect, test } from 'vitest'
import { startTestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

const dayMs = 86_400_000
type Doc = { id: string; title: string; _deleted: boolean }

test('a stock client that was away for too long hears it by name, and starting over it has what the server has', async () => {
  let now = Date.now()
  const server = await startTestServer({ now: () => now })
  await server.addWorkspace('w')
  const client = wire(server.url, server.signIn('w'))
  const db = await createRxDatabase({
    name: `stock-${process.pid}`,
    storage: getRxStorageMemory(),
    multiInstance: false,
  })
  const ok = ({ status, body }: { status: number; body: unknown }) => {
    if (status !== 200) throw Object.assign(new Error('refused'), { body })
    return body
  }
  async function open() {
    const schema = {
      version: 0,
      primaryKey: 'id',
      type: 'object',
      properties: { id: { type: 'string', maxLength: 40 }, title: { type: 'string' } },
      required: ['id', 'title'],
    } as const
    const { posts } = await db.addCollections({ posts: { schema } })
    const replication = replicateRxCollection<Doc, { id: string; lwt: number }>({
      replicationIdentifier: 'stock',
      collection: posts as never,
      live: true,
      retryTime: 50,
      pull: {
        handler: async (at, limit) =>
          ok(
            await client.pull('posts', `lwt=${at?.lwt ?? 0}&id=${encodeURIComponent(at?.id ?? '')}&limit=${limit}`),
          ) as never,
      },
      push: { handler: async (rows) => ok(await client.push('posts', rows)) as never },
    })
    return { posts: posts!, replication }
  }
  const [stays, goes, edited] = ['stays', 'goes', 'edited'].map((title) => samplePost({ title })) as [
    ReturnType<typeof samplePost>,
    ReturnType<typeof samplePost>,
    ReturnType<typeof samplePost>,
  ]
  await client.push('posts', [row(stays), row(goes), row(edited)])
  const before = await open()
  await before.replication.awaitInSync()
  expect(await before.posts.count().exec()).toBe(3)
  await before.replication.pause()

  await client.push('posts', [row({ ...goes, _deleted: true }, goes), row({ ...edited, _deleted: true }, edited)])
  now += 100 * dayMs
  await server.sync.sweep()
  now += 3_600_000
  await server.sync.sweep()
  await (await before.posts.findOne(edited.id).exec())!.patch({ title: 'edited while away' })

  const told = new Promise<string>((resolve) =>
    before.replication.error$.subscribe((error) => {
      if (JSON.stringify(error.parameters).includes('pull')) resolve(error.code)
    }),
  )
  await before.replication.start()
  before.replication.reSync()
  expect(await told).toBe('RC_PULL')
  // What waits goes out all the same.
  const titles = async () =>
    ((await client.pull('posts', 'lwt=0&id=&limit=100')).body as { documents: Doc[] }).documents.map(
      ({ title }) => title,
    )
  await expect.poll(titles, { timeout: 20_000 }).toEqual(['stays', 'edited while away'])

  await before.replication.remove()
  await before.posts.remove()
  const after = await open()
  await after.replication.awaitInSync()
  const shown = (await after.posts.find().exec()).map((doc) => doc.get('title') as string)
  expect(shown.sort()).toEqual(['edited while away', 'stays'])
  await db.close()
  await server.close()
})
