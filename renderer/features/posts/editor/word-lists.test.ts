import { expect, test } from 'vitest'
import { nestItems, wordItem } from './word-lists.ts'

test('a paragraph of a Word list is known by its style and its bullet', () => {
  expect(wordItem('mso-list:l0 level2 lfo1;margin-left:1in', '3.\u00a0\u00a0')).toEqual({
    level: 2,
    ordered: true,
    start: 3,
  })
  expect(wordItem('mso-list:l0 level1 lfo1', '·\u00a0')).toEqual({ level: 1, ordered: false, start: 1 })
  expect(wordItem('mso-list:l0 level1 lfo1', 'o\u00a0')).toMatchObject({ ordered: false })
  expect(wordItem('mso-list:l0 level1 lfo1', 'iv.')).toMatchObject({ ordered: true, start: 1 })
})

test('the bullet’s own span and ordinary paragraphs are no items', () => {
  expect(wordItem('mso-list:Ignore', '1.')).toBeNull()
  expect(wordItem('margin:0', '')).toBeNull()
})

test('items nest by level and a change of kind starts another list', () => {
  const item = (level: number, ordered = false) => ({ level, ordered, start: 1 })
  const lists = nestItems([item(1), item(2), item(2), item(1), item(1, true)])
  expect(lists.map((list) => list.ordered)).toEqual([false, true])
  expect(lists[0]!.items.map((i) => i.index)).toEqual([0, 3])
  expect(lists[0]!.items[0]!.children[0]!.items.map((i) => i.index)).toEqual([1, 2])
})

test('a list that starts deep or jumps a level loses no item', () => {
  const item = (level: number) => ({ level, ordered: false, start: 1 })
  const lists = nestItems([item(3), item(1), item(4)])
  expect(lists).toHaveLength(2)
  expect(lists[1]!.items[0]!.children[0]!.items[0]!.index).toBe(2)
})
