import { expect, test } from 'vitest'
import { strokeOf } from './shortcuts.ts'

const press = (
  key: string,
  keys: Partial<Record<'metaKey' | 'ctrlKey' | 'altKey' | 'shiftKey', boolean>> & { code?: string } = {},
) => ({
  key,
  code: '',
  metaKey: false,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  ...keys,
})

test('Mod is Ctrl on a PC and Cmd on a Mac', () => {
  expect(strokeOf(press('k', { ctrlKey: true }), false)).toBe('Mod+K')
  expect(strokeOf(press('k', { metaKey: true }), true)).toBe('Mod+K')
  expect(strokeOf(press('k', { ctrlKey: true }), true)).toBe('Ctrl+K')
})

test('Shift is written with letters and named keys, not with the signs it makes', () => {
  expect(strokeOf(press('?', { shiftKey: true }), false)).toBe('?')
  expect(strokeOf(press('P', { ctrlKey: true, shiftKey: true }), false)).toBe('Mod+Shift+P')
  expect(strokeOf(press('Enter', { shiftKey: true }), false)).toBe('Shift+Enter')
})

test('AltGr writes signs and is no shortcut', () => {
  expect(strokeOf(press('@', { ctrlKey: true, altKey: true }), false)).toBeUndefined()
})

test('Alt on a Mac is read from the physical key', () => {
  expect(strokeOf(press('ø', { altKey: true, code: 'KeyO' }), true)).toBe('Alt+O')
})

test('a modifier alone is nothing yet', () => {
  expect(strokeOf(press('Shift', { shiftKey: true }), false)).toBeUndefined()
})
