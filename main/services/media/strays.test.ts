import { expect, test } from 'vitest'
import { ofLsof } from './strays.ts'

test('what lsof tells is read: each program with the folder it runs in', () => {
  expect(ofLsof('p101\nfcwd\nn/Users/ada/studio/blobs/work/one\np2345\nfcwd\nn/\n')).toEqual([
    { pid: 101, folder: '/Users/ada/studio/blobs/work/one' },
    { pid: 2345, folder: '/' },
  ])
  expect(ofLsof('')).toEqual([])
})
