import { sql } from 'kysely'
import { pino } from 'pino'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Post } from '../../shared/collections/posts.ts'
import { newId } from '../../shared/domain/id.ts'
import { bodyFromJson } from '../../shared/domain/richtext/index.ts'
import { testDatabase } from '../testing/database.ts'
import { createIntake } from './intake.ts'
import {
  addWorkspace,
  noPlan,
  type PublishingServer,
  publishNow,
  samplePost,
  scheduleAt,
  startPublishing,
  workspaceId,
} from './testing/server.ts'
import { recheckZones } from './zone-recheck.ts'

const minute = 60_000
// The clock of these tests is turned by hand. It is far ahead of the database's, so that pg-boss runs none of their jobs.
let now = Date.UTC(2096, 5, 1, 9, 0, 0)
let database: Awaited<ReturnType<typeof testDatabase>>
let server: PublishingServer

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  server = await startPublishing(database, { now: () => now, timing: { sweepMs: 3_600_000 } })
  await server.publishing.start()
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})
beforeEach(() => {
  now += 3_600_000
})

const advance = async (ms: number) => {
  now += ms
  await server.publishing.publishDue()
}
const published = async (id: string) => {
  const { rows } = await sql<{ title: string; slug: string; revision: number; withdrawn: boolean }>`
    select title, slug, revision, withdrawn_at is not null as withdrawn from published_posts
    where workspace_id = ${workspaceId} and post_id = ${id}`.execute(database.db)
  return rows[0] ?? null
}
const log = async (id: string) => {
  const { rows } = await sql<{ action: string }>`
    select action from publication_log where workspace_id = ${workspaceId} and post_id = ${id} order by seq`.execute(
    database.db,
  )
  return rows.map((row) => row.action)
}
const picture = (seed: number) =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: { r: seed % 256, g: seed >> 8, b: 9 } } })
    .png()
    .toBuffer()
const hashOf = async (bytes: Buffer) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex')
const live = async (fields: Partial<Post> = {}): Promise<Post> => {
  const post = await server.save(samplePost({ plan: publishNow(), ...fields }))
  await advance(0)
  expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  return post
}

