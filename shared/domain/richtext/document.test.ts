import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { GroverError } from '../../errors.ts'
import {
  type BodyNode,
  bodyFromJson,
  bodySchema,
  countWords,
  emptyBody,
  encodeBody,
  mergeBodies,
  openBody,
  projectDoc,
  readBody,
} from './index.ts'
import { bodyLimits, maxBodyLength } from './limits.ts'

const hash = 'a'.repeat(64)
const text = (value: string, ...marks: { type: string; attrs?: Record<string, unknown> }[]): BodyNode =>
  marks.length > 0 ? { type: 'text', text: value, marks } : { type: 'text', text: value }
const p = (...content: BodyNode[]): BodyNode => ({ type: 'paragraph', content })
const doc = (...content: BodyNode[]): BodyNode => ({ type: 'doc', content })

const everything = doc(
  { type: 'heading', attrs: { level: 2 }, content: [text('Lisbon, in the rain')] },
  p(
    text('Plain, '),
    text('bold', { type: 'bold' }),
    text(', '),
    text('both', { type: 'bold' }, { type: 'italic' }),
    { type: 'hardBreak' },
    text('and a link', { type: 'link', attrs: { href: 'https://example.org/a?b=c&d' } }),
  ),
  { type: 'bulletList', content: [{ type: 'listItem', content: [p(text('one'))] }] },
  { type: 'orderedList', attrs: { start: 3 }, content: [{ type: 'listItem', content: [p(text('three'))] }] },
  { type: 'blockquote', content: [p(text('quoted'))] },
  { type: 'codeBlock', attrs: { language: 'ts' }, content: [text('const a = 1\nconst b = 2')] },
  { type: 'horizontalRule' },
  { type: 'image', attrs: { hash, alt: 'A tram', width: 1600, height: 900, caption: 'Line 28' } },
  { type: 'embed', attrs: { href: 'https://video.example/watch', title: 'The film' } },
)

const refusal = (run: () => unknown): GroverError => {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(GroverError)
    expect((error as GroverError).code).toBe('body_invalid')
    expect((error as GroverError).message).toMatch(/^[A-Z].*\.$/)
    return error as GroverError
  }
  throw new Error('was accepted')
}

/** A body as a hostile or foreign client would make it, straight in Yjs. */
const raw = (build: (fragment: Y.XmlFragment, ydoc: Y.Doc) => void): string => {
  const ydoc = new Y.Doc()
  build(ydoc.getXmlFragment('body'), ydoc)
  return encodeBody(ydoc)
}
const element = (name: string, attrs: Record<string, unknown> = {}, ...children: (Y.XmlElement | Y.XmlText)[]) => {
  const el = new Y.XmlElement(name)
  for (const [key, value] of Object.entries(attrs)) el.setAttribute(key, value as string)
  el.insert(0, children)
  return el
}

test('a body with everything in it survives the way through Yjs and back', () => {
  const { json, text: plain, words, images } = readBody(bodyFromJson(everything))
  expect(bodySchema.nodeFromJSON(json).toJSON()).toEqual(json)
  expect(json.content?.map((node) => node.type)).toEqual(everything.content?.map((node) => node.type))
  expect(json.content?.[1]?.content?.[2]?.marks).toBeUndefined()
  expect(json.content?.[3]?.attrs).toMatchObject({ start: 3 })
  expect(plain).toBe(
    'Lisbon, in the rain\nPlain, bold, both\nand a link\none\nthree\nquoted\nconst a = 1\nconst b = 2\nLine 28\nThe film',
  )
  expect(words).toBe(countWords(plain))
  expect(images).toEqual([hash])
})

test('an empty body is empty, however it is written', () => {
  for (const body of ['', emptyBody(), bodyFromJson(doc())]) {
    expect(readBody(body)).toMatchObject({ text: '', words: 0, images: [] })
  }
  expect(readBody(emptyBody()).json).toEqual({ type: 'doc', content: [{ type: 'paragraph' }] })
})

test('the projection of an open document is that of its stored body', () => {
  const body = bodyFromJson(everything)
  const { json: _, ...projection } = readBody(body)
  expect(projectDoc(openBody(body))).toEqual(projection)
})

