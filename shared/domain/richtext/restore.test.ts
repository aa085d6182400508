import { ySyncPluginKey } from '@tiptap/y-tiptap'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { type BodyNode, bodyField, bodyFromJson, encodeBody, mergeBodies, openBody, readBody } from './index.ts'
import { packBody, unpackBody } from './pack.ts'
import { restoreBody } from './restore.ts'

const p = (text: string): BodyNode => ({ type: 'paragraph', ...(text ? { content: [{ type: 'text', text }] } : {}) })
const doc = (...content: BodyNode[]): BodyNode => ({ type: 'doc', content })
const textsOf = (body: string) => readBody(body).json.content?.map((node) => node.content?.[0]?.text ?? '')

const words = fc.array(fc.constantFrom('tide', 'sea', 'salt', 'boat', 'low'), { minLength: 0, maxLength: 6 })
const paragraph = words.map((list) => p(list.join(' ')))
const marked = words
  .filter((list) => list.length > 0)
  .map(
    (list): BodyNode => ({
      type: 'paragraph',
      content: list.map((text, i) => ({ type: 'text', text, ...(i % 2 ? { marks: [{ type: 'bold' }] } : {}) })),
    }),
  )
const heading = words.map(
  (list): BodyNode => ({
    type: 'heading',
    attrs: { level: 2 },
    content: [{ type: 'text', text: `On ${list.join(' ')}` }],
  }),
)
const list = fc.array(paragraph, { minLength: 1, maxLength: 4 }).map(
  (items): BodyNode => ({
    type: 'bulletList',
    content: items.map((item) => ({ type: 'listItem', content: [item] })),
  }),
)
const line = fc.constant<BodyNode>({ type: 'horizontalRule' })
const picture = fc.constantFrom('a', 'b').map(
  (letter): BodyNode => ({
    type: 'image',
    attrs: { hash: letter.repeat(64), alt: letter, width: 10, height: 10, caption: '' },
  }),
)
const anyBody = fc
  .array(fc.oneof(paragraph, marked, heading, list, line, picture), { minLength: 1, maxLength: 8 })
  .map((content) => doc(...content))

test('a document comes to say exactly what the version says, and undo gives back what it said', () => {
  fc.assert(
    fc.property(anyBody, anyBody, (before, wanted) => {
      const was = readBody(bodyFromJson(before)).json
      const ydoc = openBody(bodyFromJson(before))
      const undo = new Y.UndoManager(ydoc.getXmlFragment(bodyField), { trackedOrigins: new Set([ySyncPluginKey]) })
      restoreBody(ydoc, wanted)
      expect(readBody(encodeBody(ydoc)).json).toEqual(readBody(bodyFromJson(wanted)).json)
      undo.undo()
      expect(readBody(encodeBody(ydoc)).json).toEqual(was)
    }),
  )
})

test('what another device writes meanwhile in another part of the text survives', () => {
  const base = bodyFromJson(doc(p('First of all'), p('In the middle'), p('At the very end')))
  const mine = openBody(base)
  const theirs = openBody(base)
  const last = theirs.getXmlFragment(bodyField).get(2) as Y.XmlElement
  ;(last.get(0) as Y.XmlText).insert(0, 'Written elsewhere. ')
  restoreBody(mine, doc(p('Before everything'), p('First of all, as it was'), p('At the very end')))
  const merged = mergeBodies(encodeBody(mine), encodeBody(theirs))
  expect(textsOf(merged)).toEqual([
    'Before everything',
    'First of all, as it was',
    'Written elsewhere. At the very end',
  ])
})

test('its way back leaves what others have written since, also in a document opened anew', () => {
  const first = openBody(bodyFromJson(doc(p('First of all'), p('In the middle'))))
  const takeBack = restoreBody(first, doc(p('Before everything'), p('First of all, as it was'), p('In the middle')))
  const later = openBody(encodeBody(first))
  const last = later.getXmlFragment(bodyField).get(2) as Y.XmlElement
  ;(last.get(0) as Y.XmlText).insert(0, 'Written since. ')
  takeBack(later)
  expect(textsOf(encodeBody(later))).toEqual(['First of all', 'Written since. In the middle'])
})

test('edits to other words of the same paragraph survive as well', () => {
  const base = bodyFromJson(doc(p('The tide is low in the morning')))
  const mine = openBody(base)
  const theirs = openBody(base)
  const text = (theirs.getXmlFragment(bodyField).get(0) as Y.XmlElement).get(0) as Y.XmlText
  text.insert(text.length, ' of Monday')
  restoreBody(mine, doc(p('The tide was low in the morning')))
  expect(textsOf(mergeBodies(encodeBody(mine), encodeBody(theirs)))).toEqual([
    'The tide was low in the morning of Monday',
  ])
})

test('restoring what is there already changes nothing', () => {
  fc.assert(
    fc.property(anyBody, (body) => {
      const ydoc = openBody(bodyFromJson(body))
      const before = encodeBody(ydoc)
      restoreBody(ydoc, body)
      expect(encodeBody(ydoc)).toBe(before)
    }),
  )
})

test('a block that cannot be read goes, and is there again on the way back', () => {
  const ydoc = openBody(bodyFromJson(doc(p('Here'))))
  ydoc.getXmlFragment(bodyField).insert(1, [new Y.XmlElement('script')])
  const takeBack = restoreBody(ydoc, doc(p('Here'), p('Before')))
  expect(textsOf(encodeBody(ydoc))).toEqual(['Here', 'Before'])
  takeBack(ydoc)
  expect(ydoc.getXmlFragment(bodyField).toString()).toBe('<paragraph>Here</paragraph><script></script>')
})

test('a version that cannot be read changes nothing', () => {
  const ydoc = openBody(bodyFromJson(doc(p('Here'))))
  expect(() => restoreBody(ydoc, doc({ type: 'script' }))).toThrowError(/not known here/)
  expect(textsOf(encodeBody(ydoc))).toEqual(['Here'])
})

test('a packed text is the same text, and smaller than the shared document it came from', async () => {
  await fc.assert(
    fc.asyncProperty(anyBody, async (body) => {
      const { json } = readBody(bodyFromJson(body))
      expect(await unpackBody(await packBody(json))).toEqual(json)
    }),
    { numRuns: 30 },
  )
  const body = bodyFromJson(
    doc(...Array.from({ length: 60 }, (_, i) => p(`Paragraph ${i} about the tide and the salt.`))),
  )
  expect((await packBody(readBody(body).json)).length).toBeLessThan(body.length / 4)
})

test('what is no packed text is refused by name', async () => {
  for (const wrong of ['', 'AAAA', '!!', await packBody({ type: 'paragraph' })])
    await expect(unpackBody(wrong)).rejects.toMatchObject({ code: 'body_invalid' })
})
