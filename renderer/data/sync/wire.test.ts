import { expect, test } from 'vitest'
import { collections } from '../../../shared/collections/index.ts'
import type { Link } from './link.ts'
import { createWire } from './wire.ts'

/** A server with this many documents that gives at most `most` in one answer. */
function serverOf(count: number, most: number) {
  const limits: number[] = []
  const call = async (path: string) => {
    const query = new URL(path, 'http://x').searchParams
    const [lwt, limit] = [Number(query.get('lwt')), Number(query.get('limit'))]
    limits.push(limit)
    if (limit > most) return { status: 400, body: { code: 'limit_out_of_range', error: true, message: 'Fewer.' } }
    const documents = Array.from({ length: Math.min(limit, count - lwt) }, (_, i) => ({ id: `d${lwt + i + 1}` }))
    return { status: 200, body: { documents, checkpoint: { id: 'e', lwt: lwt + documents.length } } }
  }
  return { limits, wire: createWire<{ id: string }>({ call } as unknown as Link, collections.posts) }
}

test('a page too heavy for one answer is put together from smaller ones, and is still a whole page', async () => {
  const { wire, limits } = serverOf(900, 100)
  const page = await wire.pull(undefined, 500)
  expect(page.documents.map(({ id }) => id)).toEqual(Array.from({ length: 500 }, (_, i) => `d${i + 1}`))
  expect(page.checkpoint).toEqual({ id: 'e', lwt: 500 })
  expect(Math.max(...limits.slice(3))).toBeLessThanOrEqual(100)
  const rest = await wire.pull(page.checkpoint, 500)
  expect([rest.documents.length, rest.checkpoint.lwt]).toEqual([400, 900])
})

test('a light page takes one request', async () => {
  const { wire, limits } = serverOf(10, 5000)
  expect((await wire.pull(undefined, 500)).documents).toHaveLength(10)
  expect(limits).toEqual([500])
})

test('what goes in several requests keeps the number of the answer that took it', async () => {
  let answers = 0
  const callOn = async (_connection: number, _path: string, { body }: { body: string }) =>
    body.length > 3_000_000
      ? { status: 413, body: {} }
      : { status: 200, body: { conflicts: [], refused: [], lwt: ++answers * 100 } }
  const wire = createWire<{ id: string; text: string }>({ callOn } as unknown as Link, collections.posts)
  const row = (id: string, length: number) => ({ newDocumentState: { id, text: 'x'.repeat(length), _deleted: false } })
  const { lwts, refused } = await wire.push(1, [row('a', 2_000_000), row('b', 2_000_000), row('c', 4_000_000)])
  expect([...lwts]).toEqual([
    ['a', 100],
    ['b', 200],
  ])
  expect(refused).toMatchObject([{ id: 'c', code: 'document_too_large' }])
})
