import { expect, test } from 'vitest'
import { keyCaps } from './kbd.tsx'

test('writes the keys of the device’s keyboard', () => {
  expect(keyCaps('Mod+Shift+K', true)).toEqual([['⌘', '⇧', 'K']])
  expect(keyCaps('Mod+Shift+K', false)).toEqual([['Ctrl', 'Shift', 'K']])
})

test('a sequence has its strokes apart, and the plus sign is a key too', () => {
  expect(keyCaps('G P', false)).toEqual([['G'], ['P']])
  expect(keyCaps('Mod++', false)).toEqual([['Ctrl', '+']])
})