describe('a plan', () => {
  test('of a draft there is nothing to tell until something is planned; cancelled, it is told as a draft', async () => {
    const post = await server.save(samplePost())
    await advance(minute)
    expect(await published(post.id)).toBeNull()
    expect(await server.outcome(post.id)).toBeNull()
    const planned = await server.save(post, { plan: scheduleAt(now + 10 * minute) })
    expect(await server.outcome(post.id)).toMatchObject({ kind: 'post', state: 'scheduled' })
    const cancelled = await server.save(planned, { plan: noPlan() })
    expect(await server.outcome(post.id)).toMatchObject({
      state: 'draft',
      planId: '',
      receivedVersion: cancelled.updatedAt,
      path: '',
    })
    await server.save(cancelled, { _deleted: true })
    expect(await server.outcome(post.id)).toBeNull()
    await advance(10 * minute)
    expect(await published(post.id)).toBeNull()
  })

  test('a scheduled post has its publication and its job from the same commit', async () => {
    const due = now + 10 * minute
    const post = await server.save(samplePost({ plan: scheduleAt(due) }))
    expect(await server.outcome(post.id)).toMatchObject({
      state: 'scheduled',
      planId: post.plan.id,
      dueAt: new Date(due).toISOString(),
    })
    const { rows } = await sql<{ start_after: Date; publication: string; job: string }>`
      select j.start_after, p.xmin::text as publication, j.xmin::text as job from jobs.job j, publications p
      where j.singleton_key = ${`${workspaceId}/${Math.floor((due - 10_000) / 1000)}`} and p.post_id = ${post.id}`.execute(
      database.db,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]!.start_after.getTime()).toBe(due - 10_000)
    expect(rows[0]!.job).toBe(rows[0]!.publication)
  })

  test('it is published at its time and not a moment before', async () => {
    const due = now + 10 * minute
    const post = await server.save(samplePost({ title: 'On the minute', plan: scheduleAt(due) }))
    await advance(10 * minute - 1)
    expect(await published(post.id)).toBeNull()
    await advance(1)
    expect(await published(post.id)).toMatchObject({ title: 'On the minute', slug: 'on-the-minute', revision: 1 })
    expect(await server.outcome(post.id)).toMatchObject({
      state: 'published',
      publishedAt: new Date(due).toISOString(),
      publishedVersion: post.updatedAt,
      path: '/@ada/on-the-minute',
      slug: 'on-the-minute',
      revision: 1,
    })
    await advance(60 * minute)
    expect(await log(post.id)).toEqual(['publish'])
  })

  test('the newest version is what goes out', async () => {
    const post = await server.save(samplePost({ title: 'First thought', plan: scheduleAt(now + minute) }))
    await advance(minute - 2000)
    await server.publishing.sweep()
    await server.save(post, { title: 'Second thought' })
    await advance(2000)
    expect(await published(post.id)).toMatchObject({ title: 'Second thought', slug: 'second-thought' })
  })

  test('it can be cancelled and moved until the last moment', async () => {
    const cancelled = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    const moved = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    await advance(minute - 1000)
    await server.save(cancelled, { plan: noPlan() })
    await server.save(moved, { plan: scheduleAt(now + 5 * minute) })
    await advance(1000)
    expect(await published(cancelled.id)).toBeNull()
    expect(await published(moved.id)).toBeNull()
    expect(await server.outcome(cancelled.id)).toMatchObject({ state: 'draft', dueAt: '' })
    await advance(5 * minute)
    expect(await published(moved.id)).not.toBeNull()
    expect(await published(cancelled.id)).toBeNull()
  })

  test('local times that do not exist and unknown zones are refused by name, the rest of the push is kept', async () => {
    const good = samplePost({ plan: scheduleAt(now + minute) })
    const bad = (plan: Partial<Post['plan']>, fields: Partial<Post> = {}) =>
      samplePost({ plan: { ...scheduleAt(now + minute), ...plan }, ...fields })
    const docs = [
      bad({ local: '2027-03-28T02:30:00' }),
      bad({ zone: 'Mars/Phobos' }),
      bad({ local: '2026-02-30T09:00:00' }),
      good,
      bad({}, { slug: '../' }),
      bad({}, { slug: 'a\u202eb' }),
    ]
    const { refused } = await server.push('posts', docs)
    expect(refused.map(({ id, code }) => [docs.findIndex((doc) => doc.id === id), code]).sort()).toEqual([
      [0, 'schedule_time_missing'],
      [1, 'schedule_zone_unknown'],
      [2, 'schedule_time_invalid'],
      [4, 'slug_invalid'],
      [5, 'slug_invalid'],
    ])
    expect(refused.find((entry) => entry.code === 'schedule_time_missing')!.message).toContain('Choose 01:59 or 03:00')
    expect(await server.outcome(good.id)).toMatchObject({ state: 'scheduled' })
  })

  test('the server derives the instant itself', async () => {
    const due = Date.UTC(2096, 9, 28, 0, 30)
    const plan = { ...scheduleAt(due), local: '2096-10-28T02:30:00', at: '2096-10-28T01:30:00.000Z' }
    const post = await server.save(samplePost({ plan }))
    // 02:30 comes twice that night: the first is meant, whatever the device believed.
    expect(await server.outcome(post.id)).toMatchObject({ dueAt: '2096-10-28T00:30:00.000Z' })
  })

  test('only owners and editors may change posts', async () => {
    server.principal.role = 'viewer'
    try {
      await expect(server.save(samplePost())).rejects.toMatchObject({ code: 'not_allowed' })
    } finally {
      server.principal.role = 'owner'
    }
  })
})

