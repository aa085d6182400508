import { expect, test } from 'vitest'
import { largestPicture, refuseTooLarge } from './largest-picture.ts'

test('a picture over the limit is refused with a sentence before it is sent', () => {
  refuseTooLarge({ size: largestPicture })
  expect(() => refuseTooLarge({ size: 70_000_000 })).toThrow('This picture has 70 MB; up to 50 MB are taken.')
  expect(() => refuseTooLarge({ size: largestPicture + 1 })).toThrow(expect.objectContaining({ code: 'too_large' }))
})
