import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { blankDocument } from '../../../shared/collections/blank.ts'
import { collections } from '../../../shared/collections/index.ts'
import { newMedia, type Variant } from '../../../shared/collections/media.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { MediaJob, MediaJobs, Recipe } from '../../../shared/contract/media.ts'
import { fail } from '../../../shared/errors.ts'
import { openDatabase } from '../database.ts'
import type { Surroundings } from '../studio.ts'
import { until } from '../testing/devices.ts'
import { createMediaActions } from './actions.ts'
import { followJobs } from './jobs.ts'
import { openLibrary } from './library.ts'

const id = (letter: string) => letter.repeat(64)
const facts = (letter: string, kind: 'image' | 'video' | 'audio' = 'image') => ({
  id: id(letter),
  kind,
  name: `${letter}.file`,
  type: 'a/b',
  bytes: 10,
  width: 4,
  height: 3,
  durationMs: kind === 'image' ? 0 : 20_000,
})
const variant = (letter: string, name: string): Variant => ({
  id: name,
  role: 'mp4',
  hash: id(letter),
  type: 'video/mp4',
  bytes: 1,
  width: 1,
  height: 1,
  bitrate: 1,
  codecs: '',
  playlist: name === 'hls-720' ? id('0') : '',
  language: '',
  label: '',
})

let opened = 0
async function desk() {
  const { db } = await openDatabase({
    name: `media-${process.pid}-${++opened}`,
    storage: getRxStorageMemory() as unknown as Surroundings['storage'],
    ownerName: 'Ana',
    onConflict: () => undefined,
    now: Date.now,
    multiInstance: false,
  })
  onTestFinished(async () => {
    await db.close()
  })
  const errors: unknown[] = []
  const actions = createMediaActions({ db, now: Date.now })
  return { db, actions, errors, onError: (error: unknown) => void errors.push(error) }
}

const job = (fields: Partial<MediaJob>): MediaJob => ({
  id: 'j1',
  hash: id('a'),
  kind: 'web',
  state: 'done',
  progress: 1,
  msLeft: 0,
  problem: null,
  result: null,
  ...fields,
})

