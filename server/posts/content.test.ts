import { expect, test } from 'vitest'
import { samplePost } from '../sync/testing/wire.ts'
import { readContent } from './content.ts'

test('a post with more pictures than an outcome can name is refused with a sentence', () => {
  const hashes = Array.from({ length: 200 }, (_, i) => i.toString(16).padStart(64, '0'))
  expect(readContent(samplePost({ images: hashes })).images).toHaveLength(200)
  const cover = 'f'.repeat(64)
  expect(() => readContent(samplePost({ images: hashes, cover }))).toThrow(
    expect.objectContaining({ code: 'body_invalid', message: expect.stringContaining('at most 200') }),
  )
})
