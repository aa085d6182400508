import { randomBytes } from 'node:crypto'
import { DOMParser } from '@xmldom/xmldom'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BodyNode } from '../../shared/domain/richtext/index.ts'
import { film, mp4, rungText, sha256, variant } from '../media/testing/films.ts'
import { createFeedWriting } from './feed-writing.ts'
import { createQueries } from './queries.ts'
import { creators, feedHead, lastNumber } from './statements.ts'
import { paragraph, startTestSite, type TestSite } from './testing.ts'

let site: TestSite
const hostile = 'A & B <c> "d" \u0007]]> \ud800 😀'
const cover = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600"><rect width="9" height="9"/></svg>`

beforeAll(async () => {
  site = await startTestSite()
  await site.addCreator('ada', 'ada-writes', 'Ada & Co')
  await site.setProfile('ada', {
    name: 'Ada & Co',
    bio: 'Two <things>\nand more',
    accentHue: 20,
    theme: 'paper',
    avatar: '',
    cover: '',
    language: 'en-gb',
  })
  await site.publish(
    'ada',
    { id: 'P1', slug: 'one', title: 'One', publishedAt: '2026-01-01T10:00:00.000Z' },
    {
      id: 'P2',
      slug: 'two',
      title: hostile.toWellFormed(),
      summary: 'Sum & mary',
      tags: ['a & b'],
      cover: await site.addPicture('ada', cover),
      body: [paragraph(`Text ${hostile}`)],
      publishedAt: '2026-01-02T10:00:00.000Z',
      updatedAt: '2026-02-01T10:00:00.000Z',
    },
  )
  await site.addCreator('empty', 'empty-page', 'Empty')
})
afterAll(() => site.stop())

/** Parses strictly: any warning fails. */
function xml(text: string): Element {
  const problem = (message: string) => {
    throw new Error(message)
  }
  const document = new DOMParser({
    errorHandler: { warning: problem, error: problem, fatalError: problem },
  }).parseFromString(text, 'text/xml')
  return document.documentElement as unknown as Element
}
const children = (element: Element) =>
  (Array.from(element.childNodes) as Node[]).filter((node): node is Element => node.nodeType === 1)
const names = (element: Element) => children(element).map((child) => child.tagName)
const child = (element: Element, name: string) => children(element).find((found) => found.tagName === name) as Element
const text = (element: Element, name: string) => child(element, name)?.textContent

