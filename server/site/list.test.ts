import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createQueries, type ListQuery, listStatement } from './queries.ts'
import { paragraph, startTestSite, type TestSite } from './testing.ts'

let site: TestSite
beforeAll(async () => {
  site = await startTestSite()
  await site.addCreator('ada', 'ada-writes', 'Ada')
  await site.addCreator('other', 'other-writes', 'Other')
})
afterAll(() => site.stop())

const slugs = (html: string) => [...html.matchAll(/<h2 dir="auto"><a href="\/@ada-writes\/([^"]+)"/g)].map((m) => m[1])
const link = (html: string, rel: string) => new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]

test('a page without posts says so', async () => {
  const { statusCode, body } = await site.get('/@ada-writes')
  expect(statusCode).toBe(200)
  expect(body).toContain('Ada has not published anything yet.')
})

test('posts come newest first, twenty a page, each once, also those of the same instant, forwards and back', async () => {
  const posts = Array.from({ length: 65 }, (_, i) => ({
    id: `P${String(i).padStart(3, '0')}`,
    slug: `post-${i}`,
    body: [paragraph(`The text of ${i}`)],
    // Ten of each instant: more than one page boundary falls between equals.
    publishedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(i / 10) * 1000).toISOString(),
  }))
  await site.publish('ada', ...posts)
  const expected = posts.map((post) => post.slug).reverse()

  const seen: (string | undefined)[][] = []
  const paths = ['/@ada-writes']
  for (let path: string | undefined = '/@ada-writes'; path; path = link((await site.get(path)).body, 'next')) {
    if (path !== paths.at(-1)) paths.push(path)
    seen.push(slugs((await site.get(path)).body))
  }
  expect(seen.map((page) => page.length)).toEqual([20, 20, 20, 5])
  expect(seen.flat()).toEqual(expected)

  let path = paths.at(-1) as string
  const back = [slugs((await site.get(path)).body)]
  for (;;) {
    const newer = link((await site.get(path)).body, 'prev')
    if (!newer) break
    const answer = await site.get(newer)
    if (answer.statusCode === 302) {
      // From the first twenty back to the front page, which has one address.
      expect(answer.headers.location).toBe('/@ada-writes')
      break
    }
    path = newer
    back.unshift(slugs(answer.body))
  }
  const walked = back.flat()
  expect(walked).toEqual(expected.slice(expected.length - walked.length))
  expect(walked.length).toBeGreaterThan(40)
})

test('pages further back are not for search engines; the first is', async () => {
  const first = await site.get('/@ada-writes')
  expect(first.body).toContain('<link rel="canonical" href="https://grover.test/@ada-writes">')
  expect((await site.get(link(first.body, 'next') ?? '')).body).toContain('noindex')
})

test('a tag’s page has the posts with it, in whatever capitals', async () => {
  await site.publish(
    'ada',
    { id: 'T1', slug: 'tea', tags: ['Tea', 'notes'], publishedAt: '2025-01-01T00:00:00.000Z' },
    { id: 'T2', slug: 'more-tea', tags: ['tea'], publishedAt: '2025-01-02T00:00:00.000Z' },
  )
  await site.publish('other', { id: 'X1', slug: 'their-tea', tags: ['tea'] })
  expect(slugs((await site.get('/@ada-writes/tag/TEA')).body)).toEqual(['more-tea', 'tea'])
  expect((await site.get('/@other-writes/tag/tea')).body).not.toContain('more-tea')
  expect((await site.get('/@ada-writes/tag/te')).statusCode).toBe(404)
})

test('a post without a summary is listed with the first words of its text', async () => {
  await site.publish('other', { id: 'X2', slug: 'long', body: [paragraph('word '.repeat(200))] })
  const { body } = await site.get('/@other-writes')
  expect(/<p class="summary" dir="auto">([^<]*)/.exec(body)?.[1]).toMatch(/^(word ){20,}word…$/)
})

test('with 10,000 posts the list, its pages and a tag are read through their indexes', async () => {
  await site.addCreator('many', 'many-posts', 'Many')
  await sql`
    insert into published_posts (workspace_id, post_id, slug, title, summary, tags, visibility, body, text, words, cover,
      revision, published_at, updated_at)
    select 'many', 'M' || i, 's' || i, 'Title ' || i, '', array['t' || i % 500, 'all'], case when i % 10 = 0 then 'paid' else 'public' end,
      '{"type":"doc"}', repeat('text ', 400), 400, '', 1, now() - i * interval '1 hour', now()
    from generate_series(1, 10000) i`.execute(site.db)
  await sql`analyze published_posts`.execute(site.db)
  const plan = async (query: ListQuery) => {
    const { text, values } = listStatement(query)
    const { rows } = await site.pool.query(`explain (analyze, buffers) ${text}`, ['many-posts', ...values])
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  const queries = createQueries(site.pool)
  const base = { tag: null, before: null, after: null }
  const middle = { micros: (Date.now() - 5000 * 3_600_000) * 1000, postId: 'M5000' }
  for (const query of [base, { ...base, before: middle }, { ...base, after: middle }]) {
    const text = await plan(query)
    expect(text).toContain('using published_posts_feed')
    expect(text).not.toContain('Seq Scan on published_posts')
    // No more rows are touched than are shown: the index gives the order, and the cursor its start.
    expect(text).toMatch(/using published_posts_feed.*rows=21/)
  }
  expect(await plan({ ...base, tag: 't7' })).toContain('published_posts_tags')
  expect((await queries.list('many-posts', { ...base, tag: 't7' }))?.result).toHaveLength(20)

  // Planned once: a plan for each reader would cost several times what reading does.
  const client = await site.pool.connect()
  const statement = { ...listStatement(base), values: ['many-posts'] }
  for (let i = 0; i < 8; i++) await client.query(statement)
  const { rows } = await client.query('select generic_plans from pg_prepared_statements where name = $1', [
    statement.name,
  ])
  client.release()
  expect(rows[0].generic_plans).toBeGreaterThan(0)
})
