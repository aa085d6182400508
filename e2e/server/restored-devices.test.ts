import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { bare } from '../../renderer/data/conflicts.ts'
import type { OpenedStudio } from '../../renderer/data/studio.ts'
import { inSync, network, openDevice, until } from '../../renderer/data/testing/devices.ts'
import { emptyDatabase } from '../../server/testing/database.ts'
import { collectionNames } from '../../shared/collections/index.ts'
import type { Lost } from '../../shared/collections/lost.ts'
import type { Post } from '../../shared/collections/posts.ts'
import type { State } from '../../shared/domain/merge/index.ts'
import { canonicalJson } from '../../shared/domain/merge/json.ts'
import { type Client, signIn } from '../client.ts'
import { type Running, removeFolder, startServer, temporaryFolder } from '../processes.ts'
import { runBackup } from './backup-command.ts'
import { kinds, makePlace } from './place.ts'

type Documents = Record<string, string>

async function onServer(client: Client): Promise<Documents> {
  const found: Documents = {}
  for (const name of collectionNames)
    for (const document of await client.pull<State>(name))
      if (!document._deleted) found[`${name} ${document.id}`] = canonicalJson(bare(document))
  return found
}

async function onDevice(studio: OpenedStudio): Promise<Documents> {
  const found: Documents = {}
  const db = await studio.wholeDb()
  for (const name of collectionNames)
    for (const document of await db.collections[name].find().exec())
      found[`${name} ${document.get('id')}`] = canonicalJson(bare(document.toMutableJSON() as State))
  return found
}

/** In sync, and document by document what the server has. */
async function alike(client: Client, studio: OpenedStudio): Promise<void> {
  await expect
    .poll(
      async () => {
        await inSync(studio)
        const [here, there] = [await onDevice(studio), await onServer(client)]
        return Object.keys({ ...here, ...there }).filter((key) => here[key] !== there[key])
      },
      { timeout: 30_000 },
    )
    .toEqual([])
}

// RxDB's open core takes two studios in one process: of the three devices at most two are open at a time.
describe.each(kinds)('a server on %s comes back as it was yesterday', { timeout: 240_000 }, (kind) => {
  const folder = temporaryFolder('restored')
  const open = new Set<OpenedStudio>()
  const cleanups: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const studio of open) await studio.close()
    for (const cleanup of cleanups.reverse()) await cleanup()
    removeFolder(folder)
  })

  test('each of three devices brings back what it knows, unsent edits too, and all agree', async () => {
    const place = await makePlace(kind)
    cleanups.push(place.remove)
    const before = await place.start()
    const [first, second, third] = [
      await signIn(place.url, 'ada'),
      await signIn(place.url, 'ada', { signUp: false, deviceName: 'phone' }),
      await signIn(place.url, 'ada', { signUp: false, deviceName: 'laptop' }),
    ]
    const device = async ({ token, workspaceId }: Client, fetch?: typeof globalThis.fetch) => {
      const made = await openDevice({ url: place.url, token, workspaceId, ...(fetch ? { fetch } : {}) })
      let studio = made.studio
      open.add(studio)
      return {
        get studio() {
          return studio
        },
        async shut() {
          open.delete(studio)
          await studio.close()
        },
        async reopen() {
          studio = await made.reopen()
          open.add(studio)
          return studio
        },
      }
    }

    const net = network()
    const laptop = await device(third, net.fetch)
    const { posts } = laptop.studio
    const shared = await posts.create({ title: 'Of yesterday', tags: ['yesterday'] })
    const removed = await posts.create({ title: 'Deleted today' })
    await laptop.studio.settings.patch('profile', { bio: 'Of yesterday' })
    await inSync(laptop.studio)
    await laptop.shut()

    const backup = join(folder, 'backup')
    expect(await runBackup('backup', ['--data', place.dataDir, '--to', backup], place.env)).toMatchObject({ code: 0 })

    const [desk, phone] = [await device(first), await device(second)]
    await until(async () => (await phone.studio.db.posts.count().exec()) === 2)
    await until(async () => (await desk.studio.db.posts.count().exec()) === 2)
    await desk.studio.posts.patch(shared, { title: 'Of today' })
    const made = await desk.studio.posts.create({ title: 'Made today' })
    await phone.studio.posts.patch(shared, { summary: 'Of today too' })
    await phone.studio.posts.remove(removed)
    await phone.studio.settings.patch('profile', { bio: 'Of today' })
    await Promise.all([inSync(desk.studio), inSync(phone.studio)])
    await phone.shut()

    await laptop.reopen()
    await until(async () => (await laptop.studio.db.posts.findOne(made).exec())?.title, 'today’s work on the laptop')
    await alike(third, laptop.studio)
    net.cut()
    await laptop.studio.posts.patch(made, { tags: ['unsent'] })
    await laptop.studio.posts.patch(shared, { tags: ['yesterday', 'unsent'] })
    const unsent = await laptop.studio.posts.create({ title: 'Only on the laptop' })
    await laptop.shut()

    await before.kill()
    const database = place.databaseUrl ? await emptyDatabase() : null
    if (database) cleanups.push(database.drop)
    const dataDir = join(folder, 'restored')
    const env = { ...place.env, ...(database ? { GROVER_DATABASE_URL: database.url } : {}) }
    const restore = await runBackup('restore', ['--from', backup, '--data', dataDir], env)
    expect(restore.code, restore.output).toBe(0)
    const after: Running = await startServer({ dataDir, port: place.port, env })
    cleanups.push(() => after.kill())

    // The desk was there all the while; the phone and the laptop are opened in the hours after.
    await until(async () => `posts ${made}` in (await onServer(first)), 'today’s work on the restored server')
    await phone.reopen()
    await Promise.all([alike(first, desk.studio), alike(first, phone.studio)])
    await phone.shut()
    net.mend()
    await laptop.reopen()
    await until(async () => `posts ${unsent}` in (await onServer(first)), 'the laptop’s own work')
    await Promise.all([alike(first, desk.studio), alike(first, laptop.studio)])

    const documents = new Map((await first.pull<Post & { _deleted: boolean }>('posts')).map((each) => [each.id, each]))
    expect(documents.get(shared)).toMatchObject({
      title: 'Of today',
      summary: 'Of today too',
      tags: ['yesterday', 'unsent'],
    })
    expect(documents.get(made)).toMatchObject({ title: 'Made today', tags: ['unsent'] })
    expect(documents.get(unsent)).toMatchObject({ title: 'Only on the laptop' })
    expect(await laptop.studio.settings.get('profile')).toMatchObject({ bio: 'Of today' })
    // The restored server has it, and knows nothing of the deletion: what is there stays, and the wish is told.
    expect(documents.get(removed)).toMatchObject({ title: 'Deleted today', _deleted: false })
    const told = (await first.pull<Lost & { _deleted: boolean }>('lost')).filter((each) => !each._deleted)
    expect(told).toContainEqual(expect.objectContaining({ documentId: removed, field: '_deleted', value: true }))
    // Of what the author wrote today nothing was set aside: it is all in place.
    expect(told.map(({ value }) => value).filter((value) => /today/.test(String(value)))).toEqual([])
    await laptop.shut()
    await phone.reopen()
    await alike(first, phone.studio)
  })
})