describe('a published post', () => {
  test('saving it again never publishes it again', async () => {
    const post = await live({ title: 'Once' })
    await advance(minute)
    await server.save(post, { title: 'Once, but edited' })
    await advance(minute)
    expect(await published(post.id)).toMatchObject({ title: 'Once', revision: 1 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', publishedVersion: post.updatedAt })
    expect(await log(post.id)).toEqual(['publish'])
  })

  test('pressing update makes a revision, once', async () => {
    const post = await live({ title: 'Old' })
    const release = newId()
    await advance(minute)
    const updated = await server.save(post, { title: 'New', release })
    expect(await published(post.id)).toMatchObject({ title: 'New', slug: 'old', revision: 2 })
    expect(await server.outcome(post.id)).toMatchObject({
      release,
      revision: 2,
      publishedVersion: updated.updatedAt,
    })
    await advance(minute)
    await server.save(updated, { title: 'Newer, not released' })
    expect(await published(post.id)).toMatchObject({ title: 'New', revision: 2 })
    expect(await log(post.id)).toEqual(['publish', 'update'])
  })

  test('another address takes the place of the old one, which is kept for redirects', async () => {
    const post = await live({ title: 'Address', slug: 'first-address' })
    await server.save(post, { slug: 'second-address', release: newId() })
    expect(await published(post.id)).toMatchObject({ slug: 'second-address' })
    const { rows } = await sql<{ slug: string }>`
      select slug from post_slugs where post_id = ${post.id} order by slug`.execute(database.db)
    expect(rows.map((row) => row.slug)).toEqual(['first-address', 'second-address'])
  })

  test('it is taken down when asked, and comes back only with a new plan', async () => {
    let post = await live()
    post = await server.save(post, { withdrawn: newId() })
    expect(await published(post.id)).toMatchObject({ withdrawn: true })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'withdrawn', path: '', withdrawn: post.withdrawn })
    await advance(minute)
    post = await server.save(post, { title: 'still down' })
    await advance(minute)
    expect(await published(post.id)).toMatchObject({ withdrawn: true })
    post = await server.save(post, { plan: publishNow() })
    await advance(0)
    expect(await published(post.id)).toMatchObject({ withdrawn: false, title: 'still down', revision: 2 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', withdrawn: post.withdrawn })
    expect(await log(post.id)).toEqual(['publish', 'withdraw', 'publish'])
  })

  test('a take-down asked for after planning again ends that plan too', async () => {
    let post = await live()
    const plan = scheduleAt(now + minute)
    post = await server.save(post, { plan, withdrawn: newId(Date.now() + 1000) })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'withdrawn' })
    await advance(2 * minute)
    expect(await published(post.id)).toMatchObject({ withdrawn: true })
  })

  test('an old plan that comes back through a merge is not carried out twice', async () => {
    const post = await live()
    const other = await server.save(post, { plan: noPlan() })
    await server.save(other, { plan: post.plan })
    await advance(minute)
    expect(await log(post.id)).toEqual(['publish'])
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })

  test('deleting it takes it down; undoing that shows it again', async () => {
    const post = await live({ title: 'Here and gone' })
    await server.save(post, { _deleted: true })
    expect(await published(post.id)).toMatchObject({ withdrawn: true })
    expect(await server.outcome(post.id)).toBeNull()
    await advance(minute)
    await server.save(post)
    expect(await published(post.id)).toMatchObject({ withdrawn: false, revision: 1 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', path: '/@ada/here-and-gone' })
    expect(await log(post.id)).toEqual(['publish', 'withdraw', 'restore'])
  })

  test('a deleted plan is not carried out; undone in time it is', async () => {
    const gone = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    const undone = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    await server.save(gone, { _deleted: true })
    await server.save(undone, { _deleted: true })
    await server.save(undone)
    await advance(minute)
    expect(await published(gone.id)).toBeNull()
    expect(await published(undone.id)).not.toBeNull()
  })

  test('a scheduled update of a public post is one more revision under the same date', async () => {
    const post = await live({ title: 'Version 1' })
    const before = await server.outcome(post.id)
    await server.save(post, { title: 'Version 2', plan: scheduleAt(now + minute) })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'scheduled', path: '/@ada/version-1' })
    expect(await published(post.id)).toMatchObject({ title: 'Version 1' })
    await advance(minute)
    expect(await published(post.id)).toMatchObject({ title: 'Version 2', revision: 2 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', publishedAt: before!.publishedAt })
  })
})

describe('a time that has passed', () => {
  test('within fifteen minutes it is published', async () => {
    const post = await server.save(samplePost({ plan: scheduleAt(now - 15 * minute) }))
    await advance(0)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })

  test('later the author is asked, and nothing happens until the answer', async () => {
    const post = await server.save(samplePost({ plan: scheduleAt(now - 16 * minute) }))
    expect(await server.outcome(post.id)).toMatchObject({ state: 'late', planId: post.plan.id })
    const edited = await server.save(post, { title: 'Edited while asked' })
    await advance(60 * minute)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'late' })
    await server.save(edited, { plan: publishNow() })
    await advance(0)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })

  test('the author can move it or let it be', async () => {
    const moved = await server.save(samplePost({ plan: scheduleAt(now - 60 * minute) }))
    const skipped = await server.save(samplePost({ plan: scheduleAt(now - 60 * minute) }))
    await server.save(moved, { plan: scheduleAt(now + minute) })
    await server.save(skipped, { plan: noPlan() })
    await advance(minute)
    expect(await server.outcome(moved.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(skipped.id)).toMatchObject({ state: 'draft' })
  })

  test('by its own rule it is published or skipped', async () => {
    const out = await server.save(samplePost({ plan: scheduleAt(now - 60 * minute, { late: 'publish' }) }))
    const skip = await server.save(samplePost({ plan: scheduleAt(now - 60 * minute, { late: 'skip' }) }))
    await advance(0)
    expect(await server.outcome(out.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(skip.id)).toMatchObject({ state: 'skipped' })
  })

  test('a server that was down past the grace asks too', async () => {
    const post = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    await advance(17 * minute)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'late' })
  })
})

