import { expect, test } from 'vitest'
import { fileName, kindOf, withoutEnding } from './file-name.ts'

test('a file is called by what it is, whatever its source was called', () => {
  expect(fileName('Tide.mov', 'video/mp4')).toBe('Tide.mp4')
  expect(fileName('Tide 1.5 m', 'audio/mp4')).toBe('Tide 1.5 m.m4a')
  expect(fileName('boats', 'image/jpeg')).toBe('boats.jpg')
  expect(kindOf('audio/mp4')).toBe('M4A')
  expect(fileName('wind', 'video/x-matroska')).toBe('wind.mkv')
})

test('only an ending is taken off', () => {
  expect(withoutEnding('.hidden')).toBe('.hidden')
  expect(withoutEnding('Vol. 3')).toBe('Vol. 3')
  expect(withoutEnding('a.b.mp4')).toBe('a.b')
})
