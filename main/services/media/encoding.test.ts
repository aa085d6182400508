import fc from 'fast-check'
import { expect, test } from 'vitest'
import { around, fitted, normalised, pictureFits, soundFits, steadyRate } from './encoding.ts'
import { readProbe, type Seen } from './probe.ts'

const seen = (
  video: Record<string, unknown> = {},
  audio: Record<string, unknown> = {},
  format: Record<string, unknown> = {},
): Seen =>
  readProbe({
    format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: '10', bit_rate: '5000000', ...format },
    streams: [
      {
        codec_type: 'video',
        codec_name: 'h264',
        profile: 'High',
        level: 41,
        pix_fmt: 'yuv420p',
        width: 1920,
        height: 1080,
        r_frame_rate: '30/1',
        avg_frame_rate: '30/1',
        ...video,
      },
      { codec_type: 'audio', codec_name: 'aac', profile: 'LC', channels: 2, sample_rate: '48000', ...audio },
    ],
  })!

test('a picture that every browser plays is copied', () => {
  expect(pictureFits(seen())).toBe(true)
  expect(pictureFits(seen({ width: 1080, height: 1920 }))).toBe(true)
})

test.each([
  ['another codec', { codec_name: 'hevc' }],
  ['ten bits', { profile: 'High 10', pix_fmt: 'yuv420p10le' }],
  ['full colour', { pix_fmt: 'yuv444p' }],
  ['a level that small devices do not play', { level: 51 }],
  ['4K', { width: 3840, height: 2160 }],
  ['very wide', { width: 2560, height: 1080 }],
  ['120 a second', { r_frame_rate: '120/1', avg_frame_rate: '120/1' }],
  ['turned', { side_data_list: [{ rotation: -90 }] }],
  ['turned, as older files say it', { tags: { rotate: '90' } }],
  ['wide pixels', { sample_aspect_ratio: '4:3' }],
  ['HDR', { color_transfer: 'arib-std-b67' }],
])('%s is made anew', (_, video) => {
  expect(pictureFits(seen(video))).toBe(false)
})

test('heavy files and other containers are made anew', () => {
  expect(pictureFits(seen({}, {}, { bit_rate: '40000000' }))).toBe(false)
  expect(pictureFits(seen({}, {}, { format_name: 'avi' }))).toBe(false)
})

test.each([
  [{}, true],
  [{ profile: 'HE-AAC' }, false],
  [{ channels: 6 }, false],
  [{ sample_rate: '96000' }, false],
  [{ codec_name: 'opus' }, false],
])('sound of %j: copied is %j', (audio, fits) => {
  expect(soundFits(seen({}, audio))).toBe(fits)
})

test('any size becomes an even one within its rung, in nearly its shape', () => {
  const side = fc.integer({ min: 16, max: 8000 })
  fc.assert(
    fc.property(side, side, fc.constantFrom(240, 480, 720, 1080), (width, height, rung) => {
      fc.pre(Math.max(width / height, height / width) < 4)
      const size = fitted({ width, height }, rung)
      expect([size.width % 2, size.height % 2]).toEqual([0, 0])
      expect(Math.min(size.width, size.height)).toBeLessThanOrEqual(rung)
      expect(size.width).toBeLessThanOrEqual(width + 1)
      expect(Math.abs(Math.log(size.width / size.height / (width / height)))).toBeLessThan(0.1)
    }),
  )
})

test('a part of any shape lies in the picture, is as large as can be and keeps the focus', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(
      fc.integer({ min: 32, max: 4000 }),
      fc.integer({ min: 32, max: 4000 }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      part,
      part,
      (width, height, aspect, x, y) => {
        const cut = around({ width, height }, aspect, { x, y })
        expect(cut.left).toBeGreaterThanOrEqual(0)
        expect(cut.top).toBeGreaterThanOrEqual(0)
        expect(cut.left + cut.width).toBeLessThanOrEqual(width + 1)
        expect(cut.top + cut.height).toBeLessThanOrEqual(height + 1)
        expect(cut.width === width || cut.height === height).toBe(true)
        expect(cut.left - 1).toBeLessThanOrEqual(x * width)
        expect(cut.left + cut.width + 1).toBeGreaterThanOrEqual(x * width)
        expect(cut.top - 1).toBeLessThanOrEqual(y * height)
        expect(cut.top + cut.height + 1).toBeGreaterThanOrEqual(y * height)
      },
    ),
  )
})

test('a screen recording’s clock is not taken for its rate', () => {
  expect(steadyRate({ framesPerSecond: 23.976, isVariable: false })).toBe(23.976)
  expect(steadyRate({ framesPerSecond: 120, isVariable: false })).toBe(60)
  expect(steadyRate({ framesPerSecond: 13, isVariable: true })).toBe(30)
  expect(steadyRate({ framesPerSecond: 48, isVariable: true })).toBe(60)
})

test('HDR on a build that cannot bring it to ordinary screens is told, not spoiled', () => {
  const { video } = seen({ color_transfer: 'smpte2084' })
  expect(() => normalised(video!, { has: (name) => name !== 'zscale' })).toThrow(
    expect.objectContaining({ code: 'media_unsupported', message: expect.stringContaining('zscale') }),
  )
  expect(normalised(video!, { has: () => true }).join()).toContain('tonemap')
})
