import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbedded } from '../../server/database/embedded.ts'
import { emptyDatabase } from '../../server/testing/database.ts'
import type { Post } from '../../shared/collections/posts.ts'
import { type Client, planAt, samplePost, signIn } from '../client.ts'
import { type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { runBackup } from './backup-command.ts'
import { kinds, makePlace, type Place, whenStatus } from './place.ts'

type Manifest = { migrations: string[]; tables: { name: string; rows: number }[]; files: { path: string }[] }
const readManifest = (folder: string) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest
const now = (): Post['plan'] => ({ ...planAt(new Date()), mode: 'now', local: '', zone: '' })

/** What every table holds, in an order of its own; the epochs, which a restore makes anew, left out. */
async function contents(connection: pg.ClientConfig, tables: readonly string[]) {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query('set timezone to utc')
  const found: Record<string, unknown> = {}
  for (const table of tables) {
    const { rows } = await client.query(
      `select count(*)::int as rows, md5(string_agg(line, e'\\n' order by line)) as sum
       from (select (to_jsonb(t) - 'epoch')::text as line from ${table} t) lines`,
    )
    found[table] = rows[0]
  }
  const { rows: epochs } = await client.query<{ epoch: string }>('select distinct epoch from workspaces')
  const { rows: sequences } = await client.query(
    `select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1`,
  )
  await client.end()
  return { found, sequences, epochs: epochs.map(({ epoch }) => epoch) }
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(folder, name)).isFile() && /[0-9a-f]{64}$/.test(name))
        .sort()
    : []

