import { expect, test } from 'vitest'
import { type Media, newMedia, type Variant } from '../collections/media.ts'
import { filesToSend, isReady, playableOf } from './playable.ts'

const variant = (id: string, role: Variant['role'], fields: Partial<Variant> = {}): Variant => ({
  id,
  role,
  hash: id,
  type: 'video/mp4',
  bytes: 1,
  width: 0,
  height: 0,
  bitrate: 0,
  codecs: '',
  playlist: '',
  language: '',
  label: '',
  ...fields,
})
const medium = (kind: Media['kind'], ...variants: Variant[]): Media => ({
  ...newMedia({ id: 'original', kind, name: 'a', type: '', bytes: 1, width: 1, height: 1, durationMs: 1 }, ''),
  variants,
})
const readyWith = (media: Media, ...stored: string[]) => isReady(media, (hash) => stored.includes(hash))

test('the original of a film is never sent; a picture is, and so is every playlist', () => {
  const film = medium('video', variant('mp4', 'mp4'), variant('hls-720', 'hls', { playlist: 'list' }))
  expect(filesToSend(film)).toEqual(['mp4', 'hls-720', 'list'])
  expect(filesToSend(medium('image'))).toEqual(['original'])
})

test('a film is ready with one whole file and its poster, a recording with its file alone', () => {
  const film = medium('video', variant('mp4', 'mp4'), variant('poster', 'poster'))
  expect(readyWith(film, 'mp4')).toBe(false)
  expect(readyWith(film, 'original', 'poster')).toBe(false)
  expect(readyWith(film, 'mp4', 'poster')).toBe(true)
  expect(readyWith(medium('audio', variant('podcast', 'podcast')), 'podcast')).toBe(true)
})

test('a ladder is ready when every rung is there with its playlist', () => {
  const rungs = ['hls-720', 'hls-480'].map((id) => variant(id, 'hls', { playlist: `${id}-list` }))
  const film = medium('video', ...rungs, variant('poster', 'poster'))
  expect(readyWith(film, 'poster', 'hls-720', 'hls-720-list', 'hls-480')).toBe(false)
  expect(readyWith(film, 'poster', 'hls-720', 'hls-720-list', 'hls-480', 'hls-480-list')).toBe(true)
})

test('what plays names its codecs, so that a browser can choose without fetching', () => {
  const film = medium(
    'video',
    variant('captions-de', 'captions', { language: 'de', label: 'Deutsch' }),
    variant('poster', 'poster'),
    variant('mp4', 'mp4', { codecs: 'avc1.64001f, mp4a.40.2' }),
    variant('hls-720', 'hls'),
  )
  expect(playableOf(film, (hash) => `/m/${hash}`, '/m/master.m3u8')).toEqual({
    sources: [
      { src: '/m/master.m3u8', type: 'application/vnd.apple.mpegurl' },
      { src: '/m/mp4', type: 'video/mp4; codecs="avc1.64001f, mp4a.40.2"' },
    ],
    poster: '/m/poster',
    captions: [{ src: '/m/captions-de', language: 'de', label: 'Deutsch' }],
  })
})