describe('pause all', () => {
  const pause = (paused: boolean) =>
    server.push('settings', [
      { id: 'publishing', publishing: { paused, late: 'ask' }, updatedAt: new Date(now).toISOString() },
    ])

  test('holds everything not yet published, and lets it go by the late rule', async () => {
    const soonDue = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    const farDue = await server.save(samplePost({ plan: scheduleAt(now + 120 * minute) }))
    const asked = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    const skipped = await server.save(samplePost({ plan: scheduleAt(now + minute, { late: 'skip' }) }))
    const shown = await live({ title: 'Shown' })
    await pause(true)
    const planned = await server.save(samplePost({ plan: publishNow() }))
    for (const post of [soonDue, farDue, planned]) {
      expect(await server.outcome(post.id)).toMatchObject({ state: 'held' })
    }
    // What is public can be corrected and taken down in the middle of a crisis.
    await server.save(shown, { title: 'Corrected', release: newId() })
    expect(await published(shown.id)).toMatchObject({ title: 'Corrected' })
    await advance(5 * minute)
    expect(await published(soonDue.id)).toBeNull()
    await pause(false)
    await advance(0)
    expect(await server.outcome(soonDue.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(planned.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(farDue.id)).toMatchObject({ state: 'scheduled' })
    expect(await server.outcome(asked.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(skipped.id)).toMatchObject({ state: 'published' })
  })

  test('a long pause makes plans late', async () => {
    const ask = await server.save(samplePost({ plan: scheduleAt(now + minute) }))
    const skip = await server.save(samplePost({ plan: scheduleAt(now + minute, { late: 'skip' }) }))
    await advance(minute - 2000)
    await pause(true)
    await advance(30 * minute)
    await pause(false)
    await advance(0)
    expect(await server.outcome(ask.id)).toMatchObject({ state: 'late' })
    expect(await server.outcome(skip.id)).toMatchObject({ state: 'skipped' })
  })
})

describe('pictures', () => {
  test('a post waits for its pictures and goes out when the last has arrived', async () => {
    const [a, b] = [await picture(1), await picture(2)]
    const [hashA, hashB] = [await hashOf(a), await hashOf(b)]
    const body = bodyFromJson({
      type: 'doc',
      content: [{ type: 'image', attrs: { hash: hashA, alt: '', width: 40, height: 30, caption: '' } }],
    })
    // The device forgot to name the picture in the text: the server reads the text itself.
    const post = await server.save(samplePost({ body, cover: hashB, images: [hashB], plan: publishNow() }))
    expect(await server.outcome(post.id)).toMatchObject({ state: 'waiting', missing: [hashA, hashB] })
    await server.storeFile(a)
    expect(await server.outcome(hashA)).toMatchObject({ kind: 'media', state: 'stored' })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'waiting', missing: [hashB] })
    await advance(60 * minute)
    expect(await published(post.id)).toBeNull()
    await server.storeFile(b)
    await advance(0)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', missing: [] })
    expect((await server.app.inject(`/media/${workspaceId}/${hashA}`)).statusCode).toBe(200)
  })

  test('pictures that come within the grace are in time, later ones make the post late', async () => {
    const [a, b] = [await picture(3), await picture(4)]
    const due = now + minute
    const early = await server.save(samplePost({ images: [await hashOf(a)], plan: scheduleAt(due) }))
    const late = await server.save(samplePost({ images: [await hashOf(b)], plan: scheduleAt(due) }))
    await advance(10 * minute)
    await server.storeFile(a)
    await advance(0)
    expect(await server.outcome(early.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(late.id)).toMatchObject({ state: 'waiting' })
    await advance(10 * minute)
    await server.publishing.sweep()
    expect(await server.outcome(late.id)).toMatchObject({ state: 'late' })
  })

  test('an update waits for its pictures too, and shows the old version meanwhile', async () => {
    const post = await live({ title: 'Without picture' })
    const bytes = await picture(5)
    const hash = await hashOf(bytes)
    const updated = await server.save(post, { title: 'With picture', cover: hash, images: [hash], release: newId() })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'waiting', missing: [hash], release: '' })
    expect(await published(post.id)).toMatchObject({ title: 'Without picture' })
    await server.storeFile(bytes)
    expect(await published(post.id)).toMatchObject({ title: 'With picture', revision: 2 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', release: updated.release, missing: [] })
  })
})

describe('what cannot be published', () => {
  test('a broken body fails with a sentence, and a repaired one goes out at its time', async () => {
    const post = await server.save(samplePost({ body: '!!!!', plan: scheduleAt(now + minute) }))
    expect(await server.outcome(post.id)).toMatchObject({ state: 'failed', problem: { code: 'body_invalid' } })
    await server.save(post, { body: '' })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'scheduled', problem: null })
    await advance(minute)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })

  test('repaired after its time, the author is asked', async () => {
    const post = await server.save(samplePost({ body: '!!!!', plan: publishNow() }))
    await advance(minute)
    await server.save(post, { body: '' })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'late' })
  })

  test('an empty post and a story are told what is wrong', async () => {
    const empty = await server.save(samplePost({ title: ' ', plan: publishNow() }))
    expect((await server.outcome(empty.id))!.problem!.message).toContain('nothing in this post')
    const story = await server.save(samplePost({ kind: 'story', plan: publishNow() }))
    expect((await server.outcome(story.id))!.problem!.message).toContain('stories')
  })

  test('a taken address is refused with one that is free; an address of the server’s making is made free', async () => {
    await live({ title: 'Same name' })
    const second = await live({ title: 'Same name' })
    expect(await published(second.id)).toMatchObject({ slug: 'same-name-2' })
    const chosen = await server.save(samplePost({ slug: 'same-name', plan: publishNow() }))
    const outcome = await server.outcome(chosen.id)
    expect(outcome).toMatchObject({ state: 'failed', problem: { code: 'slug_taken' } })
    expect(outcome!.problem!.message).toContain('same-name-3')
  })

  test('a failed update leaves what is public as it is', async () => {
    const post = await live({ title: 'Fine' })
    await server.save(post, { title: 'Broken', body: '!!!!', release: newId() })
    expect(await published(post.id)).toMatchObject({ title: 'Fine', revision: 1 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'failed', path: '/@ada/fine' })
    await server.save(post, { title: 'Mended', body: '', release: newId() })
    expect(await published(post.id)).toMatchObject({ title: 'Mended', revision: 2 })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published', problem: null })
  })
})

