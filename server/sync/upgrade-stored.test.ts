import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Collection } from '../../shared/collections/collection.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, wire } from './testing/wire.ts'

const fields = { id: Type.String({ maxLength: 40 }), name: Type.String() }
const before: Collection = {
  name: 'notes',
  version: 0,
  owner: 'device',
  schema: Type.Object(fields, { additionalProperties: false }),
  indexes: [],
  migrations: {},
}
const after: Collection = {
  ...before,
  version: 1,
  schema: Type.Object({ ...fields, length: Type.Integer() }, { additionalProperties: false }),
  migrations: { 1: (old) => ({ ...old, length: String(old.name).length }) },
}

let server: TestServer
let current = before
beforeAll(async () => {
  server = await startTestServer({ collections: () => ({ notes: current }) })
  await server.addWorkspace('w')
})
afterAll(() => server.close())

type Note = { id: string; name: string; length?: number; _deleted: boolean }
type Page = { documents: Note[]; checkpoint: { id: string; lwt: number } }

test('a collection is brought to a new version in the background: pulled and pushed rightly all the while, in its old order', async () => {
  const { call } = wire(server.url, server.signIn('w'))
  const pull = async (version: number, lwt = 0) =>
    (await call(`/sync/notes/${version}/pull?lwt=${lwt}&id=${lwt ? 'epoch-w' : ''}&limit=1000`)).body as Page
  const push = (version: number, rows: unknown[]) =>
    call(`/sync/notes/${version}/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rows),
    })
  const notes = Array.from({ length: 450 }, (_, i) => ({ id: `n${i}`, name: 'x'.repeat(i % 7) }))
  await push(
    0,
    notes.map((note) => row(note)),
  )
  await push(0, [row({ ...notes[449], _deleted: true }, notes[449])])
  const old = await pull(0)

  current = after
  await server.down()
  await server.up()
  // The first request finds out that the old connection is gone.
  await fetch(server.url).catch(() => {})
  const upgraded = (note: (typeof notes)[0]) => ({ ...note, length: note.name.length })
  const expected = [
    ...notes.slice(0, 449).map((note) => ({ ...upgraded(note), _deleted: false })),
    { ...upgraded(notes[449]!), _deleted: true },
  ]
  // Before any was rewritten.
  expect((await pull(1)).documents).toEqual(expected)
  for (const path of ['pull?lwt=0&id=&limit=1', 'pullStream'])
    expect(await call(`/sync/notes/0/${path}`)).toMatchObject({
      status: 426,
      body: { code: 'schema_outdated', error: true },
    })
  expect(await push(0, [])).toMatchObject({ status: 426, body: { code: 'schema_outdated', error: true } })
  const next = { ...upgraded(notes[3]!), name: 'renamed' }
  expect((await push(1, [row(next, upgraded(notes[3]!))])).body).toEqual([])
  expect((await push(1, [row({ ...next, name: 'stale' }, upgraded(notes[3]!))])).body).toEqual([
    { ...next, _deleted: false },
  ])

  // While it is at work: readers and writers at once.
  const working = server.sync.upgradeAll()
  let pulls = 0
  let done = false
  const reading = (async () => {
    while (!done || pulls < 3) {
      for (const note of (await pull(1)).documents) expect(note.length).toBeTypeOf('number')
      pulls++
    }
  })()
  const second = { ...upgraded(notes[200]!), name: 'renamed too' }
  expect((await push(1, [row(second, upgraded(notes[200]!))])).body).toEqual([])
  await working
  done = true
  await reading

  const versions = await server.db.selectFrom('documents').select('schema_version').distinct().execute()
  expect(versions).toEqual([{ schema_version: 1 }])
  const { documents } = await pull(1)
  expect(documents.filter(({ name }) => !name.startsWith('renamed')).map(({ id }) => id)).toEqual(
    old.documents.filter(({ id }) => id !== 'n3' && id !== 'n200').map(({ id }) => id),
  )
  // Who had them all before has only the two edits to fetch.
  expect((await pull(1, old.checkpoint.lwt)).documents.map(({ name }) => name)).toEqual(['renamed', 'renamed too'])
})
