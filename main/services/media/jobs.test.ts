import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { MediaJob, MediaJobs } from '../../../shared/contract/media.ts'
import { GroverError } from '../../../shared/errors.ts'
import { temporaryFolder } from '../../testing/folder.ts'
import { ffmpeg, film, studioMedia } from '../../testing/media.ts'
import { familyOf, run, until } from '../../testing/processes.ts'
import { createBlobs } from '../blobs.ts'
import { createJobList } from './job-list.ts'
import { createJobs } from './jobs.ts'
import { createSeenMemory } from './probe.ts'
import { createProcesses } from './processes.ts'
import type { Work } from './work.ts'

const home = mkdtempSync(join(tmpdir(), 'grover-jobs-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let short = ''
/** Takes ffmpeg some seconds. */
let long = ''
beforeAll(async () => {
  short = await film(home, 'short.mp4')
  // Large and in a codec that the web does not take, but quick to make.
  await ffmpeg(home, '-f', 'lavfi', '-i', 'testsrc2=s=960x540:r=30:d=1', '-c:v', 'mjpeg', '-q:v', '10', 'second.mkv')
  await ffmpeg(home, '-stream_loop', '40', '-i', 'second.mkv', '-c', 'copy', 'long.mkv')
  long = join(home, 'long.mkv')
})

const web = { kind: 'web', loudness: false } as const
/** Programs that this test has started, by name. */
const encoders = () =>
  familyOf(process.pid).filter(({ state, command }) => state !== 'Z' && command.includes('-progress'))
/** What lies in the store beyond `count` files: what a job has not finished. */
const files = (folder: string) =>
  readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length

/** An engine whose recipes do what the test says; `disk.isFull`: its list cannot be written, which was tried `refused` times. */
function engine(folder = temporaryFolder()) {
  const log: string[] = []
  const disk = { isFull: false, refused: 0 }
  const list = createJobList({
    path: join(folder, 'media.json'),
    log: (sentence) => void log.push(sentence),
    now: () => 7,
  })
  const change: typeof list.change = async (edit) => {
    if (disk.isFull) {
      disk.refused++
      throw new GroverError('storage_full', 'The disk is full.')
    }
    return list.change(edit)
  }
  const blobs = createBlobs({ folder: join(folder, 'blobs'), fetchBlob: async () => undefined })
  const begun: { kind: string; work: Work; done: (variants?: []) => void; fail: (error: unknown) => void }[] = []
  const clock = { now: 0 }
  const jobs = createJobs({
    memory: createSeenMemory(),
    list: { ...list, change },
    folder: join(folder, 'work'),
    blobs,
    processes: createProcesses(),
    findTools: () => Promise.reject(new Error('none here')),
    cook: (recipe, work) => {
      const { promise, resolve, reject } = Promise.withResolvers<{ variants: [] }>()
      work.signal.addEventListener('abort', () => reject(work.signal.reason))
      begun.push({ kind: recipe.kind, work, done: (variants = []) => resolve({ variants }), fail: reject })
      return promise
    },
    log: (sentence) => void log.push(sentence),
    now: () => clock.now,
    againMs: 20,
  })
  onTestFinished(() => jobs.stop())
  let latest: MediaJobs = { jobs: [], parallel: 0, calm: false }
  const told: MediaJobs[] = []
  void (async () => {
    for await (const state of jobs.watch()) {
      told.push(state)
      latest = state
    }
  })()
  return {
    jobs,
    /** The work of the job that was begun as the nth: it is told that it runs a moment before. */
    nth: async (n: number) => (await until(() => begun[n]))!,
    log,
    disk,
    folder,
    clock,
    told,
    start: async (kind: 'sprite' | 'waveform' | 'web' = 'sprite') => {
      const { hash } = await blobs.add(Buffer.from('WEBVTT'))
      return (await jobs.start({ hash, recipe: kind === 'web' ? web : { kind } })).id
    },
    states: () => latest.jobs.map(({ state }) => state),
    job: (id: string): MediaJob | undefined => latest.jobs.find((job) => job.id === id),
    /** Waits until the jobs are in these states. */
    when: async (...states: string[]) => {
      await until(() => (latest.jobs.map(({ state }) => state).join() === states.join() ? true : undefined))
      expect(latest.jobs.map(({ state }) => state)).toEqual(states)
    },
  }
}

test('jobs run in order of asking, one at a time, or as many as allowed', async () => {
  const { start, when, nth, jobs } = engine()
  await start('sprite')
  await start('waveform')
  await start('web')
  await when('running', 'waiting', 'waiting')
  await jobs.limit(2)
  await when('running', 'running', 'waiting')
  await nth(0).then(({ done }) => done())
  await when('done', 'running', 'running')
  expect([(await nth(0)).kind, (await nth(1)).kind, (await nth(2)).kind]).toEqual(['sprite', 'waveform', 'web'])
})

test('asked twice for the same, it is made once; asked again when it was made, again', async () => {
  const { start, when, nth } = engine()
  const id = await start()
  expect(await start()).toBe(id)
  await when('running')
  await nth(0).then(({ done }) => done())
  await when('done')
  expect(await start()).not.toBe(id)
  await when('done', 'running')
})

test('progress only grows, says what is left, and is whole once, at the end', async () => {
  const { start, when, nth, told, clock, job } = engine()
  const id = await start()
  await when('running')
  const seen = async (progress: number) =>
    expect(await until(() => (job(id)?.progress === progress ? true : undefined))).toBe(true)
  clock.now = 2000
  await nth(0).then(({ work }) => work.advance(0.2))
  await seen(0.2)
  expect(job(id)?.msLeft).toBe(8000)
  const before = told.length
  await nth(0).then(({ work }) => work.advance(-0.1))
  await until(() => (told.length > before ? true : undefined))
  await nth(0).then(({ work }) => work.advance(0.9))
  await seen(0.99)
  await nth(0).then(({ done }) => done())
  await when('done')
  const line = told.flatMap(({ jobs }) => jobs.map(({ progress }) => progress))
  expect(line).toEqual([...line].sort((a, b) => a - b))
  expect(line.filter((progress) => progress === 1)).toHaveLength(1)
})

test('a result stays, also over a restart, until it is taken', async () => {
  const { start, when, nth, folder, jobs } = engine()
  const id = await start()
  await when('running')
  await nth(0).then(({ done }) => done())
  await when('done')
  await jobs.stop()
  const next = engine(folder)
  await next.when('done')
  expect(next.job(id)).toMatchObject({ progress: 1, result: { variants: [] } })
  await next.jobs.forget(id)
  await next.when()
  expect(readFileSync(join(folder, 'media.json'), 'utf8')).not.toContain(id)
})

test('what ran when the studio ended starts over, what was paused waits, and no partial file is left', async () => {
  const first = engine()
  await first.start('sprite')
  await first.jobs.limit(2)
  const paused = await first.start('waveform')
  await first.when('running', 'running')
  await first.jobs.pause(paused)
  await first.when('running', 'paused')
  writeFileSync((await first.nth(0)).work.file('half.mp4'), 'half')
  await first.jobs.stop()
  expect(readdirSync(join(first.folder, 'work'))).toEqual([])
  const next = engine(first.folder)
  await next.when('running', 'paused')
  await next.jobs.resume(paused)
  await next.when('running', 'running')
  expect([(await next.nth(0)).kind, (await next.nth(1)).kind]).toEqual(['sprite', 'waveform'])
})

test('a failure is told by its name with its sentence, and can be tried again', async () => {
  const { start, when, nth, job, jobs, log } = engine()
  const id = await start()
  await when('running')
  await nth(0).then(({ fail }) => fail(new GroverError('storage_full', 'The disk is full.')))
  await when('failed')
  expect(job(id)).toMatchObject({ problem: { code: 'storage_full', message: 'The disk is full.' }, progress: 0 })
  await jobs.retry(id)
  await when('running')
  expect(job(id)?.problem).toBeNull()
  await nth(1).then(({ fail }) => fail(new Error('a bug in /home/ada')))
  await when('failed')
  expect(job(id)?.problem).toMatchObject({ code: 'internal', message: expect.not.stringContaining('ada') })
  expect(log).toEqual(['A media job (sprite) failed unexpectedly.'])
})

test('an end that cannot be written down is, as soon as it can', async () => {
  const { start, when, nth, folder, log } = engine()
  await start()
  await when('running')
  const path = join(folder, 'media.json')
  rmSync(path)
  // In its place stands what cannot be written over.
  mkdirSync(join(path, 'full'), { recursive: true })
  await nth(0).then(({ done }) => done())
  await until(() => (log.length > 0 ? true : undefined))
  rmSync(path, { recursive: true })
  await when('done')
  expect(log).toEqual(['The list of media jobs could not be written.'])
})

test('on a full disk a job that cannot begin fails once, and is not begun again and again', async () => {
  const { jobs, start, when, nth, log, disk, job } = engine()
  await start('sprite')
  await when('running')
  const second = await start('waveform')
  await when('running', 'waiting')
  const { done } = await nth(0)
  // From the end of the first on: the second cannot be told to run.
  const full = (async () => {
    for await (const state of jobs.watch())
      if (state.jobs[0]?.state === 'done') {
        disk.isFull = true
        return
      }
  })()
  done()
  await full
  // Once to begin, and then again and again to write down how it ended.
  expect(await until(() => (disk.refused > 5 ? true : undefined))).toBe(true)
  expect(log).toEqual(['The list of media jobs could not be written.'])
  disk.isFull = false
  await when('done', 'failed')
  expect(job(second)?.problem).toEqual({ code: 'storage_full', message: 'The disk is full.' })
  await jobs.retry(second)
  await when('done', 'running')
})

test('a job whose file is not on this device is not begun', async () => {
  const { jobs } = engine()
  await expect(jobs.start({ hash: 'f'.repeat(64), recipe: { kind: 'sprite' } })).rejects.toMatchObject({
    code: 'not_found',
    message: /\.$/,
  })
})

test('a list that cannot be read is set aside, not destroyed', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'media.json'), '{"format":1,"jobs":')
  const { start, when, log } = engine(folder)
  await start()
  await when('running')
  expect(log).toHaveLength(1)
  expect(readFileSync(join(folder, 'media.json.unreadable-7'), 'utf8')).toContain('"format":1')
})

