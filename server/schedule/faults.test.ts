import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import type { Post } from '../../shared/collections/posts.ts'
import { testDatabase } from '../testing/database.ts'
import { claimDue } from './claims.ts'
import { createIntake } from './intake.ts'
import { createPublishBatch } from './publish-batch.ts'
import {
  addWorkspace,
  type PublishingServer,
  publishNow,
  samplePost,
  scheduleAt,
  startPublishing,
  workspaceId,
} from './testing/server.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
})
afterAll(() => database?.drop())
beforeEach(async () => {
  const tables = ['published_posts', 'post_revisions', 'post_slugs', 'publications', 'publication_log', 'documents']
  await sql`truncate ${sql.raw(tables.join(', '))}`.execute(database.db)
})

const nextSecond = (inMs: number) => Math.ceil((Date.now() + inMs) / 1000) * 1000
const count = async (query: ReturnType<typeof sql<{ n: number }>>) =>
  (await query.execute(database.db)).rows[0]!.n as number
const publishedCount = () =>
  count(sql<{ n: number }>`select count(*)::int n from publications where state = 'published'`)

async function plan(server: PublishingServer, dueTimes: readonly number[]): Promise<Post[]> {
  const posts = dueTimes.map((due, i) =>
    // Past the grace a slow machine would otherwise make this a test of the late rule.
    samplePost({ title: `Post ${i}`, plan: scheduleAt(due, { late: 'publish' }) }),
  )
  for (let i = 0; i < posts.length; i += 100) {
    const { refused, conflicts } = await server.push('posts', posts.slice(i, i + 100))
    expect([refused, conflicts]).toEqual([[], []])
  }
  return posts
}

/** Nothing twice, nothing missing, nothing early; and what devices are told agrees with what readers see. */
async function expectEachOnce(total: number): Promise<void> {
  const n = (query: ReturnType<typeof sql<{ n: number }>>) => count(query)
  expect(await n(sql`select count(*)::int n from publication_log where action = 'publish'`)).toBe(total)
  expect(await n(sql`select count(distinct post_id)::int n from publication_log`)).toBe(total)
  expect(await n(sql`select count(*)::int n from post_revisions`)).toBe(total)
  expect(await n(sql`select count(*)::int n from published_posts where withdrawn_at is null`)).toBe(total)
  expect(await n(sql`select count(*)::int n from published_posts where revision <> 1`)).toBe(0)
  expect(await n(sql`select count(*)::int n from publications where published_at < due_at`)).toBe(0)
  expect(
    await n(sql`select count(*)::int n from documents where collection = 'outcomes' and doc ->> 'state' = 'published'`),
  ).toBe(total)
}

test('two servers publish each post once, on time', async () => {
  const servers = [await startPublishing(database), await startPublishing(database)]
  try {
    for (const server of servers) await server.publishing.start()
    const due = nextSecond(6000)
    await plan(
      servers[0]!,
      Array.from({ length: 300 }, (_, i) => (i < 200 ? due : due + (i % 10) * 100)),
    )
    await vi.waitFor(async () => expect(await publishedCount()).toBe(300), { timeout: 30_000, interval: 100 })
    await expectEachOnce(300)
  } finally {
    for (const server of servers) await server.close()
  }
}, 60_000)

test('a job that vanished is made up for by the sweep', async () => {
  const server = await startPublishing(database, { timing: { leadMs: 0, sweepMs: 200 } })
  try {
    await server.publishing.start()
    await plan(server, [nextSecond(2000)])
    await sql`delete from jobs.job`.execute(database.db)
    await vi.waitFor(async () => expect(await publishedCount()).toBe(1), { timeout: 20_000, interval: 100 })
  } finally {
    await server.close()
  }
}, 60_000)

test('whoever lost a claim can no longer publish', async () => {
  // Far ahead of the database's clock, so that pg-boss runs nothing by itself.
  let now = Date.UTC(2096, 5, 1)
  const server = await startPublishing(database, { now: () => now, timing: { sweepMs: 3_600_000 } })
  try {
    await server.publishing.start()
    const [post] = await plan(server, [now + 60_000])
    now += 60_000
    const slow = { owner: 'slow', now, limit: 10, leaseMs: 8000 }
    const lost = await claimDue(database.db, { workspaceIds: null, horizon: now }, slow)
    expect(lost).toHaveLength(1)
    const parts = { sync: server.sync, media: server.media, clock: { now: () => now } }
    const publishBatch = createPublishBatch({
      ...parts,
      intake: createIntake({ ...parts, jobs: { enqueue: async () => {} }, soon: () => {}, leadMs: 0 }),
    })
    // Nobody else may have it before the lease ends.
    await server.publishing.publishDue()
    await server.publishing.sweep()
    expect(await publishedCount()).toBe(0)
    now += 8001
    await server.publishing.sweep()
    await server.publishing.publishDue()
    expect(await server.outcome(post!.id)).toMatchObject({ state: 'published', revision: 1 })
    expect(await publishBatch(workspaceId, lost, new Map())).toEqual([])
    await expectEachOnce(1)
  } finally {
    await server.close()
  }
})