/** A host whose list of jobs a test writes. */
function hostOf(first: MediaJob[]) {
  let jobs = first
  let wake = () => {}
  const started: { hash: string; recipe: Recipe }[] = []
  const sent: string[] = []
  const taken: string[] = []
  const set = (next: MediaJob[]) => {
    jobs = next
    wake()
  }
  const host = {
    media: {
      jobs: async (_: undefined, { signal }: { signal: AbortSignal }) =>
        (async function* (): AsyncGenerator<MediaJobs> {
          signal.addEventListener('abort', () => wake())
          while (!signal.aborted) {
            const news = new Promise<void>((resolve) => {
              wake = resolve
            })
            yield { jobs, parallel: 1, calm: false }
            await news
          }
        })(),
      start: async (wish: { hash: string; recipe: Recipe }) => {
        started.push(wish)
        return { id: `started-${started.length}` }
      },
      probe: async () => ({ durationMs: 1200 }),
      taken: async (one: { id: string }) => {
        taken.push(one.id)
        set(jobs.filter((each) => each.id !== one.id))
      },
    },
    blobs: { upload: async ({ hashes }: { hashes: string[] }) => void sent.push(...hashes) },
  }
  return { host: host as never, started, sent, taken, set, whole: host }
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function following(first: MediaJob[], locks?: Pick<LockManager, 'request'>) {
  const made = await desk()
  const host = hostOf(first)
  const jobs = followJobs({ ...made, host: host.host, locks })
  closing.push(() => jobs.close())
  const variantsOf = async (letter: string) =>
    (await made.db.media.findOne(id(letter)).exec())?.variants.map(({ id: name, hash }) => [name, hash[0]])
  return { ...made, ...host, jobs, variantsOf }
}

test('what a job made is written into the document by the variant’s id, sent, and only then taken', async () => {
  const { db, actions, set, taken, sent, variantsOf } = await following([])
  await db.media.insert({ ...newMedia(facts('a', 'video'), new Date().toISOString()), variants: [variant('b', 'mp4')] })
  set([job({ result: { variants: [variant('c', 'mp4'), variant('d', 'hls-720')] } })])
  await until(() => taken.length === 1)
  expect(await variantsOf('a')).toEqual([
    ['mp4', 'c'],
    ['hls-720', 'd'],
  ])
  expect(sent).toEqual([id('c'), id('d'), id('0')])
  await actions.remove([id('a')])
})

test('a result that was written before the window ended changes nothing the second time', async () => {
  const result = { variants: [variant('c', 'mp4')] }
  const first = await following([])
  await first.db.media.insert(newMedia(facts('a', 'video'), new Date().toISOString()))
  first.set([job({ result })])
  await until(() => first.taken.length === 1)
  const before = (await first.db.media.findOne(id('a')).exec())?.updatedAt
  await first.jobs.close()
  const again = hostOf([job({ result })])
  const jobs = followJobs({ ...first, host: again.host, locks: undefined })
  closing.push(() => jobs.close())
  await until(() => again.taken.length === 1)
  expect((await first.db.media.findOne(id('a')).exec())?.updatedAt).toBe(before)
})

test('a new file becomes a medium of its own, with what was said of its source, and its own first jobs', async () => {
  const { db, actions, set, taken, started } = await following([])
  await actions.add(facts('a', 'video'), { alt: 'The tide', tags: ['sea'] })
  set([job({ kind: 'trim', result: { file: facts('e', 'video') } })])
  await until(() => taken.length === 1)
  expect((await db.media.findOne(id('e')).exec())?.toJSON()).toMatchObject({ alt: 'The tide', tags: ['sea'] })
  expect(started.map(({ hash, recipe }) => [hash[0], recipe.kind])).toEqual([
    ['e', 'poster'],
    ['e', 'web'],
    ['e', 'sprite'],
  ])
})

test('a film made of a moving picture becomes a film of its own; the picture stays as it is', async () => {
  const { db, actions, set, taken, started, variantsOf } = await following([])
  await actions.add({ ...facts('a'), name: 'waves.gif' }, { alt: 'Waves' })
  set([job({ result: { variants: [variant('c', 'mp4')] } })])
  await until(() => taken.length === 1)
  const film = (await db.media.findOne(id('c')).exec())?.toJSON()
  expect(film).toMatchObject({ kind: 'video', name: 'waves', alt: 'Waves', durationMs: 1200 })
  expect(started.map(({ recipe }) => recipe.kind)).toEqual(['poster', 'web', 'sprite'])
  expect(await variantsOf('a')).toEqual([])
})

test('only the window that leads writes results down', async () => {
  const never = { request: () => new Promise(() => {}) } as unknown as Pick<LockManager, 'request'>
  const { jobs, taken, set } = await following([], never)
  set([job({ result: { variants: [variant('c', 'mp4')] } })])
  await until(() => jobs.jobs$.value.jobs.length === 1)
  expect(taken).toEqual([])
})

test('signed out, an import is kept all the same; a picture is sent, the original of a film is not', async () => {
  const { jobs, whole, sent, started } = await following([])
  expect(await jobs.add(facts('a'))).toBe(true)
  expect(await jobs.add(facts('b', 'video'))).toBe(true)
  expect(await jobs.add(facts('b', 'video'))).toBe(false)
  expect(sent).toEqual([id('a')])
  expect(started).toHaveLength(3)
  whole.blobs.upload = async () => fail('sign_in_required', 'No.')
  expect(await jobs.add(facts('c'))).toBe(true)
})

test('the trash gives back, an import takes out of it, and a wrong field is refused by name', async () => {
  const { db, actions } = await desk()
  await actions.add(facts('a'))
  const trashed = async () => (await db.media.findOne(id('a')).exec())?.trashed
  const undo = await actions.trash([id('a')])
  expect(await trashed()).not.toBe('')
  await undo()
  expect(await trashed()).toBe('')
  await actions.trash([id('a')])
  expect(await actions.add(facts('a'))).toBe(false)
  expect(await trashed()).toBe('')
  await expect(actions.patch(id('a'), { focus: { x: 2, y: 0 } })).rejects.toMatchObject({ code: 'document_invalid' })
  await expect(actions.patch(id('f'), { alt: 'x' })).rejects.toMatchObject({ code: 'not_found' })
})

test('edits that build on what is there lose none of each other', async () => {
  const { db, actions } = await desk()
  await actions.add(facts('a'))
  const tag = (name: string) => actions.patch(id('a'), ({ tags }) => ({ tags: [...tags, name] }))
  await Promise.all([tag('sea'), tag('boats'), tag('dawn')])
  expect((await db.media.findOne(id('a')).exec())?.toJSON().tags).toEqual(['sea', 'boats', 'dawn'])
})

test('the library follows every change, and knows which posts use what', async () => {
  const { db, actions, onError, errors } = await desk()
  await actions.add(facts('a'))
  const library = openLibrary({ db, onError })
  closing.push(async () => library.close())
  await until(() => library.library$.value.isReady)
  await actions.add(facts('b'))
  await actions.patch(id('a'), { alt: 'Boats' })
  await until(() => library.library$.value.media.length === 2)
  await until(() => library.library$.value.media.some(({ alt }) => alt === 'Boats'))
  expect(library.library$.value.uses.size).toBe(0)
  const post = blankDocument(collections.posts, 'p1') as Post
  await db.posts.insert({ ...post, kind: 'post', cover: id('a'), images: [id('a'), id('b')] })
  await until(() => library.library$.value.uses.size === 2)
  expect(library.library$.value.uses.get(id('a'))).toEqual(['p1'])
  await actions.remove([id('b')])
  await until(() => library.library$.value.media.length === 1)
  expect(errors).toEqual([])
})