test('cancelled, ffmpeg is gone at once, and so is what it wrote', async () => {
  const { media, take, when, folder } = studioMedia()
  const { id: hash } = await take(long)
  const { id } = await media.jobs.start({ hash, recipe: web })
  await when(id, ({ progress }) => progress > 0)
  expect(encoders()).toHaveLength(1)
  const asked = performance.now()
  const cancelled = media.jobs.cancel(id)
  await until(() => (encoders().length === 0 ? true : undefined))
  // Half a second is the aim, which the bench measures; here others use the machine too.
  expect(performance.now() - asked).toBeLessThan(5000)
  await cancelled
  expect((await when(id, () => true)).state).toBe('cancelled')
  expect(files(folder)).toBe(1)
  expect(readdirSync(join(folder, 'blobs/work'))).toEqual([])
})

test.skipIf(process.platform !== 'linux')(
  'paused, ffmpeg stands still and another job has its turn; resumed, it goes on to its end',
  async () => {
    const { media, take, when, ended, variants } = studioMedia()
    const [{ id: slow }, { id: quick }] = [await take(long), await take(short)]
    const { id } = await media.jobs.start({ hash: slow, recipe: { kind: 'hls', loudness: false } })
    const { progress } = await when(id, ({ progress }) => progress > 0)
    await media.jobs.pause(id)
    const states = () =>
      encoders()
        .map(({ state }) => state)
        .join()
    expect(await until(() => (states() === 'T' ? true : undefined))).toBe(true)
    expect(await variants(quick, { kind: 'sprite' })).toHaveLength(1)
    const held = await when(id, () => true)
    expect(held.state).toBe('paused')
    expect(held.progress).toBeGreaterThanOrEqual(progress)
    await media.jobs.resume(id)
    await when(id, ({ state }) => state === 'running')
    expect(encoders()[0]?.state).not.toBe('T')
    await media.jobs.cancel(id)
    expect((await ended(id)).state).toBe('cancelled')
  },
)

