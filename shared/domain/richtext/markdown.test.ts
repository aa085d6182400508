import { expect, test } from 'vitest'
import { toMarkdown } from './markdown.ts'

const text = (words: string, ...types: string[]) => ({
  type: 'text',
  text: words,
  marks: types.map((type) => ({ type })),
})
const p = (...content: object[]) => ({ type: 'paragraph', content })
const markdown = (...content: object[]) =>
  toMarkdown({ type: 'doc', content } as never, (hash) => `../media/${hash}.png`)

test('blocks and marks are those of CommonMark', () => {
  expect(
    markdown(
      { type: 'heading', attrs: { level: 2 }, content: [text('What you need')] },
      p(text('Salt, '), text('not ', 'italic'), text('pepper', 'bold'), text('.')),
      {
        type: 'bulletList',
        content: [
          { type: 'listItem', content: [p(text('one')), p(text('more'))] },
          { type: 'listItem', content: [p(text('two'))] },
        ],
      },
      { type: 'orderedList', attrs: { start: 9 }, content: [{ type: 'listItem', content: [p(text('nine'))] }] },
      { type: 'blockquote', content: [p(text('a')), p(text('b'))] },
      { type: 'codeBlock', attrs: { language: 'js' }, content: [text('```')] },
      { type: 'image', attrs: { hash: 'ab', alt: 'A pan', caption: 'Hot' } },
    ),
  ).toBe(
    '## What you need\n\nSalt, *not* **pepper**.\n\n- one\n\n  more\n- two\n\n9. nine\n\n> a\n>\n> b\n\n' +
      '````js\n```\n````\n\n![A pan](../media/ab.png)\n\n*Hot*\n',
  )
})

test('signs that mean something in Markdown stay what was written', () => {
  expect(markdown(p(text('# no heading, *no* [link]')))).toBe('\\# no heading, \\*no\\* \\[link\\]\n')
  expect(markdown(p(text('1. no list')))).toBe('\\1. no list\n')
})