describe('new zone data', () => {
  const recheck = (zoneData: string) =>
    recheckZones({
      db: database.db,
      sync: server.sync,
      intake: createIntake({
        sync: server.sync,
        media: server.media,
        jobs: { enqueue: async (_tx, entries) => void enqueued.push(...entries) },
        clock: { now: () => now },
        soon: () => {},
        leadMs: 0,
      }),
      log: pino({ level: 'silent' }),
      zoneData,
    })
  const enqueued: { dueAt: number }[] = []

  test('moves a plan to the instant its local time now means, and has it looked at then', async () => {
    const due = now + 500 * minute
    const post = await server.save(samplePost({ plan: scheduleAt(due) }))
    // As if the zone had been an hour off when it was planned.
    await sql`
      update publications set due_at = due_at + interval '1 hour', zone_data = 'old' where post_id = ${post.id}`.execute(
      database.db,
    )
    expect(await recheck('new')).toBe(1)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'scheduled', dueAt: new Date(due).toISOString() })
    expect(enqueued.map((entry) => entry.dueAt)).toEqual([due])
    expect(await recheck('new')).toBe(0)
  })

  test('a time that has come to be jumped over fails with a sentence', async () => {
    const post = await server.save(samplePost({ plan: scheduleAt(now + 500 * minute) }))
    await sql`
      update publications set local = '2027-03-28T02:30:00', zone_data = 'old' where post_id = ${post.id}`.execute(
      database.db,
    )
    await recheck('newer')
    expect(await server.outcome(post.id)).toMatchObject({
      state: 'failed',
      problem: { code: 'schedule_time_missing', message: expect.stringContaining('Choose 01:59 or 03:00') },
      dueAt: '',
    })
    // An edit of the text chooses no time: the author is asked, and nothing is put back to the old instant.
    await server.save({ ...post, title: 'Edited' })
    expect(await server.outcome(post.id)).toMatchObject({ state: 'late', dueAt: '' })
  })
})

test('the profile is projected from the settings', async () => {
  const profile = { name: 'Ada', bio: 'Numbers', accentHue: 20, theme: 'ink', avatar: '', cover: '', language: 'en' }
  const doc = { id: 'profile', profile, updatedAt: '' }
  await server.push('settings', [doc])
  const read = () => sql<{ name: string }>`select name from profiles`.execute(database.db).then((r) => r.rows)
  expect(await read()).toEqual([{ name: 'Ada' }])
  await server.push('settings', [{ ...doc, _deleted: true }])
  expect(await read()).toEqual([])
})

test('operators can list what is planned', async () => {
  const post = await server.save(samplePost({ plan: scheduleAt(now + 1000 * minute) }))
  const answer = await server.app.inject('/api/publications?state=scheduled')
  expect(answer.statusCode).toBe(200)
  expect(answer.json().publications).toContainEqual(
    expect.objectContaining({
      postId: post.id,
      state: 'scheduled',
      dueAt: new Date(now + 1000 * minute).toISOString(),
    }),
  )
  expect((await server.app.inject('/api/publications?state=nonsense')).statusCode).toBe(400)
})