test('when the studio ends, nothing it started goes on', async () => {
  const { media, take, when, folder } = studioMedia()
  const { id: hash } = await take(long)
  const { id } = await media.jobs.start({ hash, recipe: web })
  await when(id, ({ progress }) => progress > 0)
  await media.stop()
  expect(encoders()).toEqual([])
  expect(existsSync(join(folder, 'blobs/work', id))).toBe(false)
})

test.skipIf(process.platform !== 'linux')(
  'what a studio that was killed has left working is ended by the next',
  async () => {
    const folder = temporaryFolder()
    const own = join(folder, 'work/old-job')
    mkdirSync(own, { recursive: true })
    // As its ffmpeg would be, also one that stands still.
    const left = run(['-e', 'setInterval(() => undefined, 1000)'], {}, process.execPath, own)
    left.child.kill('SIGSTOP')
    const other = run(['-e', 'setInterval(() => undefined, 1000)'], {}, process.execPath, folder)
    // The data folder may be a link.
    const link = join(temporaryFolder(), 'studio')
    symlinkSync(folder, link)
    engine(link)
    expect(await left.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(other.child.exitCode ?? other.child.signalCode).toBeNull()
  },
)

test.skipIf(process.platform !== 'linux')('while live, every thread of ffmpeg gives way', async () => {
  const { media, take, when } = studioMedia()
  const { id: hash } = await take(long)
  const { id } = await media.jobs.start({ hash, recipe: web })
  await when(id, ({ progress }) => progress > 0)
  const priorities = () => {
    const pid = encoders()[0]!.pid
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
    })
  }
  await media.jobs.calm(true)
  expect(priorities().length).toBeGreaterThan(1)
  expect(new Set(priorities())).toEqual(new Set([19]))
})