test('one post that the database refuses does not keep the others back, and fails with a sentence', async () => {
  let now = Date.UTC(2096, 6, 1)
  const server = await startPublishing(database, { now: () => now, timing: { sweepMs: 3_600_000 } })
  await sql`
    create function poison() returns trigger language plpgsql as
    $$ begin if new.title = 'Poison' then raise exception 'no'; end if; return new; end $$`.execute(database.db)
  await sql`create trigger poison before insert on published_posts for each row execute function poison()`.execute(
    database.db,
  )
  try {
    await server.publishing.start()
    const due = now + 60_000
    const good = await plan(server, [due, due, due, due])
    const poison = await server.save(samplePost({ title: 'Poison', plan: scheduleAt(due) }))
    now = due
    await server.publishing.publishDue()
    for (const post of good) expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
    expect(await server.outcome(poison.id)).toMatchObject({ state: 'scheduled' })
    for (let attempt = 0; attempt < 6; attempt++) {
      now += 70_000
      await server.publishing.sweep()
      await server.publishing.publishDue()
    }
    expect(await server.outcome(poison.id)).toMatchObject({ state: 'failed', problem: { code: 'internal' } })
    // The author presses publish again, and the cause is gone.
    await sql`drop trigger poison on published_posts`.execute(database.db)
    await server.save(poison, { plan: publishNow() })
    await server.publishing.publishDue()
    expect(await server.outcome(poison.id)).toMatchObject({ state: 'published', problem: null })
  } finally {
    await sql`drop function poison cascade`.execute(database.db)
    await server.close()
  }
})

test('a server that stops gives its claims back', async () => {
  const first = await startPublishing(database)
  await first.publishing.start()
  const due = nextSecond(4000)
  await plan(first, [due])
  await vi.waitFor(async () =>
    expect(await count(sql`select count(*)::int n from publications where state = 'claimed'`)).toBe(1),
  )
  await first.close()
  expect(await count(sql`select count(*)::int n from publications where state = 'scheduled'`)).toBe(1)
  const second = await startPublishing(database)
  try {
    await second.publishing.start()
    await vi.waitFor(async () => expect(await publishedCount()).toBe(1), { timeout: 20_000, interval: 100 })
  } finally {
    await second.close()
  }
}, 60_000)

test('publishers killed at random: nothing doubled, nothing lost', async () => {
  const total = 300
  const timing = { leadMs: 1500, leaseMs: 1500, sweepMs: 300 }
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(database.db)
  const dataDir = join('/tmp', `grover-kills-${process.pid}`)
  const children = new Set<ChildProcess>()
  const spawn = async (): Promise<ChildProcess> => {
    const child = fork(join(import.meta.dirname, 'testing/publisher-process.ts'), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        TEST_DATABASE: JSON.stringify({ ...inject('cluster'), database: rows[0]!.name, max: 5 }),
        TEST_DATA: dataDir,
        TEST_TIMING: JSON.stringify(timing),
      },
    })
    children.add(child)
    await once(child, 'message')
    return child
  }
  const kill = async (child: ChildProcess) => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    children.delete(child)
  }

  try {
    const seeder = await startPublishing(database, { timing })
    await seeder.publishing.start()
    const begin = nextSecond(8000)
    await plan(
      seeder,
      Array.from({ length: total }, (_, i) => begin + i * 50),
    )
    await seeder.close()

    let kills = 0
    const last = begin + total * 50
    /** One of two places: a publisher is killed as soon as it has worked for a moment, and another takes its place. */
    const haunt = async () => {
      for (;;) {
        const child = await spawn()
        await delay(Math.max(0, begin - Date.now()) + Math.random() * 700)
        // Where starting one takes long, the last ones are killed after the last post.
        if (Date.now() > last && kills > 3) return
        await kill(child)
        kills++
      }
    }
    await Promise.all([haunt(), haunt()])
    expect(kills).toBeGreaterThan(3)
    await vi.waitFor(async () => expect(await publishedCount()).toBe(total), { timeout: 60_000, interval: 200 })
    await expectEachOnce(total)
  } finally {
    for (const child of [...children]) await kill(child)
  }
}, 180_000)
