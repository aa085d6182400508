import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addWorkspace, workspaceId } from '../schedule/testing/server.ts'
import { testDatabase } from '../testing/database.ts'
import { assignSlugs } from './slugs.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  await addWorkspace(database, 'ws2', 'bob')
})
afterAll(() => database?.drop())
beforeEach(() => sql`truncate post_slugs`.execute(database.db))

const take = (slugs: Record<string, string>, workspace = workspaceId) =>
  sql`
    insert into post_slugs (workspace_id, slug, post_id)
    select ${workspace}, s, p from unnest(${Object.keys(slugs)}::text[], ${Object.values(slugs)}::text[]) as t(s, p)
    on conflict do nothing`.execute(database.db)
const assign = async (...wishes: [postId: string, title: string, chosen?: string, current?: string][]) => {
  const slugs = await assignSlugs(
    database.db,
    workspaceId,
    wishes.map(([postId, title, chosen = '', current = '']) => ({ postId, title, chosen, current })),
  )
  return wishes.map(([postId]) => {
    const slug = slugs.get(postId)!
    return typeof slug === 'string' ? slug : slug.code
  })
}

test('posts of the same title at the same time get an address each', async () => {
  expect(await assign(['a', 'News'], ['b', 'News'], ['c', 'news!'])).toEqual(['news', 'news-2', 'news-3'])
})

test('a number is free although the plain address is not, and the other way round', async () => {
  await take({ news: 'x', 'news-3': 'y', 'talk-2': 'z' })
  expect(await assign(['a', 'News'], ['b', 'News'])).toEqual(['news-2', 'news-4'])
  expect(await assign(['c', 'Talk'], ['d', 'Talk'])).toEqual(['talk', 'talk-3'])
})

test('many numbers are counted on', async () => {
  await take(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [n === 0 ? 'news' : `news-${n + 1}`, `p${n}`])))
  expect(await assign(['a', 'News'])).toEqual(['news-41'])
  const six = Array.from({ length: 6 }, (_, n): [string, string] => [`q${n}`, 'Fresh'])
  await take({ 'fresh-6': 'x' })
  expect(await assign(...six)).toEqual(['fresh', 'fresh-2', 'fresh-3', 'fresh-4', 'fresh-5', 'fresh-7'])
})

test('a name of the page’s own is numbered', async () => {
  expect(await assign(['a', 'Archive'], ['b', 'Archive'])).toEqual(['archive-2', 'archive-3'])
  await take({ 'archive-2': 'x' })
  expect(await assign(['c', 'Archive'])).toEqual(['archive-3'])
})

test('a post keeps its address whatever its title becomes, and may go back to one it had', async () => {
  await take({ first: 'a', second: 'a' })
  expect(await assign(['a', 'Another title', '', 'second'])).toEqual(['second'])
  expect(await assign(['a', 'Another title', 'first', 'second'])).toEqual(['first'])
})

test('a chosen address that another post has or had is refused, other workspaces do not matter', async () => {
  await take({ mine: 'x' })
  await take({ theirs: 'y' }, 'ws2')
  expect(await assign(['a', '', 'mine'], ['b', '', 'theirs'], ['c', '', '../'])).toEqual([
    'slug_taken',
    'theirs',
    'slug_invalid',
  ])
})
