import { join } from 'node:path'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { planAt, samplePost, signIn } from '../client.ts'
import { freePort } from '../processes.ts'
import { makePlace, type Place, until } from './place.ts'

let place: Place
afterEach(async () => place.remove())

test('two servers started at once on an empty database publish everything once, though one is killed', {
  timeout: 180_000,
}, async () => {
  place = await makePlace('GROVER_DATABASE_URL')
  const port = await freePort()
  const [first] = await Promise.all([place.start(), place.start({}, { port, dataDir: join(place.dataDir, 'second') })])
  const url = `http://127.0.0.1:${port}`
  for (const server of [place.url, url]) expect((await fetch(`${server}/ready`)).status).toBe(200)

  // Thirty of each creator, one pushed here and the other there.
  const at = new Date(Date.now() + 4000)
  const creators = await Promise.all([signIn(place.url, 'bea'), signIn(url, 'cleo')])
  const posts = creators.map(() =>
    Array.from({ length: 30 }, (_, i) => samplePost({ title: `Post ${i}`, plan: planAt(at) })),
  )
  await Promise.all(
    creators.map(async (creator, n) => {
      const answer = await creator.push(
        'posts',
        posts[n]!.map((newDocumentState) => ({ newDocumentState })),
      )
      expect(answer).toMatchObject({ conflicts: [], refused: [] })
    }),
  )
  await until('the time comes', async () => (Date.now() >= at.getTime() - 100 ? true : undefined))
  await first.kill('SIGKILL')

  for (const [n, creator] of creators.entries()) {
    const survivor = { ...creator, url }
    const ids = new Set(posts[n]!.map(({ id }) => id))
    await until(
      'all posts are public',
      async () => {
        const answer = await fetch(`${survivor.url}/sync/outcomes/0/pull?lwt=0&id=&limit=1000`, {
          headers: { authorization: `Bearer ${survivor.token}` },
        })
        const { documents } = (await answer.json()) as { documents: { id: string; state: string }[] }
        const published = documents.filter((one) => ids.has(one.id) && one.state === 'published')
        return published.length === ids.size ? true : undefined
      },
      90_000,
    )
    const feed = (await (await fetch(`${url}/@${creator.handle}/feed.json`)).json()) as { items: { id: string }[] }
    expect(new Set(feed.items.map(({ id }) => id)).size).toBe(feed.items.length)
    expect(feed.items.length).toBeGreaterThan(0)
  }

  // The log is written in the transaction that makes a post public: each of them stands there once.
  const database = new pg.Client({ connectionString: place.databaseUrl })
  await database.connect()
  const { rows } = await database.query(`
    select count(*)::int as times, count(distinct post_id)::int as posts from publication_log where action = 'publish'`)
  await database.end()
  expect(rows).toEqual([{ times: 60, posts: 60 }])
})
