import type { Editor, Range } from '@tiptap/core'
import {
  AudioLines,
  Clapperboard,
  Code2,
  Heading2,
  Heading3,
  Image,
  Images,
  Link2,
  List,
  ListOrdered,
  type LucideIcon,
  Minus,
  Pilcrow,
  TextQuote,
} from 'lucide-react'

/** What the writer can put on a line of its own, by the slash menu or by the toolbar. */
export type BlockId =
  | 'text'
  | 'heading'
  | 'subheading'
  | 'bullets'
  | 'numbers'
  | 'quote'
  | 'code'
  | 'line'
  | 'picture'
  | 'film'
  | 'recording'
  | 'gallery'
  | 'card'

export type Block = {
  id: BlockId
  icon: LucideIcon
  /** What to type for the same, where markdown has something. */
  typed: string
  /** Puts it in place of `range` (the "/word" that asked for it). What is not text asks a question first. */
  put: (editor: Editor, range: Range, ask: Ask) => void
}

/** `library`: chooses media of that kind. */
export type Ask = { picture: () => void; card: () => void; library: (kind: 'image' | 'video' | 'audio') => void }

const chain = (editor: Editor, range: Range) => editor.chain().focus().deleteRange(range)

const fromLibrary = (id: BlockId, icon: LucideIcon, kind: Parameters<Ask['library']>[0]): Block => ({
  id,
  icon,
  typed: '',
  put: (editor, range, ask) => {
    chain(editor, range).run()
    ask.library(kind)
  },
})

export const blocks: readonly Block[] = [
  { id: 'text', icon: Pilcrow, typed: '', put: (editor, range) => void chain(editor, range).setParagraph().run() },
  {
    id: 'heading',
    icon: Heading2,
    typed: '##',
    put: (editor, range) => void chain(editor, range).setHeading({ level: 2 }).run(),
  },
  {
    id: 'subheading',
    icon: Heading3,
    typed: '###',
    put: (editor, range) => void chain(editor, range).setHeading({ level: 3 }).run(),
  },
  {
    id: 'picture',
    icon: Image,
    typed: '',
    put: (editor, range, ask) => {
      chain(editor, range).run()
      ask.picture()
    },
  },
  fromLibrary('film', Clapperboard, 'video'),
  fromLibrary('recording', AudioLines, 'audio'),
  fromLibrary('gallery', Images, 'image'),
  { id: 'bullets', icon: List, typed: '-', put: (editor, range) => void chain(editor, range).toggleBulletList().run() },
  {
    id: 'numbers',
    icon: ListOrdered,
    typed: '1.',
    put: (editor, range) => void chain(editor, range).toggleOrderedList().run(),
  },
  {
    id: 'quote',
    icon: TextQuote,
    typed: '>',
    put: (editor, range) => void chain(editor, range).toggleBlockquote().run(),
  },
  {
    id: 'card',
    icon: Link2,
    typed: '',
    put: (editor, range, ask) => {
      chain(editor, range).run()
      ask.card()
    },
  },
  { id: 'code', icon: Code2, typed: '```', put: (editor, range) => void chain(editor, range).toggleCodeBlock().run() },
  {
    id: 'line',
    icon: Minus,
    typed: '---',
    put: (editor, range) => void chain(editor, range).setHorizontalRule().run(),
  },
]

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()

/**
 * The blocks that a typed word may mean: those whose name or one of whose other names begins with it first, then those
 * that have it anywhere. `names` is translated; a translated list of other names is separated by commas.
 */
export function matchingBlocks(query: string, names: (id: BlockId) => string): Block[] {
  const wanted = plain(query.trim())
  if (wanted === '') return [...blocks]
  const ranked = blocks.map((block) => {
    const words = plain(names(block.id)).split(/,\s*/)
    const rank = words.some((word) => word.startsWith(wanted)) ? 0 : words.some((word) => word.includes(wanted)) ? 1 : 2
    return { block, rank }
  })
  return ranked
    .filter((entry) => entry.rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .map((entry) => entry.block)
}
