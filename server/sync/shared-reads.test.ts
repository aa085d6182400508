import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createChanges } from './changes.ts'
import { createSharedReads } from './shared-reads.ts'

function setUp() {
  const changes = createChanges(pino({ level: 'silent' }))
  const shared = createSharedReads(changes)
  const open: ((value: string) => void)[] = []
  const read = (workspaceId = 'ws', key = 'posts/0/100') =>
    shared(workspaceId, key, () => new Promise<string>((resolve) => open.push(resolve)))
  return { changes, read, open }
}

test('who asks the same while it is being read gets the same answer; afterwards it is read anew', async () => {
  const { read, open } = setUp()
  const both = Promise.all([read(), read()])
  expect(open).toHaveLength(1)
  open[0]!('first')
  expect(await both).toEqual(['first', 'first'])
  const later = read()
  open[1]!('second')
  expect(await later).toBe('second')
})

test('other workspaces and other questions are read by themselves', () => {
  const { read, open } = setUp()
  void read()
  void read('other')
  void read('ws', 'posts/7/100')
  expect(open).toHaveLength(3)
})

test('who was poked is never answered by a look from before the change', async () => {
  const { changes, read, open } = setUp()
  const before = read()
  changes.announce('ws', ['posts'])
  const poked = read()
  const pokedToo = read()
  expect(open).toHaveLength(2)
  open[0]!('without it')
  expect(await before).toBe('without it')
  // The end of the older look leaves the newer one to be shared.
  const last = read()
  expect(open).toHaveLength(2)
  open[1]!('with it')
  expect(await Promise.all([poked, pokedToo, last])).toEqual(['with it', 'with it', 'with it'])
})

test('a look that fails fails for all who share it, and is not remembered', async () => {
  const changes = createChanges(pino({ level: 'silent' }))
  const shared = createSharedReads(changes)
  const failing = () => shared('ws', 'key', () => Promise.reject(new Error('the database is away')))
  await expect(Promise.allSettled([failing(), failing()])).resolves.toMatchObject([
    { status: 'rejected' },
    { status: 'rejected' },
  ])
  expect(await shared('ws', 'key', async () => 'back')).toBe('back')
})
