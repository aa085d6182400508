import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeHtml } from '../html.ts'
import { type BodyNode, bodyFromJson, imageWidths, readBody, renderHtml, safeHref } from './index.ts'

const hash = 'b'.repeat(64)
const imageUrl = (name: string, width?: number) => `/media/w/${name}${width ? `?w=${width}` : ''}`
const render = (...content: BodyNode[]) => renderHtml({ type: 'doc', content }, { imageUrl })
const text = (value: string, ...marks: BodyNode['marks'] & {}): BodyNode => ({ type: 'text', text: value, marks })
const p = (...content: BodyNode[]): BodyNode => ({ type: 'paragraph', content })
const link = (href: unknown) => ({ type: 'link', attrs: { href } })

/** What a browser would make of the tags: names and attributes of every element, by the HTML tokenizer's rules. */
function tagsOf(html: string): { name: string; attrs: Record<string, string> }[] {
  const tags: { name: string; attrs: Record<string, string> }[] = []
  let rest = html
  while (rest !== '') {
    const open = rest.indexOf('<')
    if (open < 0) break
    rest = rest.slice(open)
    const close = /^<\/[a-z0-9]+>/.exec(rest)
    if (close) {
      rest = rest.slice(close[0].length)
      continue
    }
    const tag = /^<([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>/.exec(rest)
    if (!tag) throw new Error(`not a tag this renderer writes: ${rest.slice(0, 80)}`)
    const attrs: Record<string, string> = {}
    for (const [, name, value] of tag[2]?.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g) ?? [])
      attrs[name as string] = value ?? ''
    tags.push({ name: tag[1] as string, attrs })
    rest = rest.slice(tag[0].length)
  }
  return tags
}

const allowed: Record<string, string[]> = {
  p: ['dir', 'class'],
  a: ['href', 'rel'],
  span: ['class', 'dir'],
  figure: [],
  figcaption: ['dir'],
  img: ['src', 'srcset', 'sizes', 'width', 'height', 'alt', 'loading', 'decoding', 'fetchpriority'],
  ol: ['dir', 'start'],
  pre: ['tabindex', 'dir'],
  ...Object.fromEntries(['h2', 'h3', 'h4', 'ul', 'blockquote'].map((name) => [name, ['dir']])),
  ...Object.fromEntries(['strong', 'em', 's', 'code', 'br', 'hr', 'li'].map((name) => [name, []])),
}

function expectHarmless(html: string) {
  for (const { name, attrs } of tagsOf(html)) {
    expect(Object.keys(allowed)).toContain(name)
    for (const [attr, value] of Object.entries(attrs)) {
      expect(allowed[name]).toContain(attr)
      if (attr === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/)
      if (attr === 'src') expect(value).toMatch(/^\/media\/w\/[0-9a-f]{64}$/)
    }
  }
}

test('text is escaped, marks nest in one order, and a link stays one link over changes of style', () => {
  expect(render(p(text('a < b & "c"')))).toBe('<p dir="auto">a &lt; b &amp; &quot;c&quot;</p>')
  expect(
    render(
      p(
        text('see ', link('https://e.org/?a=1&b=2')),
        text('this', { type: 'italic' }, { type: 'bold' }, link('https://e.org/?a=1&b=2')),
        text('.'),
      ),
    ),
  ).toBe(
    '<p dir="auto"><a href="https://e.org/?a=1&amp;b=2" rel="nofollow noopener">see <strong><em>this</em></strong></a>.</p>',
  )
})

test('a picture has its measures, its copies, its alternative and its caption', () => {
  const html = render({
    type: 'image',
    attrs: { hash, alt: 'A "tram"', width: 1600, height: 900, caption: 'Line <28>' },
  })
  expect(html).toContain('width="1600" height="900" alt="A &quot;tram&quot;" loading="lazy"')
  expect(html).toContain('<figcaption dir="auto">Line &lt;28&gt;</figcaption></figure>')
  const set = /srcset="([^"]*)"/.exec(html)?.[1]?.split(', ')
  expect(set).toEqual([
    ...imageWidths.filter((w) => w < 1600).map((w) => `${imageUrl(hash, w)} ${w}w`),
    `${imageUrl(hash)} 1600w`,
  ])
  expect(renderHtml({ type: 'doc', content: [{ type: 'image', attrs: { hash } }] }, { imageUrl: () => null })).toBe('')
})

