import { randomBytes } from 'node:crypto'
import type { RxStorage } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { wire } from '../../../server/sync/testing/wire.ts'
import { createSealing } from '../sealing/index.ts'
import type { OpenedStudio } from '../studio.ts'
import { inSync, network, openDevice, statusWhere, until } from '../testing/devices.ts'

let server: TestServer
const opened: OpenedStudio[] = []
beforeEach(async () => {
  server = await startTestServer()
  await server.addWorkspace('w')
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((studio) => studio.close()))
  await server.close()
})

/** The Web Locks that windows of one browser share, as far as they are used. */
function sharedLocks() {
  const tails = new Map<string, Promise<unknown>>()
  /** Of the lock that decides who syncs. */
  const holders: string[] = []
  const forWindow = (name: string) => ({
    request: (lock: string, options: { signal: AbortSignal }, work: () => Promise<void>) => {
      const turn = (tails.get(lock) ?? Promise.resolve()).then(async () => {
        if (options.signal.aborted) return
        if (!lock.endsWith('-media')) holders.push(name)
        await work()
      })
      tails.set(
        lock,
        turn.catch(() => {}),
      )
      return turn
    },
  })
  return { holders, forWindow: forWindow as unknown as (name: string) => Pick<LockManager, 'request'> }
}

/** Two windows of one browser: one database, one set of locks. */
async function twoWindows(around: Partial<Parameters<typeof openDevice>[0]> = {}) {
  const storage = getRxStorageMemory() as unknown as RxStorage<unknown, unknown>
  const locks = sharedLocks()
  const token = server.signIn('w')
  const open = async (name: string) => {
    // RxDB lets one process open a database once, by the storage's name; two windows are two processes.
    const own = Object.assign(Object.create(storage), { name }) as RxStorage<unknown, unknown>
    const made = await openDevice({
      url: server.url,
      token,
      storage: own,
      databaseName: `windows-${process.pid}-${token}`,
      multiInstance: true,
      locks: locks.forWindow(name),
      ...around,
    })
    opened.push(made.studio)
    return made
  }
  return { locks, first: await open('first'), second: await open('second') }
}

test('one window syncs for both, both know how it stands, and either may write', async () => {
  const { locks, first, second } = await twoWindows()
  await Promise.all([inSync(first.studio), inSync(second.studio)])
  expect(locks.holders).toEqual(['first'])
  const id = await second.studio.posts.create({ title: 'From the second window' })
  expect(second.studio.sync.copies.of(id).version).toBe('none')
  await until(async () => {
    const { body } = await wire(server.url, server.signIn('w')).pull('posts', 'lwt=0&id=&limit=10')
    return (body as { documents: { id: string }[] }).documents.some((each) => each.id === id)
  }, 'the post on the server')
  await until(() => first.studio.index.rows$.value.some((row) => row.id === id), 'the row in the other window')
  await Promise.all([inSync(first.studio), inSync(second.studio)])
  for (const { studio } of [first, second]) studio.sync.copies.watch(id, () => {})
  for (const { studio } of [first, second]) await until(() => studio.sync.copies.of(id).version === 'same')
})

test('when the leading window closes the other takes over what waits', async () => {
  const net = network()
  const { locks, first, second } = await twoWindows({ fetch: net.fetch })
  await Promise.all([inSync(first.studio), inSync(second.studio)])
  net.cut()
  const id = await first.studio.posts.create({ title: 'Waiting' })
  second.studio.sync.copies.watch(id, () => {})
  await Promise.all([first, second].map(({ studio }) => statusWhere(studio, (s) => s.waiting === 1)))
  await first.studio.close()
  opened.shift()
  await until(() => locks.holders.includes('second'))
  await statusWhere(second.studio, (s) => s.phase === 'offline' && s.waiting === 1)
  await until(() => second.studio.sync.copies.of(id).version === 'none')
  net.mend()
  second.studio.sync.nudge()
  await inSync(second.studio)
  await until(() => second.studio.sync.copies.of(id).version === 'same')
})

test('the other window’s nudge and new session reach the one that syncs', async () => {
  const { first, second } = await twoWindows()
  await inSync(second.studio)
  for (const token of [...server.sessions.keys()]) server.revoke(token)
  await statusWhere(second.studio, (s) => s.phase === 'signed-out')
  second.studio.sync.signIn(server.signIn('w'))
  await Promise.all([inSync(first.studio), inSync(second.studio)])
})

test('windows of an encrypted studio see each other’s work, and what the server says of it', async () => {
  const sealing = await createSealing(randomBytes(32).toString('base64'))
  const { first, second } = await twoWindows({ sealing })
  await Promise.all([inSync(first.studio), inSync(second.studio)])
  const id = await second.studio.posts.create({ title: 'From the second window' })
  await until(() => first.studio.index.rows$.value.some((row) => row.title === 'From the second window'))
  await first.studio.posts.patch(id, { title: 'Put right by the first' })
  await until(() => second.studio.index.rows$.value.some((row) => row.title === 'Put right by the first'))
  await Promise.all([inSync(first.studio), inSync(second.studio)])
  expect([...first.errors, ...second.errors]).toEqual([])
})
