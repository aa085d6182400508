import { expect, test } from 'vitest'
import { tokenOfLink } from './reset-link.ts'

test('takes the token out of what was pasted', () => {
  expect(tokenOfLink(' http://127.0.0.1:4310/account/reset?token=a%2Bb ')).toBe('a+b')
  expect(tokenOfLink('https://example.org/account/reset/abc')).toBe('abc')
  expect(tokenOfLink('abc')).toBe('abc')
})