describe('RSS', () => {
  test('is well formed, in the order of the specification, with what it requires', async () => {
    const { body, headers } = await site.get('/@ada-writes/feed.xml')
    expect(headers['content-type']).toBe('application/rss+xml; charset=utf-8')
    const rss = xml(body)
    expect(rss.getAttribute('version')).toBe('2.0')
    const channel = child(rss, 'channel')
    expect(names(channel)).toEqual([
      'title',
      'link',
      'description',
      'language',
      'pubDate',
      'lastBuildDate',
      'generator',
      'atom:link',
      'item',
      'item',
    ])
    expect(text(channel, 'title')).toBe('Ada & Co')
    expect(text(channel, 'language')).toBe('en-GB')
    expect(text(channel, 'description')).toBe('Two <things> and more')
    expect(text(channel, 'pubDate')).toBe('Fri, 02 Jan 2026 10:00:00 GMT')
    expect(text(channel, 'lastBuildDate')).toBe('Sun, 01 Feb 2026 10:00:00 GMT')
    expect(child(channel, 'atom:link').getAttribute('href')).toBe('https://grover.test/@ada-writes/feed.xml')
    const item = child(channel, 'item')
    expect(names(item)).toEqual([
      'title',
      'link',
      'description',
      'category',
      'guid',
      'pubDate',
      'dc:creator',
      'content:encoded',
    ])
    expect(text(item, 'title')).toBe('A & B <c> "d" ]]> \ufffd 😀')
    expect(text(item, 'link')).toBe('https://grover.test/@ada-writes/two')
    expect(text(item, 'category')).toBe('a & b')
    expect(child(item, 'guid').getAttribute('isPermaLink')).toBe('false')
    const content = text(item, 'content:encoded') ?? ''
    expect(content).toContain('<p dir="auto">Text A &amp; B &lt;c&gt;')
    expect(content).toContain('src="https://grover.test/media/ada/')
    expect(content).not.toMatch(/(src|href)="\//)
  })
  test('of a creator without posts is a feed all the same', async () => {
    const channel = child(xml((await site.get('/@empty-page/feed.xml')).body), 'channel')
    expect(names(channel)).toEqual([
      'title',
      'link',
      'description',
      'language',
      'lastBuildDate',
      'generator',
      'atom:link',
    ])
  })
})

test('Atom has an id, a title and an update for the feed and each entry', async () => {
  const { body, headers } = await site.get('/@ada-writes/atom.xml')
  expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8')
  const feed = xml(body)
  expect(feed.namespaceURI).toBe('http://www.w3.org/2005/Atom')
  expect(text(feed, 'updated')).toBe('2026-02-01T10:00:00.000Z')
  const entries = children(feed).filter((element) => element.tagName === 'entry')
  expect(entries).toHaveLength(2)
  for (const entry of [feed, ...entries])
    expect(names(entry)).toEqual(expect.arrayContaining(['id', 'title', 'updated', 'link']))
  expect(new Set(entries.map((entry) => text(entry, 'id'))).size).toBe(2)
  expect(child(entries[0] as Element, 'content').getAttribute('type')).toBe('html')
})

test('JSON Feed has what version 1.1 requires', async () => {
  const { body, headers } = await site.get('/@ada-writes/feed.json')
  expect(headers['content-type']).toBe('application/feed+json; charset=utf-8')
  const feed = JSON.parse(body)
  expect(feed).toMatchObject({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Ada & Co',
    feed_url: 'https://grover.test/@ada-writes/feed.json',
    language: 'en-GB',
  })
  expect(feed.items[0]).toMatchObject({
    url: 'https://grover.test/@ada-writes/two',
    date_published: '2026-01-02T10:00:00.000Z',
    tags: ['a & b'],
  })
  expect(feed.items[0].image).toMatch(/^https:\/\/grover\.test\/media\/ada\/[0-9a-f]{64}$/)
})

describe('films and recordings', () => {
  const files = {
    film: mp4(5000),
    alone: mp4(700),
    poster: Buffer.alloc(0),
    episode: Buffer.concat([Buffer.from('ID3\x04', 'latin1'), randomBytes(900)]),
    rung: mp4(),
    text: rungText(),
  }
  const address = (file: Buffer) => `https://grover.test/media/cast/${sha256(file)}`
  const id = (letter: string) => letter.repeat(64)
  const shown = (type: 'video' | 'audio', hash: string): BodyNode => ({
    type,
    attrs: { hash, alt: '', ...(type === 'video' ? { width: 640, height: 360 } : {}), caption: '' },
  })

  beforeAll(async () => {
    await site.addCreator('cast', 'cast-on-air', 'Cast')
    const picture = { create: { width: 640, height: 360, channels: 3, background: 'teal' } } as const
    files.poster = await sharp(picture).jpeg().toBuffer()
    for (const file of Object.values(files)) await site.addPicture('cast', file)
    const mp4Of = (file: Buffer) => variant('mp4', 'mp4', file, { width: 640, height: 360 })
    const poster = variant('poster', 'poster', files.poster, { type: 'image/jpeg' })
    const ladder = variant('hls-360', 'hls', files.rung, { playlist: sha256(files.text) })
    const podcast = variant('podcast', 'podcast', files.episode, { type: 'audio/mpeg' })
    await site.addFilm('cast', film(id('1'), [ladder, mp4Of(files.film), poster, podcast], { durationMs: 61_400 }))
    await site.addFilm('cast', film(id('2'), [mp4Of(files.alone), podcast], { kind: 'audio', width: 0, height: 0 }))
    await site.addFilm('cast', film(id('3'), [ladder, poster]))
    // Not there yet: it is still being sent.
    await site.addFilm('cast', film(id('4'), [mp4Of(mp4()), poster]))
    const post = (name: string, ...body: BodyNode[]) => ({ id: name, slug: name, tags: ['sea'], body })
    await site.publish(
      'cast',
      post('film', paragraph('See'), shown('video', id('4')), shown('video', id('1')), shown('audio', id('2'))),
      post('episode', { type: 'blockquote', content: [shown('audio', id('2'))] }),
      post('ladder', shown('video', id('3'))),
      post('words', paragraph('Nothing to play')),
      { ...post('secret', shown('video', id('1'))), visibility: 'members' },
    )
  })

  test('are in RSS as the one enclosure of their item, in its place, as long and of the type as they are', async () => {
    const channel = child(xml((await site.get('/@cast-on-air/feed.xml')).body), 'channel')
    const items = children(channel).filter(({ tagName }) => tagName === 'item')
    const found = new Map(items.map((item) => [text(item, 'link')?.split('/').pop() ?? '', item]))
    expect([...found.keys()].sort()).toEqual(['episode', 'film', 'ladder', 'words'])
    const before = ['title', 'link', 'description', 'category']
    const after = ['guid', 'pubDate', 'dc:creator', 'content:encoded']
    for (const slug of ['film', 'episode']) expect(names(found.get(slug)!)).toEqual([...before, 'enclosure', ...after])
    for (const slug of ['ladder', 'words']) expect(names(found.get(slug)!)).toEqual([...before, ...after])
    const of = (slug: string) =>
      Object.fromEntries(
        Array.from(child(found.get(slug)!, 'enclosure').attributes, ({ name, value }) => [name, value]),
      )
    expect(of('film')).toEqual({ url: address(files.film), length: '5000', type: 'video/mp4' })
    expect(of('episode')).toEqual({ url: address(files.episode), length: '904', type: 'audio/mpeg' })
    for (const slug of ['film', 'episode']) {
      const { url, length, type } = of(slug)
      const { statusCode, headers } = await site.get(new URL(url!).pathname)
      expect([statusCode, headers['content-length'], headers['content-type']]).toEqual([200, length, type])
    }
  })

  test('are in Atom as links, each once, in the order of the text', async () => {
    const feed = xml((await site.get('/@cast-on-air/atom.xml')).body)
    const linksOf = (entry: Element, rel: string) =>
      children(entry).filter((each) => each.tagName === 'link' && each.getAttribute('rel') === rel)
    const entries = children(feed).filter(({ tagName }) => tagName === 'entry')
    const found = entries.map((entry) => [
      linksOf(entry, 'alternate')[0]?.getAttribute('href')?.split('/').pop(),
      linksOf(entry, 'enclosure').map((link) => ['href', 'length', 'type'].map((name) => link.getAttribute(name))),
    ])
    const sound = [address(files.episode), '904', 'audio/mpeg']
    expect(Object.fromEntries(found)).toEqual({
      film: [[address(files.film), '5000', 'video/mp4'], sound],
      episode: [sound],
      ladder: [],
      words: [],
    })
  })

  test('are attachments in JSON Feed', async () => {
    const { items } = JSON.parse((await site.get('/@cast-on-air/feed.json')).body)
    const of = (slug: string) => items.find(({ url }: { url: string }) => url.endsWith(`/${slug}`)).attachments
    expect(of('film')[0]).toEqual({
      url: address(files.film),
      mime_type: 'video/mp4',
      size_in_bytes: 5000,
      duration_in_seconds: 61,
    })
    expect([of('film').length, of('episode').length, of('ladder'), of('words')]).toEqual([2, 1, undefined, undefined])
  })

  test('that come later, or are made again, are in the feed from then on', async () => {
    await site.addCreator('late', 'late-films', 'Late')
    const [first, second] = [mp4(300), mp4(400)]
    const lengths = async () => {
      const { items } = JSON.parse((await site.get('/@late-films/feed.json')).body)
      return items[0].attachments?.map(({ size_in_bytes }: { size_in_bytes: number }) => size_in_bytes)
    }
    await site.publish('late', { id: 'L', slug: 'l', body: [shown('audio', id('5'))] })
    const whole = variant('mp4', 'mp4', first)
    const podcast = variant('podcast', 'podcast', second, { type: 'audio/mp4' })
    await site.addFilm('late', film(id('5'), [whole, podcast], { kind: 'audio' }))
    expect(await lengths()).toBeUndefined()
    await site.addPicture('late', first)
    expect(await lengths()).toEqual([300])
    await site.addPicture('late', second)
    expect(await lengths()).toEqual([400])
    const again = JSON.stringify(film(id('5'), [whole], { kind: 'audio' }))
    await sql`
      update documents set doc = ${again}::jsonb, seq = seq + 100, updated_at = '2100-01-01T00:00:00Z'
      where workspace_id = 'late' and collection = 'media'`.execute(site.db)
    expect(await lengths()).toEqual([300])
    // Readers that go by the time alone hear of it too.
    for (const file of ['feed.json', 'feed.xml', 'atom.xml'])
      expect((await site.get(`/@late-films/${file}`)).headers['last-modified']).toBe('Fri, 01 Jan 2100 00:00:00 GMT')
  })

  test('are told to who shows a preview of the page, with the poster', async () => {
    const tag = /<meta (?:property|name)="((?:og:video|og:audio|og:image|twitter:card)[^"]*)" content="([^"]*)"/g
    const meta = async (slug: string) => {
      const { body } = await site.get(`/@cast-on-air/${slug}`)
      return Object.fromEntries([...body.matchAll(tag)].map(([, name, content]) => [name, content]))
    }
    expect(await meta('film')).toEqual({
      'og:image': address(files.poster),
      'twitter:card': 'summary_large_image',
      'og:video': address(files.film),
      'og:video:type': 'video/mp4',
      'og:video:width': '640',
      'og:video:height': '360',
    })
    expect(await meta('episode')).toEqual({
      'twitter:card': 'summary',
      'og:audio': address(files.episode),
      'og:audio:type': 'audio/mpeg',
    })
    expect(await meta('words')).toEqual({ 'twitter:card': 'summary' })
    expect(await meta('secret')).toEqual({})
  })
})

test('a post keeps its name in every feed when its address, its title and the handle change', async () => {
  await site.addCreator('cleo', 'cleo-one', 'Cleo')
  await site.publish('cleo', { id: 'C1', slug: 'before', title: 'Before' })
  const idsOf = async (handle: string) => [
    JSON.parse((await site.get(`/@${handle}/feed.json`)).body).items[0].id,
    /<guid[^>]*>([^<]*)/.exec((await site.get(`/@${handle}/feed.xml`)).body)?.[1],
    /<entry>\n<id>([^<]*)/.exec((await site.get(`/@${handle}/atom.xml`)).body)?.[1],
  ]
  const before = await idsOf('cleo-one')
  await site.publish('cleo', { id: 'C1', slug: 'after', title: 'After', revision: 2 })
  await site.setHandle('cleo', 'cleo-two')
  expect(await idsOf('cleo-two')).toEqual(before)
})

test('feeds have the newest thirty, and are not sent again to those who have them', async () => {
  await site.addCreator('many', 'many-posts', 'Many')
  await site.publish(
    'many',
    ...Array.from({ length: 40 }, (_, i) => ({
      id: `M${i}`,
      slug: `m${i}`,
      publishedAt: new Date(Date.UTC(2026, 0, i + 1)).toISOString(),
    })),
  )
  const { body, headers } = await site.get('/@many-posts/feed.json')
  const { items } = JSON.parse(body)
  expect([items.length, items[0].url]).toEqual([30, 'https://grover.test/@many-posts/m39'])
  expect(headers['last-modified']).toBe('Mon, 09 Feb 2026 00:00:00 GMT')
  expect((await site.get('/@many-posts/feed.json', { 'if-none-match': String(headers.etag) })).statusCode).toBe(304)
})

test('a feed is written once until something in it changes: a text, a name, a handle', async () => {
  const queries = createQueries(site.pool)
  let read = 0
  const feed = (handle: string) => {
    read++
    return queries.feed(handle)
  }
  const siteOf = () => ({ origin: 'https://grover.test', stylesheet: '', icon: '', preload: [], imageUrl: () => null })
  let looked = 0
  const enclosures = async () => {
    looked++
    return new Map()
  }
  const written = createFeedWriting({ queries: { feed }, siteOf, enclosures })
  const write = async (handle: string) => written('feed.json', (await queries.feedHead(handle)) as never)
  await site.addCreator('dora', 'dora-one', 'Dora')
  await site.publish('dora', { id: 'D1', slug: 'one', body: [paragraph('As it was')] })
  const first = await write('dora-one')
  expect([await write('dora-one'), read, looked]).toEqual([first, 1, 1])
  await site.publish('dora', { id: 'D1', slug: 'one', body: [paragraph('As it is')], revision: 2 })
  expect((await write('dora-one')).text).toContain('As it is')
  await site.setHandle('dora', 'dora-two')
  expect((await write('dora-two')).text).toContain('/@dora-two/one')
  expect([(await write('dora-two')).text.includes('As it is'), read]).toEqual([true, 3])
})

test('sitemaps: an index of the creators who published, and each one’s posts', async () => {
  const index = xml((await site.get('/sitemap.xml')).body)
  const maps = children(index).map((element) => text(element, 'loc'))
  expect(maps).toContain('https://grover.test/@ada-writes/sitemap.xml')
  expect(maps).not.toContain('https://grover.test/@empty-page/sitemap.xml')
  const urls = children(xml((await site.get('/@ada-writes/sitemap.xml')).body))
  expect(urls.map((url) => text(url, 'loc'))).toEqual([
    'https://grover.test/@ada-writes',
    'https://grover.test/@ada-writes/two',
    'https://grover.test/@ada-writes/one',
  ])
  expect(text(urls[1] as Element, 'lastmod')).toBe('2026-02-01T10:00:00.000Z')
  expect((await site.get('/robots.txt')).body).toContain('Sitemap: https://grover.test/sitemap.xml')
})

test('the index of sitemaps has pages; together they name everybody who published, once', async () => {
  const small = await startTestSite({ sitemapLength: 2 })
  const handles = Array.from({ length: 7 }, (_, i) => `creator-${i}`)
  for (const [i, handle] of handles.entries()) {
    await small.addCreator(`w${i}`, handle)
    if (i !== 3) await small.publish(`w${i}`, { id: 'P', slug: 'one' })
  }
  await small.setHandle('w6', 'creator-6', false)
  const pages = [...(await small.get('/robots.txt')).body.matchAll(/^Sitemap: https:\/\/grover\.test(.+)$/gm)]
  const named: string[][] = []
  for (const [, path] of pages) {
    const maps = children(xml((await small.get(path as string)).body))
    named.push(maps.map((element) => text(element, 'loc')))
  }
  expect(Math.max(...named.map((page) => page.length))).toBe(2)
  const published = handles.filter((_, i) => i !== 3 && i !== 6)
  expect(named.flat()).toEqual(published.map((handle) => `https://grover.test/@${handle}/sitemap.xml`))
  expect((await small.get('/sitemap.xml?page=none')).statusCode).toBe(400)
  await small.stop()
})

test('of many workspaces only those of the page are read', async () => {
  await sql`
    insert into workspaces (id, owner_id, handle, name, epoch)
    select 'n' || n, '', 'n' || n, '', '' from generate_series(1, 5000) n`.execute(site.db)
  await sql`analyze workspaces`.execute(site.db)
  const plan = async (statement: string, values: number[]) => {
    const { rows } = await site.pool.query(`explain ${statement}`, values)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  for (const text of [await plan(creators, [100, 200]), await plan(lastNumber, [])]) {
    expect(text).toContain('workspaces_number_key')
    expect(text).not.toContain('Seq Scan on workspaces')
  }
})

test('of many films a feed’s head reads only those of its posts', async () => {
  await sql`
    insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
    select 'cast', 'media', md5(n::text) || md5(n::text), 1000 + n, false, '{"kind": "video"}', 0, now()
    from generate_series(1, 5000) n`.execute(site.db)
  await sql`
    insert into post_media (workspace_id, post_id, hash)
    select 'cast', 'old' || n, md5(n::text) || md5(n::text) from generate_series(1, 5000) n`.execute(site.db)
  await sql`
    insert into media_files (workspace_id, media_id, hash)
    select 'cast', md5(n::text) || md5(n::text), md5('f' || n) || md5('f' || n) from generate_series(1, 5000) n`.execute(
    site.db,
  )
  await sql`analyze documents, post_media, media_files`.execute(site.db)
  const { rows } = await site.pool.query(`explain ${feedHead}`, ['cast-on-air'])
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  for (const table of ['documents', 'post_media', 'media_files']) expect(plan).not.toContain(`Seq Scan on ${table}`)
})