describe.each(kinds)('a backup of a server on %s', { timeout: 240_000 }, (kind) => {
  const folder = temporaryFolder('backup')
  const isOwn = kind === 'its own PostgreSQL'
  const live = join(folder, 'live')
  const still = join(folder, 'still')
  let place: Place
  let server: Running
  let ada: Client
  const published = samplePost({ title: 'Tides', slug: 'tides', plan: now() })
  const planned = samplePost({ title: 'Moons', slug: 'moons' })
  const databases: Awaited<ReturnType<typeof emptyDatabase>>[] = []
  const restored: Running[] = []
  const env = (url?: string): NodeJS.ProcessEnv =>
    isOwn ? {} : { GROVER_DATABASE_URL: url ?? place.databaseUrl, GROVER_SECRET: 's'.repeat(40) }
  /** A place to restore to: a folder, and an empty database where the server has none of its own. */
  async function target(name: string) {
    if (!isOwn) databases.push(await emptyDatabase())
    return { dataDir: join(folder, name), env: env(databases.at(-1)?.url) }
  }

  beforeAll(async () => {
    place = await makePlace(kind)
    server = await place.start({ GROVER_DEMO: 'true' })
    ada = await signIn(place.url, 'ada')
    const rows = [published, planned].map((newDocumentState) => ({ newDocumentState }))
    expect(await ada.push('posts', rows)).toMatchObject({ conflicts: [], refused: [] })
    await whenStatus(`${place.url}/@ada/tides`, 200)
  }, 240_000)
  afterAll(async () => {
    await Promise.all(restored.map((each) => each.kill()))
    await place.remove()
    for (const database of databases) await database.drop()
    removeFolder(folder)
  })

  test('is made while the server is at work, of one instant, and becomes a server that goes on', async () => {
    const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 25_000)
    const withPlan = { ...planned, plan: planAt(at), updatedAt: new Date().toISOString() }
    await ada.push('posts', [{ newDocumentState: withPlan, assumedMasterState: { ...planned, _deleted: false } }])
    let writing = true
    // Two documents a push: one transaction, so a backup has both or none.
    const writer = (async () => {
      for (let n = 0; writing; n++) {
        const pair = [0, 1].map((i) => ({ newDocumentState: samplePost({ title: `pair ${n}.${i}` }) }))
        await ada.push('posts', pair)
      }
    })()
    const backup = await runBackup('backup', ['--data', place.dataDir, '--to', live], env())
    writing = false
    await writer
    expect(backup).toMatchObject({ code: 0, output: expect.stringContaining(`backup  ${live}`) })

    const to = await target('from-live')
    expect(await runBackup('restore', ['--from', live, '--data', to.dataDir], to.env)).toMatchObject({ code: 0 })
    // The first server must not be the one that publishes.
    await server.kill()
    const again = await startServer({ dataDir: to.dataDir, port: place.port, env: to.env })
    restored.push(again)
    const posts = await ada.pull<Post>('posts')
    const pairs = posts.map(({ title }) => /^pair (\d+)\./.exec(title)?.[1]).filter((n) => n !== undefined)
    for (const n of new Set(pairs)) expect(pairs.filter((other) => other === n)).toHaveLength(2)
    await whenStatus(`${place.url}/@ada/moons`, 200)
    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime())
    const feed = (await (await fetch(`${place.url}/@ada/feed.json`)).json()) as { items: { title: string }[] }
    expect(feed.items.map(({ title }) => title).sort()).toEqual(['Moons', 'Tides'])
    const { publications } = await ada.json<{
      publications: { postId: string; revision: number; publishedAt: string }[]
    }>('/api/publications?state=published')
    for (const { id } of [published, planned])
      expect(publications.filter(({ postId }) => postId === id)).toMatchObject([{ revision: 1 }])
    const moons = publications.find(({ postId }) => postId === planned.id)!
    // By its job, not by the sweep that comes seconds later.
    expect(Date.parse(moons.publishedAt) - at.getTime()).toBeLessThan(1000)
    await again.kill()
  })

  test('has every row and picture as it was, and each workspace a new epoch', async () => {
    const backup = await runBackup('backup', ['--data', place.dataDir, '--to', still], env())
    expect(backup.code, backup.output).toBe(0)
    const to = await target('from-still')
    const restore = await runBackup('restore', ['--from', still, '--data', to.dataDir], to.env)
    expect(restore.code, restore.output).toBe(0)

    const tables = readManifest(still).tables.map(({ name }) => name)
    expect(tables).toEqual(
      expect.arrayContaining(['workspaces', 'users', 'sessions', 'documents', 'publications', 'blobs']),
    )
    const read = async (dataDir: string, url: string | undefined) => {
      if (!isOwn) return await contents({ connectionString: url }, tables)
      const postgres = await startEmbedded({ dataDir })
      return await contents(postgres.connection as pg.ClientConfig, tables).finally(postgres.stop)
    }
    const before = await read(place.dataDir, place.databaseUrl)
    const after = await read(to.dataDir, databases.at(-1)?.url)
    expect(after.found).toEqual(before.found)
    expect(after.sequences).toEqual(before.sequences)
    expect(after.epochs).toHaveLength(1)
    expect(before.epochs).not.toContain(after.epochs[0])
    const originals = filesIn(join(place.dataDir, 'blobs'))
    expect(originals.length).toBeGreaterThan(0)
    for (const name of filesIn(join(to.dataDir, 'blobs'))) {
      const [one, other] = [place.dataDir, to.dataDir].map((dir) => readFileSync(join(dir, 'blobs', name)))
      expect(other!.equals(one!), name).toBe(true)
    }
    expect(filesIn(join(to.dataDir, 'blobs'))).toEqual(originals)
    if (isOwn) {
      const secrets = [place.dataDir, to.dataDir].map((dir) => readFileSync(join(dir, 'secret'), 'utf8'))
      expect(secrets[1]).toBe(secrets[0])
      expect(statSync(join(to.dataDir, 'secret')).mode & 0o777).toBe(0o600)
    }
  })

  test('two restores into one folder: one of them fills it, the other takes nothing of it away', async () => {
    const to = await target('twice')
    const both = await Promise.all(
      [0, 1].map(() => runBackup('restore', ['--from', still, '--data', to.dataDir], to.env)),
    )
    const [done, refused] = both.toSorted((a, b) => a.code! - b.code!)
    expect(done).toMatchObject({ code: 0 })
    expect(refused).toEqual({ code: 1, output: expect.stringMatching(/at work|not empty/) })
    expect(filesIn(join(to.dataDir, 'blobs'))).toEqual(filesIn(join(place.dataDir, 'blobs')))
    expect(existsSync(join(to.dataDir, 'secret'))).toBe(isOwn)
  })

  test('is refused by name where it would do harm, and leaves nothing behind', async () => {
    const occupied = join(folder, 'occupied')
    mkdirSync(occupied)
    writeFileSync(join(occupied, 'letter.txt'), 'mine')
    expect(await runBackup('restore', ['--from', still, '--data', occupied], env())).toEqual({
      code: 1,
      output: expect.stringContaining(`${occupied} is not empty`),
    })
    expect(readdirSync(occupied)).toEqual(['letter.txt'])
    expect((await runBackup('backup', ['--data', place.dataDir, '--to', occupied], env())).output).toContain(
      'is not empty',
    )

    const spoiled = (name: string, spoil: (folder: string) => void) => {
      cpSync(still, join(folder, name), { recursive: true })
      spoil(join(folder, name))
      return join(folder, name)
    }
    const changed = spoiled('changed', (dir) => appendFileSync(join(dir, 'tables/documents.copy'), 'x'))
    const lacking = spoiled('lacking', (dir) => removeFolder(join(dir, 'blobs')))
    const newer = spoiled('newer', (dir) => {
      const manifest = { ...readManifest(dir), migrations: [...readManifest(dir).migrations, '9999-later'] }
      writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
    })
    const to = join(folder, 'nowhere')
    for (const [from, sentence] of [
      [changed, 'tables/documents.copy is not as it was written'],
      [lacking, 'is missing'],
      [newer, 'made by a newer Grover (it has 9999-later)'],
      [join(folder, 'never'), 'is not a backup'],
    ] as const) {
      expect(await runBackup('restore', ['--from', from, '--data', to], env())).toEqual({
        code: 1,
        output: expect.stringContaining(sentence),
      })
      expect(existsSync(to)).toBe(false)
    }
    if (!isOwn) {
      const taken = await runBackup('restore', ['--from', still, '--data', to], env())
      expect(taken).toEqual({ code: 1, output: expect.stringContaining('is not empty') })
      expect(readdirSync(to)).toEqual([])
    }
    expect((await runBackup('backup', ['--data', join(folder, 'no-such'), '--to', to], {})).output).toContain(
      'no database',
    )
  })

  test('a folder whose restore was cut off is not served', async () => {
    const cut = join(folder, 'cut')
    mkdirSync(cut)
    writeFileSync(join(cut, 'restore-unfinished'), '')
    await expect(startServer({ dataDir: cut, port: place.port, env: env() })).rejects.toThrow(/was cut off/)
  })
})
