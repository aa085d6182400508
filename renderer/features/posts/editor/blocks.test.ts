import { expect, test } from 'vitest'
import { type BlockId, blocks, matchingBlocks } from './blocks.ts'

const names: Record<BlockId, string> = {
  text: 'Text, paragraph',
  heading: 'Heading, title',
  subheading: 'Small heading, subtitle',
  bullets: 'Bulleted list, points',
  numbers: 'Numbered list, ordered',
  quote: 'Quote, citation',
  code: 'Code',
  line: 'Line, divider',
  picture: 'Picture, image, photo',
  film: 'Film, movie, clip',
  recording: 'Recording, audio',
  gallery: 'Gallery, library',
  card: 'Link card, embed, video',
}
const found = (query: string): BlockId[] => matchingBlocks(query, (id) => names[id]).map((block) => block.id)

test('nothing typed offers everything', () => {
  expect(found('')).toHaveLength(blocks.length)
})

test('names that begin with the word come before names that have it', () => {
  expect(found('head')).toEqual(['heading', 'subheading'])
  expect(found('list')).toEqual(['bullets', 'numbers'])
})

test('other names and accents count', () => {
  expect(found('Phot')).toEqual(['picture'])
  expect(found('vidéo')).toEqual(['card'])
  expect(found('xyz')).toEqual([])
})
