import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import type { StoredFile } from './blobs.ts'
import { createThumbs } from './thumbs.ts'

const hash = 'ab'.repeat(32)
const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#a33' } })

function library(file: Uint8Array, type: StoredFile['type']) {
  const folder = temporaryFolder()
  const path = join(folder, 'whole')
  writeFileSync(path, file)
  let asked = 0
  const said: string[] = []
  const blobs = {
    find: async (wanted: string) => {
      asked++
      return wanted === hash ? { path, bytes: file.length, type } : undefined
    },
  }
  const { find } = createThumbs({ folder: join(folder, 'thumbs'), blobs, log: (words) => said.push(words) })
  return { folder, path, find, said, asked: () => asked }
}

test('a picture becomes a small one, made once however often it is asked for', async () => {
  const { find, path, asked } = library(await picture(2560, 1700).jpeg().toBuffer(), 'image/jpeg')
  const found = await Promise.all(Array.from({ length: 20 }, () => find(hash)))
  expect(asked()).toBe(1)
  for (const one of found) expect(one).toEqual(found[0])
  const { width, height, format } = await sharp(found[0]!.path).metadata()
  expect([width, height, format]).toEqual([542, 360, 'webp'])
  // What is there needs the whole one no more.
  rmSync(path)
  expect(await find(hash)).toEqual(found[0])
})

test('a small picture grows no larger, one with holes keeps them, of a moving one the first is shown', async () => {
  const small = library(await picture(40, 30).png().toBuffer(), 'image/png')
  expect(await sharp((await small.find(hash))!.path).metadata()).toMatchObject({ width: 40, height: 30 })
  const holed = await sharp({ create: { width: 900, height: 900, channels: 4, background: '#0000' } })
    .png()
    .toBuffer()
  expect(await sharp((await library(holed, 'image/png').find(hash))!.path).metadata()).toMatchObject({ hasAlpha: true })
  const frames = await sharp(
    [await picture(800, 800).png().toBuffer(), await picture(800, 800).negate().png().toBuffer()],
    {
      join: { animated: true },
    },
  )
    .gif()
    .toBuffer()
  const moving = (await library(frames, 'image/gif').find(hash))!
  expect((await sharp(moving.path).metadata()).pages ?? 1).toBe(1)
})

test('a film has none, nor what is not here; of a picture that cannot be opened the whole is given', async () => {
  const film = library(Buffer.from('film'), 'video/mp4')
  expect(await film.find(hash)).toBeUndefined()
  expect(await film.find('cd'.repeat(32))).toBeUndefined()
  const damaged = library(Buffer.from('no picture'), 'image/png')
  expect(await damaged.find(hash)).toMatchObject({ path: damaged.path, isForNow: true })
  expect(damaged.said).toHaveLength(1)
  expect(readdirSync(damaged.folder)).toEqual(['whole'])
})