test('two devices’ edits merge to the same body in either order, and repeating changes nothing', () => {
  const base = bodyFromJson(doc(p(text('Hello world'))))
  const edit = (at: number, word: string) => {
    const ydoc = openBody(base)
    const paragraph = ydoc.getXmlFragment('body').get(0) as Y.XmlElement
    ;(paragraph.get(0) as Y.XmlText).insert(at, word)
    return encodeBody(ydoc)
  }
  const [mine, theirs] = [edit(5, ', dear'), edit(11, ' again')]
  const merged = mergeBodies(mine, theirs)
  expect(readBody(merged).text).toBe('Hello, dear world again')
  expect(mergeBodies(theirs, mine)).toBe(merged)
  expect(mergeBodies(merged, mine)).toBe(merged)
  expect(mergeBodies(base, merged)).toBe(merged)
  expect(mergeBodies(merged, emptyBody())).toBe(merged)
})

test('words are counted as readers of each script count them', () => {
  expect(countWords('I don’t know — 3.5 times?')).toBe(5)
  expect(countWords('')).toBe(0)
  expect(countWords('!!! …')).toBe(0)
  expect(countWords('今日は良い天気です')).toBeGreaterThan(2)
})

describe('a hostile body', () => {
  test('with a node that is not known is refused by name', () => {
    const body = raw((f) =>
      f.insert(0, [element('script', { src: 'https://evil.example' }, new Y.XmlText('alert(1)'))]),
    )
    expect(refusal(() => readBody(body)).message).toContain('script')
  })
  test.each(['constructor', '__proto__', 'toString', 'doc', 'iframe', 'text'])(
    'with a node “%s” is refused',
    (name) => {
      refusal(() => readBody(raw((f) => f.insert(0, [element(name)]))))
    },
  )
  test.each(['underline', 'style', 'constructor', '__proto__x'])('with a mark “%s” is refused', (mark) => {
    const body = raw((f) => {
      const run = new Y.XmlText()
      f.insert(0, [element('paragraph', {}, run)])
      run.insert(0, 'x', { [mark]: { onclick: 'alert(1)' } })
    })
    refusal(() => readBody(body))
  })
  test.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://x/y',
    '//evil.example',
    '/relative',
    '',
    42,
    { toString: 'x' },
  ])('with a link to %j keeps the text and loses the link', (href) => {
    const body = raw((f) => {
      const run = new Y.XmlText()
      f.insert(0, [element('paragraph', {}, run)])
      run.insert(0, 'click', { link: { href } })
    })
    expect(readBody(body).json).toEqual(doc(p(text('click'))))
  })
  test('with an embed of a script is refused', () => {
    refusal(() => readBody(raw((f) => f.insert(0, [element('embed', { href: 'javascript:alert(1)', title: 'x' })]))))
  })
  test('with event handlers, styles and foreign sources keeps none of them', () => {
    const body = raw((f) =>
      f.insert(0, [
        element('image', { hash, onerror: 'alert(1)', src: 'https://evil.example/x.png', width: '1e9', height: -1 }),
        element('paragraph', { style: 'position:fixed', onclick: 'alert(1)' }, new Y.XmlText('x')),
        element('heading', { level: '1><script>' }, new Y.XmlText('y')),
      ]),
    )
    const { json } = readBody(body)
    expect(json.content?.[0]?.attrs).toEqual({ hash, alt: '', width: 0, height: 0, caption: '' })
    expect(json.content?.[1]?.attrs).toBeUndefined()
    expect(json.content?.[2]?.attrs).toEqual({ level: 2 })
  })
  test.each(['../../etc/passwd', 'A'.repeat(64), 'https://evil.example', '', 7])(
    'with a picture named %j is refused',
    (name) => {
      refusal(() => readBody(raw((f) => f.insert(0, [element('image', { hash: name })]))))
    },
  )
  test('with control characters and broken surrogates, which no database stores, loses them', () => {
    const body = raw((f) => f.insert(0, [element('paragraph', {}, new Y.XmlText('a\u0000b\u001b\ud800c'))]))
    expect(readBody(body).text).toBe('ab\ufffdc')
  })
  test('of another shape under the same name is refused', () => {
    const map = new Y.Doc()
    map.getMap('body').set('x', 'y')
    expect(readBody(encodeBody(map)).text).toBe('')
    const list = new Y.Doc()
    list.getArray('body').insert(0, ['x', { a: 1 }, new Y.Map()])
    refusal(() => readBody(encodeBody(list)))
    refusal(() =>
      readBody(raw((f) => f.insert(0, [element('paragraph', {}, new Y.XmlHook('hook') as unknown as Y.XmlElement)]))),
    )
  })
  test.each(['AAA', '!!!!', 'AAA=\n', '<p>hello</p>', 'AQ==', 'AQEB', '____', 'f'.repeat(1000)])(
    'that is no update (%s) is refused',
    (body) => {
      refusal(() => readBody(body))
    },
  )
  test('cut off anywhere is refused or whole, never something else', () => {
    const body = bodyFromJson(everything)
    const whole = JSON.stringify(readBody(body).json)
    for (let length = 4; length < body.length; length += 4) {
      let read: string
      try {
        read = JSON.stringify(readBody(body.slice(0, length)).json)
      } catch (error) {
        expect((error as GroverError).code).toBe('body_invalid')
        continue
      }
      expect(read).toBe(whole)
    }
  })
  test('of which an earlier part never arrived is refused', () => {
    const ydoc = new Y.Doc()
    ydoc.getXmlFragment('body').insert(0, [element('paragraph', {}, new Y.XmlText('first'))])
    const before = Y.encodeStateVector(ydoc)
    ydoc.getXmlFragment('body').insert(1, [element('paragraph', {}, new Y.XmlText('second'))])
    const later = Buffer.from(Y.encodeStateAsUpdate(ydoc, before)).toString('base64')
    expect(refusal(() => readBody(later)).message).toContain('missing')
  })
  test('of 10 MB is refused without being read', () => {
    // No base64: whoever had read it would have found that first.
    expect(refusal(() => readBody('!'.repeat(10_000_000))).message).toContain('larger')
    expect(maxBodyLength).toBeLessThan(2_000_000)
  })
  test('with more text than a post holds is refused', () => {
    const long = raw((f) =>
      f.insert(0, [element('paragraph', {}, new Y.XmlText('a'.repeat(bodyLimits.characters + 1)))]),
    )
    expect(refusal(() => readBody(long)).message).toContain('500000')
  })
  test.each([bodyLimits.depth + 1, 3_000, 20_000])('nested %i deep is refused', (depth) => {
    const body = raw((f, ydoc) => {
      ydoc.transact(() => {
        let parent: Y.XmlFragment = f
        for (let i = 0; i < depth; i++) {
          const quote = new Y.XmlElement('blockquote')
          parent.insert(0, [quote])
          parent = quote
        }
      })
    })
    refusal(() => readBody(body))
  })
  test('of very many parts is refused', () => {
    const body = raw((f) =>
      f.insert(
        0,
        Array.from({ length: bodyLimits.nodes + 1 }, () => new Y.XmlElement('hr')),
      ),
    )
    refusal(() => readBody(body))
  })
  test('of very many clients inserting at one place is answered soon', () => {
    // Every insert conflicts with all others: Yjs orders them by comparing, which is quadratic.
    const updates: Uint8Array[] = []
    for (let i = 1; i <= 3_000; i++) {
      const ydoc = new Y.Doc()
      ydoc.clientID = i * 7919
      ydoc.getXmlFragment('body').insert(0, [new Y.XmlElement('paragraph')])
      updates.push(Y.encodeStateAsUpdate(ydoc))
    }
    const body = Buffer.from(Y.mergeUpdates(updates)).toString('base64')
    const started = performance.now()
    expect(readBody(body).text).toBe('')
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})

test('a node that concurrent edits left without what it must contain is dropped, as the editor drops it', () => {
  const body = raw((f) =>
    f.insert(0, [element('bulletList'), element('paragraph', {}, new Y.XmlText('kept')), element('listItem')]),
  )
  expect(readBody(body).json).toEqual(doc(p(text('kept'))))
})

test('bodyFromJson refuses what readBody refuses', () => {
  refusal(() => bodyFromJson(doc({ type: 'script', content: [text('x')] })))
  refusal(() => bodyFromJson({ type: 'paragraph' }))
})
