import { expect, test } from 'vitest'
import { notStored } from './not-stored.ts'

type Db = Parameters<typeof notStored>[0]

test('names each picture once that has no outcome «stored», those of the profile too', async () => {
  const states = new Map([['stored', { state: 'stored' }]])
  const db = {
    media: { find: () => ({ exec: async () => [{ id: 'stored' }, { id: 'lost' }] }) },
    outcomes: {
      findByIds: (ids: string[]) => ({ exec: async () => new Map([...states].filter(([id]) => ids.includes(id))) }),
    },
  } as unknown as Db
  expect(await notStored(db, { avatar: 'face', cover: '' })).toEqual(['lost', 'face'])
  expect(await notStored(db, { avatar: 'lost', cover: 'stored' })).toEqual(['lost'])
})
