import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newMedia } from '../../shared/collections/media.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import { mp4, rungText, variant } from '../media/testing/films.ts'
import { paragraph, startTestSite, type TestSite } from './testing.ts'

let site: TestSite
const picture = (fill: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><rect width="1200" height="800" fill="${fill}"/></svg>`
const jpeg = (fill: string) =>
  sharp(Buffer.from(picture(fill)))
    .jpeg()
    .toBuffer()

beforeAll(async () => {
  site = await startTestSite()
  await site.addCreator('ada', 'ada-writes', 'Ada')
})
afterAll(() => site.stop())

const count = (html: string, part: string) => html.split(part).length - 1

describe('a post’s page', () => {
  beforeAll(async () => {
    await site.publish(
      'ada',
      { id: 'P1', slug: 'first', title: 'The <first> & "best"', publishedAt: '2026-01-01T23:30:00.000Z' },
      {
        id: 'P2',
        slug: 'second',
        title: 'Second',
        summary: 'What it is about',
        tags: ['Tea & cake', 'Notes'],
        body: [paragraph('Some text to read.')],
        publishedAt: '2026-01-02T09:00:00.000Z',
        updatedAt: '2026-01-05T09:00:00.000Z',
      },
      { id: 'P3', slug: 'third', title: 'Third', publishedAt: '2026-01-03T09:00:00.000Z' },
    )
  })

  test('has its text, who wrote it, when, how long it takes, its tags and its neighbours', async () => {
    const { statusCode, body, headers } = await site.get('/@ada-writes/second')
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('<h1 dir="auto">Second</h1>')
    expect(body).toContain('<p dir="auto">Some text to read.</p>')
    expect(body).toContain('datetime="2026-01-02T09:00:00.000Z"')
    expect(body).toContain('Updated January 5, 2026')
    expect(body).toContain('1 min read')
    expect(body).toContain('href="/@ada-writes/tag/Tea%20%26%20cake" rel="tag" dir="auto">Tea &amp; cake</a>')
    expect(body).toMatch(/rel="prev" href="\/@ada-writes\/first"/)
    expect(body).toMatch(/rel="next" href="\/@ada-writes\/third"/)
  })

  test('tells machines what it is', async () => {
    const { body } = await site.get('/@ada-writes/second')
    for (const part of [
      '<link rel="canonical" href="https://grover.test/@ada-writes/second">',
      '<meta property="og:title" content="Second — Ada">',
      '<meta property="og:description" content="What it is about">',
      '<meta property="og:type" content="article">',
      '<meta property="og:url" content="https://grover.test/@ada-writes/second">',
      '<meta name="twitter:card" content="summary">',
      'type="application/rss+xml" title="Ada" href="https://grover.test/@ada-writes/feed.xml"',
    ])
      expect(body).toContain(part)
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(body)?.[1] ?? '')
    expect(data).toMatchObject({ '@type': 'Article', headline: 'Second', author: { name: 'Ada' } })
  })

  test('escapes titles everywhere, also inside the data for machines', async () => {
    await site.publish('ada', {
      id: 'EVIL',
      slug: 'evil',
      title: '</title><script>alert(1)</script>',
      summary: '"><svg onload=x>',
      tags: ['</script><script>'],
    })
    const { body } = await site.get('/@ada-writes/evil')
    expect(count(body, '<script')).toBe(1)
    expect(body).not.toContain('<svg')
    expect((await site.get('/@ada-writes')).body).not.toContain('<script>')
    expect((await site.get('/@ada-writes/first')).body).toContain('The &lt;first&gt; &amp; &quot;best&quot;')
  })

  test('tells dates in the creator’s zone and language, and is in that language', async () => {
    await site.addCreator('bert', 'bert-schreibt', 'Bert')
    await site.setProfile('bert', {
      name: 'Bert',
      bio: '',
      accentHue: 0,
      theme: 'plain',
      avatar: '',
      cover: '',
      language: 'de-AT',
    })
    await site.setZone('bert', 'Pacific/Auckland')
    await site.publish('bert', { id: 'B1', slug: 'eins', title: 'Eins', publishedAt: '2026-01-01T23:30:00.000Z' })
    const { body } = await site.get('/@bert-schreibt/eins')
    expect(body).toContain('<html lang="de-AT" dir="ltr" data-theme="plain" data-hue="0">')
    expect(body).toContain('>2. Jänner 2026</time>')
    expect(body).toContain('Min. Lesezeit')
    expect(body).toContain('Zum Text springen')
  })

  test('tells dates in the zone of the last plan where the creator chose none', async () => {
    await site.addCreator('kai', 'kai-writes', 'Kai')
    await site.publish('kai', { id: 'K1', slug: 'one', publishedAt: '2026-01-01T23:30:00.000Z' })
    await sql`
      insert into publications (workspace_id, post_id, plan_id, mode, local, zone, zone_data, late, state, received_at, received_version)
      values ('kai', 'K1', 'p', 'schedule', '', 'Asia/Tokyo', '', 'ask', 'published', now(), '')`.execute(site.db)
    expect((await site.get('/@kai-writes/one')).body).toContain('>January 2, 2026</time>')
    await site.setZone('kai', 'America/New_York')
    expect((await site.get('/@kai-writes/one')).body).toContain('>January 1, 2026</time>')
  })

  test('is written from right to left where its language is', async () => {
    await site.addCreator('noor', 'noor-writes', 'نور')
    await site.setProfile('noor', {
      name: 'نور',
      bio: '',
      accentHue: 50,
      theme: 'ink',
      avatar: '',
      cover: '',
      language: 'ar',
    })
    expect((await site.get('/@noor-writes')).body).toContain('<html lang="ar" dir="rtl"')
  })

  test('survives a profile with a language and a zone that do not exist', async () => {
    await site.addCreator('odd', 'odd-one', 'Odd')
    await site.setProfile('odd', {
      name: '',
      bio: '',
      accentHue: 359.9,
      theme: 'paper',
      avatar: '',
      cover: '',
      language: '"><x',
    })
    await site.setZone('odd', 'Mars/Olympus')
    await site.publish('odd', { id: 'O1', slug: 'o' })
    const { body, statusCode } = await site.get('/@odd-one/o')
    expect(statusCode).toBe(200)
    expect(body).toContain('<html lang="en" dir="ltr" data-theme="paper" data-hue="0">')
    expect(body).toContain('March 1, 2026')
  })
})

describe('addresses', () => {
  test('of a changed handle lead to the new one, with what stood behind it', async () => {
    await site.addCreator('cleo', 'cleo-old', 'Cleo')
    await site.publish('cleo', { id: 'C1', slug: 'hello' })
    await site.setHandle('cleo', 'cleo-new')
    for (const rest of [
      '',
      '/hello',
      '/feed.xml',
      '/atom.xml',
      '/feed.json',
      '/sitemap.xml',
      '/tag/a%20b',
      '?before=1.x',
    ]) {
      const { statusCode, headers } = await site.get(`/@cleo-old${rest}`)
      expect([statusCode, headers.location]).toEqual([301, `/@cleo-new${rest}`])
    }
  })

  test('in capitals or with a slash too many lead to the one there is', async () => {
    expect((await site.get('/@Ada-Writes')).headers.location).toBe('/@ada-writes')
    expect((await site.get('/@ada-writes/')).headers.location).toBe('/@ada-writes')
    expect((await site.get('/@ada-writes/first/')).headers.location).toBe('/@ada-writes/first')
  })

  test('that a post had before lead to the one it has now', async () => {
    await site.publish('cleo', { id: 'C2', slug: 'before' })
    await site.publish('cleo', { id: 'C2', slug: 'after', revision: 2 })
    const { statusCode, headers } = await site.get('/@cleo-new/before')
    expect([statusCode, headers.location]).toEqual([301, '/@cleo-new/after'])
  })

  test('of a post that was taken down say so, and nothing else mentions it', async () => {
    await site.publish('cleo', { id: 'C3', slug: 'regret', title: 'Regretted', tags: ['rare'] })
    expect((await site.get('/@cleo-new/regret')).statusCode).toBe(200)
    await site.withdraw('cleo', 'C3')
    const gone = await site.get('/@cleo-new/regret')
    expect(gone.statusCode).toBe(410)
    expect(gone.headers['content-type']).toContain('text/html')
    expect(gone.body).toContain('This post was taken down')
    expect(gone.body).not.toContain('Regretted')
    for (const path of ['', '/feed.xml', '/atom.xml', '/feed.json', '/sitemap.xml', '/hello', '/tag/rare'])
      expect((await site.get(`/@cleo-new${path}`)).body).not.toMatch(/[Rr]egret/)
  })

  test.each([
    '/@nobody-here',
    '/@nobody-here/feed.xml',
    '/@',
    '/@ada-writes/unknown',
    '/@ada-writes/first/more',
    '/@ada-writes/tag/none',
    '/@ada-writes?before=x',
    '/@ada-writes?before=1&before=2',
    '/@ada-writes?after=99999999999999999999.P1',
    '/@ada-writes/..%2f..%2fetc%2fpasswd',
    '/@ada-writes/%00',
    '/@ada-writes/%E2%80%AEfirst',
    `/@ada-writes/${'x'.repeat(390)}`,
    `/@${'a'.repeat(100)}`,
    "/@ada-writes/'%20or%20''='",
  ])('that lead nowhere (%s) get a page for people', async (path) => {
    const { statusCode, headers, body } = await site.get(path)
    expect(statusCode).toBe(404)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toContain('There is nothing here')
    expect(body).toContain('<meta name="robots" content="noindex">')
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('cannot be written to by %s', async (method) => {
    for (const url of ['/@ada-writes', '/@ada-writes/first', '/@x/y/z']) {
      const { statusCode, headers, body } = await site.app.inject({
        method,
        url,
        payload: '{',
        headers: { 'content-type': 'text/x' },
      })
      expect(statusCode).toBe(405)
      expect(headers.allow).toBe('GET, HEAD')
      expect(body).toContain('<main id="text" class="notice">')
    }
  })

  test('of somebody who has not confirmed the sign-up lead nowhere', async () => {
    await site.addCreator('dora', 'dora-writes', 'Dora')
    await site.setHandle('dora', 'dora-hidden', false)
    expect((await site.get('/@dora-hidden')).statusCode).toBe(404)
  })
})

describe('what is not public', () => {
  test.each(['members', 'paid'] as const)(
    '(%s) is on no page, in no feed, no sitemap, no preview',
    async (visibility) => {
      const id = `eve-${visibility}`
      await site.addCreator(id, id, 'Eve')
      const secret = await site.addPicture(id, picture(visibility === 'paid' ? '#123456' : '#654321'))
      await site.publish(
        id,
        { id: 'E1', slug: 'open-1', title: 'Open one', tags: ['shared'], publishedAt: '2026-01-01T00:00:00.000Z' },
        {
          id: 'E2',
          slug: 'zanzibar',
          title: 'Zanzibar title',
          summary: 'Zanzibar summary',
          tags: ['shared', 'zanzibar-tag'],
          body: [paragraph('Zanzibar text')],
          visibility,
          cover: secret,
          publishedAt: '2026-01-02T00:00:00.000Z',
        },
        { id: 'E3', slug: 'open-2', title: 'Open two', publishedAt: '2026-01-03T00:00:00.000Z' },
      )
      for (const path of [
        '',
        '/open-1',
        '/open-2',
        '/zanzibar',
        '/tag/shared',
        '/tag/zanzibar-tag',
        '/feed.xml',
        '/atom.xml',
        '/feed.json',
        '/sitemap.xml',
        '?before=1767500000000000.ZZ',
        '?after=1.0',
      ]) {
        const { body } = await site.get(`/@${id}${path}`)
        expect(body, path).not.toMatch(/zanzibar/i)
        expect(body, path).not.toContain(secret)
      }
      expect((await site.get(`/@${id}/zanzibar`)).statusCode).toBe(404)
      expect((await site.get(`/@${id}/tag/zanzibar-tag`)).statusCode).toBe(404)
      expect((await site.get(`/media/${id}/${secret}`)).statusCode).toBe(404)
      // Its neighbours are each other's.
      expect((await site.get(`/@${id}/open-1`)).body).toContain(`rel="next" href="/@${id}/open-2"`)
      // Taken down it still was never anybody's: not even that it existed is told.
      await site.withdraw(id, 'E2')
      expect((await site.get(`/@${id}/zanzibar`)).statusCode).toBe(404)
    },
  )

  test('and was public once leaves every page when it changes', async () => {
    await site.addCreator('finn', 'finn-writes', 'Finn')
    await site.publish('finn', { id: 'F1', slug: 'was-open', title: 'Was open' })
    await site.publish('finn', { id: 'F1', slug: 'now-paid', title: 'Was open', visibility: 'paid', revision: 2 })
    for (const path of ['/was-open', '/now-paid']) {
      const { statusCode, headers } = await site.get(`/@finn-writes${path}`)
      expect([statusCode, headers.location]).toEqual([404, undefined])
    }
    expect((await site.get('/sitemap.xml')).body).not.toContain('finn-writes')
  })

  test('of another creator is not found under this one’s handle', async () => {
    expect((await site.get('/@finn-writes/first')).statusCode).toBe(404)
  })
})

describe('answers', () => {
  test('are not sent again to those who have them', async () => {
    const first = await site.get('/@ada-writes/second')
    const etag = String(first.headers.etag)
    const again = await site.get('/@ada-writes/second', { 'if-none-match': `"x", ${etag}` })
    expect([again.statusCode, again.body]).toEqual([304, ''])
    expect(again.headers.etag).toBe(etag)
    await site.publish('ada', {
      id: 'P2',
      slug: 'second',
      title: 'Second, corrected',
      revision: 2,
      publishedAt: '2026-01-02T09:00:00.000Z',
    })
    expect((await site.get('/@ada-writes/second', { 'if-none-match': etag })).statusCode).toBe(200)
  })

  test('are packed as the reader asks, and the same inside', async () => {
    const plain = await site.get('/@ada-writes')
    const br = await site.get('/@ada-writes', { 'accept-encoding': 'gzip, br' })
    const gzip = await site.get('/@ada-writes', { 'accept-encoding': 'gzip, br;q=0' })
    expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip'])
    expect(brotliDecompressSync(br.rawPayload).toString()).toBe(plain.body)
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain.body)
    expect(br.headers.vary).toContain('accept-encoding')
  })

  test('forbid script, other origins, frames and forms, and set no cookie', async () => {
    for (const path of ['/', '/@ada-writes', '/@ada-writes/second', '/@ada-writes/none', '/@nobody-here']) {
      const { headers, body } = await site.get(path)
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("style-src 'self'")
      expect(policy).not.toContain('unsafe')
      expect(policy).not.toContain('script-src')
      expect(headers['set-cookie']).toBeUndefined()
      expect(body).not.toMatch(/<[^>]+\s(style|on\w+)=/)
      expect(body).not.toMatch(/<script(?! type="application\/ld\+json">)/)
    }
  })

  test('answer HEAD without a body', async () => {
    const { statusCode, body } = await site.app.inject({ method: 'HEAD', url: '/@ada-writes' })
    expect([statusCode, body]).toEqual([200, ''])
  })

  test('weigh less than 60 kB with style and type', async () => {
    const { body } = await site.get('/@ada-writes/second')
    const assets = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] as string)
    expect(assets.length).toBeGreaterThan(3)
    let bytes = (await site.get('/@ada-writes/second', { 'accept-encoding': 'br' })).rawPayload.length
    for (const asset of new Set(assets)) {
      const { statusCode, headers, rawPayload } = await site.get(asset, { 'accept-encoding': 'br' })
      expect(statusCode).toBe(200)
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
      bytes += rawPayload.length
    }
    expect(bytes).toBeLessThan(60_000)
  })

  test('every font the style sheet names is there', async () => {
    const { body } = await site.get('/@ada-writes')
    const css = (await site.get(/href="(\/assets\/page[^"]+)"/.exec(body)?.[1] ?? '')).body
    const fonts = [...css.matchAll(/url\("([^"]+)"\)/g)].map((match) => match[1] as string)
    expect(fonts.length).toBe(11)
    for (const font of fonts) expect((await site.get(font)).headers['content-type']).toBe('font/woff2')
  })
})

test('a film on a page plays without script, and gets the player where there is one', async () => {
  const files = {
    ladder: mp4(),
    playlist: rungText(),
    whole: mp4(),
    poster: await jpeg('#a0c4a0'),
    words: Buffer.from('WEBVTT\n\n'),
  }
  const hashes: Record<string, string> = {}
  for (const [name, bytes] of Object.entries(files)) hashes[name] = await site.addPicture('ada', bytes)
  const id = 'f'.repeat(64)
  const facts = {
    id,
    kind: 'video',
    name: 'sea.mp4',
    type: 'video/mp4',
    bytes: 1,
    width: 640,
    height: 360,
    durationMs: 4000,
  } as const
  await site.addFilm('ada', {
    ...newMedia(facts, '2026-03-01T09:00:00.000Z'),
    variants: [
      variant('hls-360', 'hls', files.ladder, { playlist: hashes.playlist! }),
      variant('hls-720', 'hls', mp4(), { playlist: hashes.playlist! }),
      variant('mp4', 'mp4', files.whole),
      variant('poster', 'poster', files.poster, { type: 'image/jpeg' }),
      variant('captions-de', 'captions', files.words, { type: 'text/vtt', language: 'de', label: 'Deutsch' }),
    ],
  })
  const film = (hash: string): BodyNode => ({
    type: 'video',
    attrs: { hash, alt: 'The “sea”', width: 640, height: 360, caption: '' },
  })
  await site.publish('ada', { id: 'film', slug: 'film', body: [film(id), film('e'.repeat(64))] })
  const { body, headers } = await site.get('/@ada-writes/film')
  expect(body.match(/<video/g)).toHaveLength(1)
  expect(body).toContain(`<source src="/media/ada/${id}/master.m3u8" type="application/vnd.apple.mpegurl">`)
  expect(body).toContain(`<source src="/media/ada/${hashes.whole}" type="video/mp4">`)
  expect(body).toContain(`poster="/media/ada/${hashes.poster}"`)
  expect(body).toContain(`<track kind="captions" src="/media/ada/${hashes.words}" srclang="de" label="Deutsch">`)
  expect(body).toContain('aria-label="The “sea”"')
  expect(headers['content-security-policy']).toContain("script-src 'self'; media-src 'self' blob:")
  const script = /<script type="module" src="([^"]+)" data-player="([^"]+)"/.exec(body)!
  expect(JSON.parse(script[2]!.replaceAll('&quot;', '"'))).toMatchObject({ speed: 'Speed' })
  const answer = await site.get(script[1]!)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
})

test('pictures on a page are where it says, as long as it is public', async () => {
  const [cover, inside] = [
    await site.addPicture('ada', picture('#a0c4a0')),
    await site.addPicture('ada', picture('#c4a0a0')),
  ]
  await site.publish('ada', {
    id: 'PIC',
    slug: 'pictures',
    cover,
    body: [{ type: 'image', attrs: { hash: inside, alt: 'A field', width: 1200, height: 800, caption: '' } }],
  })
  const { body } = await site.get('/@ada-writes/pictures')
  expect(body).toContain(`<meta property="og:image" content="https://grover.test/media/ada/${cover}?w=1440">`)
  expect(body).toContain('<meta name="twitter:card" content="summary_large_image">')
  expect(body).toMatch(/width="1200" height="800" alt="" fetchpriority="high"/)
  const addresses = [...body.matchAll(/(?:src|srcset)="([^"]+)"/g)].flatMap((match) =>
    (match[1] as string).split(', ').map((candidate) => candidate.split(' ')[0] as string),
  )
  expect(addresses.length).toBe(10)
  for (const address of addresses) expect((await site.get(address)).statusCode, address).toBe(200)
  await site.withdraw('ada', 'PIC')
  for (const address of addresses) expect((await site.get(address)).statusCode, address).toBe(404)
})

test('a film in a post is played from what is stored of it, and from nothing else', async () => {
  const hash = (letter: string) => letter.repeat(64)
  const variant = { type: 'video/mp4', bytes: 1, width: 2, height: 2, bitrate: 1, codecs: 'avc1', playlist: '' }
  const film = {
    ...newMedia(
      { id: hash('a'), kind: 'video', name: 'a', type: '', bytes: 1, width: 640, height: 360, durationMs: 9 },
      '',
    ),
    variants: [
      { ...variant, id: 'mp4', role: 'mp4', hash: hash('b'), language: '', label: '' },
      { ...variant, id: 'poster', role: 'poster', hash: hash('c'), language: '', label: '' },
      { ...variant, id: 'captions-de', role: 'captions', hash: hash('d'), language: 'de', label: 'Deutsch' },
    ],
  }
  await site.addCreator('films', 'films', 'Films')
  await sql`insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
    values ('films', 'media', ${film.id}, 1, false, ${JSON.stringify(film)}, 0, now())`.execute(site.db)
  for (const stored of [hash('b'), hash('c')])
    await sql`insert into blobs (workspace_id, hash, type, bytes, width, height, created_at)
      values ('films', ${stored}, 'video/mp4', 1, 0, 0, now())`.execute(site.db)
  const body = [{ type: 'video', attrs: { hash: film.id, alt: 'The tide', width: 640, height: 360, caption: '' } }]
  await site.publish('films', { id: 'F1', slug: 'tide', title: 'Tide', body })
  const { body: page, headers } = await site.get('/@films/tide')
  expect(page).toContain(`poster="/media/films/${hash('c')}" width="640" height="360"`)
  expect(page).toContain(`<source src="/media/films/${hash('b')}" type="video/mp4; codecs=&quot;avc1&quot;">`)
  // Its captions are on their way still.
  expect(page).not.toContain('<track')
  expect(page).not.toContain(`/media/films/${film.id}`)
  expect(headers['content-security-policy']).toContain("media-src 'self'")
})
