import { expect, test } from 'vitest'
import { addressOf, shownAddress, soleAddress } from './address.ts'

test('what people type becomes the address they mean', () => {
  expect(addressOf(' example.org/a b ')).toBeNull()
  expect(addressOf('example.org/a')).toBe('https://example.org/a')
  expect(addressOf('http://example.org')).toBe('http://example.org/')
  expect(addressOf('ada@example.org')).toBe('mailto:ada@example.org')
  expect(addressOf('mailto:ada@example.org')).toBe('mailto:ada@example.org')
  expect(addressOf('localhost:4310/x')).toBe('https://localhost:4310/x')
})

test('what is no address, or one that must not be followed, is refused', () => {
  for (const bad of ['', 'hello', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'a.b'])
    expect(addressOf(bad), bad).toBeNull()
})

test('only an address that stands alone makes a card', () => {
  expect(soleAddress(' https://example.org/v \n')).toBe('https://example.org/v')
  expect(soleAddress('see https://example.org')).toBeNull()
  expect(soleAddress('example.org')).toBeNull()
})

test('a card shows the address without what nobody reads', () => {
  expect(shownAddress('https://www.example.org/')).toBe('example.org')
  expect(shownAddress('https://example.org/a?utm=1')).toBe('example.org/a')
})
