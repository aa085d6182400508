import { expect, test } from 'vitest'
import { passwordStrength } from './password-strength.ts'

test('says what is too short before anything else', () => {
  expect(passwordStrength('')).toBe('empty')
  expect(passwordStrength('Tr0ub4d&r')).toBe('short')
})

test('is not impressed by repetition, runs, well-known words or the person’s own name', () => {
  expect(passwordStrength('aaaaaaaaaaaaaaaa')).toBe('weak')
  expect(passwordStrength('abcdefghijkl')).toBe('weak')
  expect(passwordStrength('password123456')).toBe('weak')
  expect(passwordStrength('ada-lovelace-1', ['Ada', 'Lovelace'])).toBe('weak')
})

test('a long sentence is strong without any signs', () => {
  expect(passwordStrength('eleven quiet horses by the lake')).toBe('strong')
  expect(passwordStrength('quietlake9')).toBe('fair')
})
