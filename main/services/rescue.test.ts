import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RescuedDocument } from '../../shared/contract/rescue.ts'
import { temporaryFolder } from '../testing/folder.ts'
import { createRescue, safeName } from './rescue.ts'

const of = (id: string, fields: Partial<RescuedDocument> = {}): RescuedDocument => ({
  workspaceId: 'w1',
  collection: 'posts',
  id,
  savedAt: '2026-03-01T10:00:00.000Z',
  document: { id, title: `Title of ${id}` },
  ...fields,
})
const never: Parameters<typeof createRescue>[0]['encryption'] = {
  state: async () => ({ is: 'off', hasPassphrase: false }),
  key: () => Promise.reject(new Error('There is no key.')),
}
const open = (folder: string, mostBytes?: number, log: string[] = []) =>
  createRescue({
    folder,
    encryption: never,
    log: (sentence) => void log.push(sentence),
    ...(mostBytes ? { mostBytes } : {}),
  })
const byId = (documents: RescuedDocument[]) => documents.sort((a, b) => (a.id < b.id ? -1 : 1))

test('what was kept is there for the next process, the newest version of each', async () => {
  const folder = temporaryFolder()
  await open(folder).keep([of('a'), of('b')])
  await open(folder).keep([of('a', { document: { title: 'Newer' } })])
  const found = byId(await open(folder).list({ workspaceId: 'w1' }))
  expect(found).toEqual([of('a', { document: { title: 'Newer' } }), of('b')])
})

test('what the server has may go, and nothing else goes with it', async () => {
  const rescue = open(temporaryFolder())
  await rescue.keep([of('a'), of('A'), of('a', { collection: 'media' }), of('a', { workspaceId: 'w2' })])
  await rescue.release({ workspaceId: 'w1', collection: 'posts', ids: ['a', 'never kept'] })
  expect(byId(await rescue.list({ workspaceId: 'w1' })).map(({ id, collection }) => [id, collection])).toEqual([
    ['A', 'posts'],
    ['a', 'media'],
  ])
  expect(await rescue.list({ workspaceId: 'w2' })).toHaveLength(1)
  expect(await rescue.list({ workspaceId: 'nobody' })).toEqual([])
})

test('hostile ids stay inside the folder and come back as they were', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'rescue'))
  const rescue = open(join(folder, 'rescue'))
  const ids = ['../../outside', '..', '.', '', '/etc/passwd', 'C:\\x', 'CON', 'a\0b', '\u202Eexe', '💥', 'x'.repeat(64)]
  await rescue.keep(ids.map((id) => of(id, { collection: '../posts', workspaceId: '../w' })))
  expect(readdirSync(folder)).toEqual(['rescue'])
  expect((await rescue.list({ workspaceId: '../w' })).map(({ id }) => id).sort()).toEqual([...ids].sort())
})

test('any two ids have two names, on disks that fold case too, and a name is never a path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(safeName(a)).toMatch(/^[0-9A-Za-z_-]{0,40}\.[0-9a-f]{16}$/)
      expect(safeName(a)).not.toContain(sep)
      if (a !== b) expect(safeName(a).toLowerCase()).not.toBe(safeName(b).toLowerCase())
    }),
  )
})

test('a document too large, and a full mirror, are named errors; what was kept stays', async () => {
  const rescue = open(temporaryFolder(), 1500)
  await expect(rescue.keep([of('big', { document: { text: 'x'.repeat(2_100_000) } })])).rejects.toMatchObject({
    code: 'document_too_large',
  })
  await rescue.keep([of('a', { document: { text: 'x'.repeat(1000) } })])
  await expect(rescue.keep([of('b', { document: { text: 'x'.repeat(1000) } })])).rejects.toMatchObject({
    code: 'storage_full',
  })
  // Replacing and releasing give the room back.
  await rescue.keep([of('a', { document: { text: 'y'.repeat(1000) } })])
  await rescue.release({ workspaceId: 'w1', collection: 'posts', ids: ['a'] })
  await rescue.keep([of('b', { document: { text: 'x'.repeat(1000) } })])
  expect((await rescue.list({ workspaceId: 'w1' })).map(({ id }) => id)).toEqual(['b'])
})

test('a file that cannot be read is set aside and told, and the rest is given', async () => {
  const folder = temporaryFolder()
  const log: string[] = []
  const rescue = open(folder, undefined, log)
  await rescue.keep([of('a')])
  const home = join(folder, safeName('w1'), safeName('posts'))
  writeFileSync(join(home, 'broken.json'), '{"half')
  writeFileSync(join(home, 'leftover.json.1234.part'), 'half')
  expect(await rescue.list({ workspaceId: 'w1' })).toEqual([of('a')])
  expect(log).toHaveLength(1)
  expect(readdirSync(home).filter((name) => name.includes('unreadable'))).toHaveLength(1)
  expect(await rescue.list({ workspaceId: 'w1' })).toEqual([of('a')])
})