test('empty paragraphs and what is not known leave nothing behind', () => {
  expect(render(p(), { type: 'script', content: [text('alert(1)')] }, { type: 'heading', attrs: { level: 2 } })).toBe(
    '',
  )
})

test('nesting beyond the limit ends instead of overflowing', () => {
  let node: BodyNode = p(text('deep'))
  for (let i = 0; i < 100_000; i++) node = { type: 'blockquote', content: [node] }
  expect(render(node)).not.toContain('deep')
})

describe('addresses', () => {
  test.each([
    ['https://example.org', 'https://example.org/'],
    ['HTTP://EXAMPLE.org/ä b', 'http://example.org/%C3%A4%20b'],
    ['mailto:me@example.org', 'mailto:me@example.org'],
    [' https://example.org/"><script>', 'https://example.org/%22%3E%3Cscript%3E'],
  ])('%s is kept, as the URL standard writes it', (given, href) => {
    expect(safeHref(given)).toBe(href)
  })
  test.each([
    'javascript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'x',
    '/x',
    '#x',
    'http:',
    'ftp://x',
    'view-source:https://x',
    null,
    {},
    `https://e.org/${'a'.repeat(3000)}`,
  ])('%j is no link', (given) => {
    expect(safeHref(given)).toBeNull()
  })
})

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'https://ok.example/"onclick="x',
    '</a></p></article><svg onload=alert(1)>',
    '<!--',
    ']]>',
    '\u2028\u202e',
    hash,
  ),
)
const value = fc.oneof(nasty, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.object({ maxDepth: 1 }))
const attrs = fc.dictionary(
  fc.constantFrom(
    'href',
    'hash',
    'alt',
    'title',
    'caption',
    'level',
    'start',
    'width',
    'height',
    'language',
    'onclick',
    'src',
    'style',
    'class',
  ),
  value,
)
const name = fc.oneof(
  fc.constantFrom(
    'paragraph',
    'heading',
    'image',
    'embed',
    'bulletList',
    'orderedList',
    'listItem',
    'codeBlock',
    'blockquote',
    'hardBreak',
    'horizontalRule',
    'text',
    'script',
    'iframe',
    'constructor',
    '__proto__',
  ),
  nasty,
)
const mark = fc.record({
  type: fc.oneof(fc.constantFrom('link', 'bold', 'italic', 'strike', 'code', 'style'), nasty),
  attrs,
})
const { node } = fc.letrec<{ node: BodyNode }>((tie) => ({
  node: fc.record(
    {
      type: name,
      attrs,
      text: nasty,
      marks: fc.array(mark, { maxLength: 3 }),
      content: fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'body' }),
    },
    { requiredKeys: ['type'] },
  ),
}))

test('whatever a document claims to be, the page has only known tags, known attributes and safe addresses', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 5 }), (content) => {
      expectHarmless(renderHtml({ type: 'doc', content }, { imageUrl }))
    }),
    { numRuns: 500 },
  )
})

test('whatever is accepted as a body comes out harmless, and reading it again gives the same', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.array(node, { maxLength: 3 }), (content) => {
      let body: string
      try {
        body = bodyFromJson({ type: 'doc', content })
      } catch (error) {
        expect(error).toMatchObject({ code: 'body_invalid' })
        return
      }
      accepted++
      const { json } = readBody(body)
      expectHarmless(renderHtml(json, { imageUrl }))
      expect(readBody(bodyFromJson(json)).json).toEqual(json)
    }),
    { numRuns: 500 },
  )
  expect(accepted).toBeGreaterThan(20)
})

test('escaping leaves no character that opens or closes markup', () => {
  fc.assert(
    fc.property(nasty, (given) => {
      expect(escapeHtml(given)).not.toMatch(/[<>"']/)
    }),
  )
})
