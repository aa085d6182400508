import { expect, test } from 'vitest'
import { commandOfLink } from './deep-links.ts'
import { externalAddress } from './external.ts'

const server = 'http://127.0.0.1:4310'

test.each(['https://example.org/a?b=c#d', 'http://127.0.0.1:4310/@ada/post'])('%s may be opened outside', (url) => {
  expect(externalAddress(url, server)).toBe(url)
})

test.each([
  'http://example.org',
  'http://127.0.0.1:4311/',
  'http://127.0.0.1:4310.evil.example/',
  'https://user:pass@example.org',
  'http://user@127.0.0.1:4310/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://host/share',
  'ms-msdt:/id PCWDiagnostic',
  'grover-studio://open/posts',
  '--help',
  '',
])('%s may not', (url) => {
  expect(() => externalAddress(url, server)).toThrow(expect.objectContaining({ code: 'not_allowed' }))
})

test.each([
  ['grover-studio://open/posts', 'go:/posts'],
  ['grover-studio://open/posts/01HXYZ', 'go:/posts/01HXYZ'],
  ['grover-studio://open/plan', 'go:/plan'],
  ['grover-studio://open/settings/devices', 'go:/settings/devices'],
])('the link %s opens %s', (link, command) => {
  expect(commandOfLink(link)).toBe(command)
})

test.each([
  'grover-studio://app/posts',
  'grover-studio://open/posts/../settings',
  'grover-studio://open/posts/a%2f..%2fb',
  'grover-studio://open/posts?delete=1',
  'grover-studio://open/posts#x',
  'grover-studio://me@open/posts',
  'grover-studio://open//evil.example',
  'grover-studio://open/settings/anything',
  `grover-studio://open/posts/${'a'.repeat(300)}`,
  'grover-studio://open/settings/storage',
  'https://open/posts',
  'grover-studio:posts',
  'nonsense',
])('the link %s opens nothing', (link) => {
  expect(commandOfLink(link) ?? 'nothing').toMatch(/^(nothing|go:\/settings)$/)
})
