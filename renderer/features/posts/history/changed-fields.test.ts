import { expect, test } from 'vitest'
import { changedFields } from './changed-fields.ts'

const fields = {
  title: 'Low tide',
  summary: '',
  slug: '',
  tags: ['sea'],
  visibility: 'public' as const,
  cover: '',
}
const say = (name: string, value: string) => (name === 'visibility' ? value.toUpperCase() : value)

test('says only what is different, a title by its words and a choice as a whole', () => {
  const after = { ...fields, title: 'High tide', tags: ['sea', 'salt'], visibility: 'members' as const }
  expect(changedFields(fields, after, say)).toEqual([
    {
      name: 'title',
      pieces: [
        { kind: 'removed', text: 'Low' },
        { kind: 'added', text: 'High' },
        { kind: 'same', text: ' tide' },
      ],
    },
    {
      name: 'tags',
      pieces: [
        { kind: 'removed', text: 'sea' },
        { kind: 'added', text: 'sea, salt' },
      ],
    },
    {
      name: 'visibility',
      pieces: [
        { kind: 'removed', text: 'PUBLIC' },
        { kind: 'added', text: 'MEMBERS' },
      ],
    },
  ])
})

test('says nothing where nothing has changed, and only one side where the other is empty', () => {
  expect(changedFields(fields, { ...fields, tags: ['sea'] }, say)).toEqual([])
  expect(changedFields(fields, { ...fields, summary: 'In short' }, say)[0]?.pieces).toEqual([
    { kind: 'added', text: 'In short' },
  ])
})
