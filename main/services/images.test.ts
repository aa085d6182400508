import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { imageType, longestSide, prepareImage } from './images.ts'

const colours = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 40, b: 90 } } })

const withPlace = {
  IFD0: { Make: 'CameraMaker', Model: 'Secret Phone 9' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 18/1' },
}

const bare = async (bytes: Buffer) => {
  const { exif, xmp, iptc, orientation } = await sharp(bytes).metadata()
  expect({ exif, xmp, iptc, orientation }).toEqual({})
  for (const trace of ['Exif', 'GPS', 'Secret Phone', 'CameraMaker', 'adobe', 'hidden payload'])
    expect(bytes.includes(trace)).toBe(false)
}

const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>52,31.2N</exif:GPSLatitude></x:xmpmeta>'

test.each(['jpeg', 'png', 'webp'] as const)(
  'place and device are gone from %s, which keeps its kind',
  async (format) => {
    const photo = await colours(300, 200).withExif(withPlace).withXmp(xmp).toFormat(format).toBuffer()
    expect((await sharp(photo).metadata()).exif?.includes('Secret Phone')).toBe(true)
    expect((await sharp(photo).metadata()).xmp?.includes('GPSLatitude')).toBe(true)
    const image = await prepareImage(photo)
    expect(image).toMatchObject({ type: `image/${format}`, width: 300, height: 200 })
    await bare(image.data)
  },
)

test('what is appended to a picture does not come along', async () => {
  const photo = Buffer.concat([await colours(20, 20).jpeg().toBuffer(), Buffer.from('<script>hidden payload</script>')])
  await bare((await prepareImage(photo)).data)
})

test('a photo taken sideways is turned upright', async () => {
  // Left half black: orientation 6 asks for a quarter turn clockwise, so that black comes to the top.
  const half = await sharp({ create: { width: 100, height: 60, channels: 3, background: 'white' } })
    .composite([{ input: { create: { width: 50, height: 60, channels: 3, background: 'black' } }, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  const image = await prepareImage(half)
  expect([image.width, image.height]).toEqual([60, 100])
  const { data } = await sharp(image.data).greyscale().raw().toBuffer({ resolveWithObject: true })
  expect(data[30]).toBeLessThan(40)
  expect(data[data.length - 30]).toBeGreaterThan(215)
})

test('a large picture is made as small as the longest side allows; a small one is left', async () => {
  const image = await prepareImage(await colours(5120, 1000).jpeg().toBuffer())
  expect([image.width, image.height]).toEqual([longestSide, 500])
  expect((await prepareImage(await colours(10, 8).png().toBuffer())).width).toBe(10)
})

test('transparency stays', async () => {
  const clear = await sharp({
    create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer()
  expect((await sharp((await prepareImage(clear)).data).metadata()).hasAlpha).toBe(true)
})

const animation = (format: 'gif' | 'webp', frames = 3) => {
  const height = 20
  const data = Buffer.alloc(30 * height * frames * 3)
  for (let i = 0; i < frames; i++)
    data.fill(Math.floor((255 / frames) * i), 30 * height * 3 * i, 30 * height * 3 * (i + 1))
  return sharp(data, { raw: { width: 30, height: height * frames, channels: 3, pageHeight: height } })
    [format]({ loop: 0, delay: Array(frames).fill(100) })
    .toBuffer()
}

test.each(['gif', 'webp'] as const)('an animated %s goes on moving', async (format) => {
  const image = await prepareImage(await animation(format))
  expect(image).toMatchObject({ type: `image/${format}`, width: 30, height: 20 })
  expect((await sharp(image.data, { animated: true }).metadata()).pages).toBe(3)
})

test('a GIF that stands still becomes a PNG, and AVIF becomes WebP', async () => {
  expect((await prepareImage(await colours(30, 20).gif().toBuffer())).type).toBe('image/png')
  expect((await prepareImage(await colours(64, 64).avif().toBuffer())).type).toBe('image/webp')
})

test('a picture that unfolds to more pixels than it should is refused before it is unfolded', async () => {
  const bomb = await colours(20, 20).png().toBuffer()
  // The size stands in the header, where only its checksum (CRC-32 over type and content) has to agree.
  bomb.writeUInt32BE(100_000, 16)
  bomb.writeUInt32BE(100_000, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  await expect(prepareImage(bomb)).rejects.toMatchObject({ code: 'too_large', message: /million pixels/ })
})

test.each(['gif', 'webp'] as const)(
  'a %s whose frames together are too much is refused, one frame alone is not',
  async (format) => {
    const moving = await animation(format)
    await expect(prepareImage(moving, 1000)).rejects.toMatchObject({ code: 'too_large' })
    expect((await prepareImage(moving, 1800)).width).toBe(30)
  },
)

test.each([
  ['nothing', Buffer.alloc(0), 'media_type_unsupported'],
  ['text', Buffer.from('hello'), 'media_type_unsupported'],
  [
    'SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    'media_type_unsupported',
  ],
  ['HTML that claims to be a GIF', Buffer.from('GIF89a<script>alert(1)</script>'), 'image_invalid'],
  ['a JPEG of nothing but its start', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'image_invalid'],
  ['a PDF', Buffer.from('%PDF-1.7'), 'media_type_unsupported'],
  ['a film', Buffer.from('\0\0\0\x20ftypisom'), 'media_type_unsupported'],
])('%s is refused by name with a sentence', async (_, bytes, code) => {
  await expect(prepareImage(bytes)).rejects.toMatchObject({ code, message: /\.$/ })
})

test('a PNG cut in the middle is refused', async () => {
  const whole = await sharp({
    create: {
      width: 400,
      height: 400,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 50 },
    },
  })
    .png()
    .toBuffer()
  await expect(prepareImage(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({ code: 'image_invalid' })
})

test('types are told by content', async () => {
  expect(imageType(await colours(4, 4).webp().toBuffer())).toBe('image/webp')
  expect(imageType(Buffer.from('RIFF\0\0\0\0WAVE'))).toBeUndefined()
})
