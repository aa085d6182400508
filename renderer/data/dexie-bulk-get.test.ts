import { expect, test } from 'vitest'
import { bulkGet, type Table } from './dexie-bulk-get.ts'

/** A table of documents by id, that counts the messages which a browser's storage would get. */
function tableOf(ids: readonly string[]) {
  const documents = new Map([...ids].sort().map((id) => [id, { id, body: `of ${id}` }]))
  const sent = { one: 0, range: 0 }
  const table: Table = {
    schema: { primKey: { keyPath: 'id' } },
    bulkGet: async (wanted) => {
      sent.one += wanted.length
      return wanted.map((id) => documents.get(id))
    },
    where: () => ({
      between: (from, to) => ({
        limit(count) {
          const within = [...documents.keys()].filter((id) => id >= from && id <= to).slice(0, count)
          return {
            async primaryKeys() {
              sent.range++
              return within
            },
            async toArray() {
              sent.range++
              return within.map((id) => documents.get(id))
            },
          }
        },
      }),
    }),
  }
  return { get: bulkGet(table), sent }
}
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `id-${String(from + i).padStart(5, '0')}`)
const of = (id: string) => ({ id, body: `of ${id}` })

test('ids that are all new cost one message', async () => {
  const { get, sent } = tableOf(numbered(0, 400))
  expect(await get(numbered(400, 900))).toEqual(Array(500).fill(undefined))
  expect(sent).toEqual({ one: 0, range: 1 })
})

test('ids that lie together cost two, and come in the order asked for', async () => {
  const { get, sent } = tableOf(numbered(0, 1000))
  const wanted = numbered(200, 700).reverse()
  expect(await get(wanted)).toEqual(wanted.map(of))
  expect(sent).toEqual({ one: 0, range: 2 })
})

test('of the ids between, those that were not asked for are left out, and what is missing stays missing', async () => {
  const { get } = tableOf(numbered(0, 100).filter((_, i) => i % 3 !== 0))
  const wanted = numbered(0, 100).filter((_, i) => i % 4 !== 0)
  const found = await get(wanted)
  expect(found).toEqual(wanted.map((id) => (Number(id.slice(3)) % 3 === 0 ? undefined : of(id))))
})

test('a few that are there among many new ones are read by themselves', async () => {
  const { get, sent } = tableOf([...numbered(10, 12), ...numbered(40, 90).map((id) => `${id}-other`)])
  const wanted = numbered(0, 100)
  expect((await get(wanted)).filter(Boolean)).toEqual(numbered(10, 12).map(of))
  expect(sent).toEqual({ one: 2, range: 1 })
})

test('ids far apart, and a few, are asked for one by one', async () => {
  const { get, sent } = tableOf(numbered(0, 5000))
  const apart = numbered(0, 5000).filter((_, i) => i % 100 === 0)
  expect(await get(apart)).toEqual(apart.map(of))
  expect(sent.one).toBe(50)
  expect(await get(['id-00001', 'nobody'])).toEqual([of('id-00001'), undefined])
  expect(sent.one).toBe(52)
})
