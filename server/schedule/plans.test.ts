import { Kysely, PostgresDialect, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { assignSlugs } from '../posts/slugs.ts'
import { testDatabase } from '../testing/database.ts'
import { claimDue, claimExpired, findOverdueWaiting } from './claims.ts'
import { listPublications } from './routes.ts'
import { findInStates, findMissing, findPublications, publishedPlans } from './store.ts'
import { addWorkspace, workspaceId } from './testing/server.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
/** Tells of each statement what the planner would do. */
let watched: Kysely<Database>
const statements: { text: string; values: readonly unknown[] }[] = []

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  await addWorkspace(database, 'ws2', 'bob')
  const { db } = database
  // A creator with 10,000 published posts, some planned, in a database where others have as many.
  await sql`
    insert into publications (workspace_id, post_id, plan_id, mode, local, zone, zone_data, late, due_at, state, lease_until,
      missing, received_at, received_version)
    select w.id, 'p' || n, 'plan' || n, 'schedule', '', 'UTC', 'x', 'ask', now() + (n - 9900) * interval '1 minute',
      case when n < 9850 then 'published' when n < 9860 then 'claimed' when n < 9870 then 'waiting' else 'scheduled' end,
      case when n between 9850 and 9859 then now() end,
      case when n between 9860 and 9869 then array['abc'] else '{}' end, now(), ''
    from generate_series(1, 10000) n, workspaces w`.execute(db)
  await sql`
    insert into published_posts (workspace_id, post_id, slug, title, summary, tags, visibility, body, text, words, cover,
      revision, published_at, updated_at)
    select w.id, 'p' || n, 'a-post-' || n, 'A post', '', '{}', 'public', '{}', '', 0, '', 1, now() - n * interval '1 hour', now()
    from generate_series(1, 10000) n, workspaces w`.execute(db)
  await sql`
    insert into post_slugs (workspace_id, slug, post_id) select workspace_id, slug, post_id from published_posts`.execute(
    db,
  )
  await sql`
    insert into publication_log (workspace_id, post_id, action, plan_id, revision, at)
    select workspace_id, post_id, 'publish', plan_id, 1, now() from publications where state = 'published'`.execute(db)
  await sql`
    insert into post_media (workspace_id, post_id, hash)
    select workspace_id, post_id, 'hash-' || post_id from published_posts`.execute(db)
  await sql`analyze`.execute(db)
  watched = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: ({ query }) => void statements.push({ text: query.sql, values: query.parameters }),
  })
})
afterAll(() => database?.drop())

async function planOf(run: (db: Kysely<Database>) => Promise<unknown>): Promise<string> {
  statements.length = 0
  await run(watched)
  const plans: string[] = []
  for (const { text, values } of [...statements]) {
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
  }
  return plans.join('\n\n')
}

const options = { owner: 'me', now: Date.now(), limit: 500, leaseMs: 8000 }

test.each<[string, string[], (db: Kysely<Database>) => Promise<unknown>]>([
  [
    'what is due anywhere',
    ['publications_due'],
    (db) => claimDue(db, { workspaceIds: null, horizon: Date.now() - 600_000 }, options),
  ],
  [
    'what is due in a workspace',
    ['publications_due'],
    (db) => claimDue(db, { workspaceIds: [workspaceId], horizon: Date.now() - 600_000 }, options),
  ],
  ['leases that have ended', ['publications_leases'], (db) => claimExpired(db, options)],
  ['waiting past the grace', ['publications_waiting'], (db) => findOverdueWaiting(db, Date.now())],
  ['those that wait for media', ['publications_missing'], (db) => findMissing(db, workspaceId, ['abc', 'def'])],
  ['everything that pause-all holds', ['publications_'], (db) => findInStates(db, workspaceId, ['held'])],
  ['the list of everything', ['publications_in_order'], (db) => listPublications(db, workspaceId, { limit: 100 })],
  [
    'the list of one state',
    ['publications_'],
    (db) => listPublications(db, workspaceId, { state: 'waiting', limit: 100 }),
  ],
  ['some publications', ['publications_pkey'], (db) => findPublications(db, workspaceId, ['p1', 'p2'])],
  [
    'plans carried out before',
    ['publication_log_once'],
    (db) => publishedPlans(db, workspaceId, [{ postId: 'p1', planId: 'plan1' }]),
  ],
  [
    'addresses and their numbered variants',
    ['post_slugs_pkey'],
    (db) =>
      assignSlugs(db, workspaceId, [
        { postId: 'x', chosen: '', title: 'A post 5', current: '' },
        { postId: 'y', chosen: '', title: 'Something new', current: '' },
      ]),
  ],
  [
    'the feed',
    ['published_posts_feed'],
    (db) =>
      sql`
        select title from published_posts
        where workspace_id = ${workspaceId} and withdrawn_at is null and visibility = 'public'
        order by published_at desc, post_id desc limit 20`.execute(db),
  ],
  [
    'the posts that show a picture',
    ['post_media_by_hash'],
    (db) =>
      sql`
        select 1 from post_media m join published_posts p using (workspace_id, post_id)
        where m.workspace_id = ${workspaceId} and m.hash = 'hash-p7' and p.withdrawn_at is null`.execute(db),
  ],
])('finds by index: %s', async (_what, indexes, run) => {
  const plan = await planOf(run)
  for (const index of indexes) expect(plan).toContain(index)
  expect(plan).not.toContain('Seq Scan')
})
