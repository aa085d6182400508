import { expect, test } from 'vitest'
import { encodeBody } from './document.ts'
import { type BodyNode, bodyFromJson, mergeBodies, openBody, readBody, renderHtml } from './index.ts'
import { toMarkdown } from './markdown.ts'
import { restoreBody } from './restore.ts'

const id = (letter: string) => letter.repeat(64)
const node = (type: string, hash: string, attrs: Record<string, unknown> = {}): BodyNode => ({
  type,
  attrs: { hash, alt: '', width: 640, height: 360, caption: '', ...attrs },
})
const gallery = (...content: BodyNode[]): BodyNode => ({ type: 'gallery', content })
const doc = (...content: BodyNode[]): BodyNode => ({ type: 'doc', content })
const p = (text: string): BodyNode => ({ type: 'paragraph', content: [{ type: 'text', text }] })

const media = (hash: string) =>
  hash === id('b')
    ? {
        sources: [{ src: '/media/w/film', type: 'video/mp4; codecs="avc1.64001f, mp4a.40.2"' }],
        poster: '/media/w/poster',
        captions: [{ src: '/media/w/de', language: 'de', label: 'Deutsch' }],
      }
    : null
const render = (...content: BodyNode[]) =>
  renderHtml(doc(...content), { imageUrl: (hash) => `/media/w/${hash}`, media })

test('a post waits for every film, recording and picture of a gallery that its text uses', () => {
  const body = bodyFromJson(
    doc(
      node('video', id('b'), { caption: 'The tide' }),
      node('audio', id('c')),
      gallery(node('image', id('d')), node('image', id('e'), { caption: 'Low water' })),
      node('video', id('b')),
    ),
  )
  const { images, text } = readBody(body)
  expect(images).toEqual([id('b'), id('c'), id('d'), id('e')])
  expect(text).toBe('The tide\nLow water')
})

test('a film is played by the browser itself, with its poster and captions', () => {
  const html = render(node('video', id('b'), { alt: 'The tide "comes" in', caption: 'Tide' }))
  expect(html).toContain('<video controls preload="none" poster="/media/w/poster" width="640" height="360" playsinline')
  expect(html).toContain('aria-label="The tide &quot;comes&quot; in"')
  expect(html).toContain('<source src="/media/w/film" type="video/mp4; codecs=&quot;avc1.64001f, mp4a.40.2&quot;">')
  expect(html).toContain('<track kind="captions" src="/media/w/de" srclang="de" label="Deutsch">')
  expect(html).toContain('<figcaption dir="auto">Tide</figcaption>')
})

test('what cannot be played yet is left out', () => {
  expect(render(p('Before'), node('audio', id('c')))).toBe('<p dir="auto">Before</p>')
})

test('a gallery shows its pictures in order, and one that lost them all is none', () => {
  const html = render(gallery(node('image', id('d')), node('image', id('e'))))
  expect(html.match(/<img src="[^"]+"/g)).toEqual([`<img src="/media/w/${id('d')}"`, `<img src="/media/w/${id('e')}"`])
  expect(html).toMatch(/^<div class="gallery"><figure>/)
  expect(readBody(bodyFromJson(doc(p('Words'), gallery()))).json.content).toEqual([p('Words')])
})

test('a medium without a valid name is refused by name', () => {
  expect(() => bodyFromJson(doc(node('video', 'x')))).toThrow('A film in the text has no valid name')
  expect(() => bodyFromJson(doc(gallery(node('image', '../x'))))).toThrow('A picture in the text has no valid name')
})

test('two devices that describe two pictures of one gallery keep both descriptions', () => {
  const before = bodyFromJson(doc(gallery(node('image', id('d')), node('image', id('e')))))
  const edited = (first: string, second: string) => {
    const ydoc = openBody(before)
    restoreBody(ydoc, doc(gallery(node('image', id('d'), { alt: first }), node('image', id('e'), { alt: second }))))
    return encodeBody(ydoc)
  }
  const { json } = readBody(mergeBodies(edited('Boats', ''), edited('', 'Gulls')))
  expect(json.content?.[0]?.content?.map(({ attrs }) => attrs?.alt)).toEqual(['Boats', 'Gulls'])
})

test('in Markdown a film is a link, and a gallery its pictures', () => {
  const text = toMarkdown(
    doc(node('video', id('b'), { caption: 'The tide' }), gallery(node('image', id('d'), { alt: 'Boats' }))),
    (hash) => `m/${hash[0]}`,
  )
  expect(text).toBe('[The tide](m/b)\n\n![Boats](m/d)\n')
})
