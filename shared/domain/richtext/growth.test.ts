import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyField, bodyFromJson, encodeBody, openBody, readBody } from './index.ts'

// What docs/decisions/008-bodies-are-not-compacted.md stands on.

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const essay = () =>
  bodyFromJson({
    type: 'doc',
    content: Array.from({ length: 20 }, (_, i) => paragraph(`${i} tide and moon `.repeat(20))),
  })
const textsOf = (doc: Y.Doc): Y.XmlText[] =>
  [...doc.getXmlFragment(bodyField).createTreeWalker((node) => node instanceof Y.XmlText)] as Y.XmlText[]

/** The same every time. */
function chance(seed = 7) {
  let state = seed
  return (below: number) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return state % below
  }
}

test('what is typed and deleted again leaves next to nothing', () => {
  const before = essay()
  const doc = openBody(before)
  const [text] = textsOf(doc) as [Y.XmlText]
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1000; i++) text.insert(i, 'x')
    text.delete(0, 1000)
  }
  expect(encodeBody(doc).length - before.length).toBeLessThan(100)
})

test('words changed all over a text, in many sittings, cost some 60 characters each', () => {
  const draw = chance()
  let body = essay()
  const before = body.length
  for (let sitting = 0; sitting < 20; sitting++) {
    const doc = openBody(body)
    for (let edit = 0; edit < 50; edit++) {
      const text = textsOf(doc)[draw(20)]!
      const at = draw(text.length)
      for (const [i, letter] of [...'harbour '].entries()) text.insert(at + i, letter)
      const from = draw(text.length - 8)
      for (let i = 0; i < 8; i++) text.delete(from, 1)
    }
    body = encodeBody(doc)
  }
  expect((body.length - before) / 1000).toBeLessThan(65)
  expect(readBody(body).text.length).toBeGreaterThan(1000)
})

test('a body written anew is another document: an offline device’s edit of the older one would double the text', () => {
  const old = bodyFromJson({ type: 'doc', content: [paragraph('One.')] })
  const anew = bodyFromJson(readBody(old).json)
  const doc = openBody(old)
  textsOf(doc)[0]!.insert(4, ' Two.')
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(openBody(anew)))
  expect(readBody(encodeBody(doc)).text).toMatch(/One\..*One\./s)
})
