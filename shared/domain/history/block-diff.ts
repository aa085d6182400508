import type { BodyNode } from '../richtext/check.ts'
import { align, type Gap, walk } from './align.ts'
import { diffWords, likenessTo, type Piece } from './word-diff.ts'

export type BlockKind =
  | 'paragraph'
  | 'heading'
  | 'item'
  | 'quote'
  | 'code'
  | 'picture'
  | 'film'
  | 'recording'
  | 'card'
  | 'line'

/** A text as its reader sees it: one block under the other, whatever they are wrapped in. */
export type Block = {
  kind: BlockKind
  /** Heading: 2 … 4. Item: how deep its list is, from 1. Else 0. */
  level: number
  text: string
  /** Picture, film or recording: its hash. */
  hash: string
  /** Everything about the block: two with the same key are the same. */
  key: string
}

/** What became of a block. `styled`: the words are the same and something else about it is not. */
export type BlockChange =
  | { kind: 'same'; block: Block }
  | { kind: 'added' | 'removed'; block: Block }
  | { kind: 'changed' | 'styled'; block: Block; pieces: Piece[] }

const plain = ({ type, text = '', content = [] }: BodyNode): string =>
  type === 'hardBreak' ? '\n' : text + content.map(plain).join('')

/** The blocks of a checked body, in reading order. */
export function blocksOf(node: BodyNode, around: { kind: BlockKind; level: number } = inText): Block[] {
  const { type, attrs = {}, content = [] } = node
  const block = (kind: BlockKind, level: number, text: string, hash = ''): Block[] => [
    { kind, level, text, hash, key: JSON.stringify([around, node]) },
  ]
  const inside = (next: typeof around): Block[] => content.flatMap((child) => blocksOf(child, next))
  switch (type) {
    case 'paragraph':
      // Empty lines are for the eye; a difference in them is none in the text.
      return content.length > 0 ? block(around.kind, around.level, plain(node)) : []
    case 'heading':
      return block('heading', Number(attrs.level), plain(node))
    case 'codeBlock':
      return block('code', 0, plain(node))
    case 'image':
      return block('picture', 0, String(attrs.caption || attrs.alt || ''), String(attrs.hash))
    case 'video':
    case 'audio':
      return block(
        type === 'video' ? 'film' : 'recording',
        0,
        String(attrs.caption || attrs.alt || ''),
        String(attrs.hash),
      )
    case 'embed':
      return block('card', 0, String(attrs.title || attrs.href))
    case 'horizontalRule':
      return block('line', 0, '')
    case 'blockquote':
      return inside({ kind: 'quote', level: 0 })
    case 'bulletList':
    case 'orderedList':
      return inside({ kind: 'item', level: around.kind === 'item' ? around.level + 1 : 1 })
    default:
      return inside(around)
  }
}
const inText = { kind: 'paragraph' as BlockKind, level: 0 }

/** Below this two texts are two texts, not two versions of one. */
const alike = 0.4
/** Where more pairs than these would have to be compared by their words, only what has the same text is matched. */
const mostPairs = 1_000_000

/**
 * Which of `before` became which of `after`: those of one kind whose words are alike, in order. For each of `before` the
 * index in `after`, or -1.
 */
export function matchAlike<B extends { kind: string; text: string }>(
  before: readonly B[],
  after: readonly B[],
): number[] {
  if (before.length * after.length > mostPairs) return matchSame(before, after)
  const compare = likenessTo(after.map(({ text }) => text))
  let next = 0
  return before.map((block) => {
    const likeness = compare(block.text)
    for (let i = next; i < after.length; i++) {
      const other = after[i]!
      if (block.kind !== other.kind) continue
      if (block.text !== other.text && likeness(i) < alike) continue
      next = i + 1
      return i
    }
    return -1
  })
}

function matchSame<B extends { kind: string; text: string }>(before: readonly B[], after: readonly B[]): number[] {
  const keys = (blocks: readonly B[]) => blocks.map(({ kind, text }) => `${kind} ${text}`)
  const matches = before.map(() => -1)
  for (const { a, b } of align(keys(before), keys(after))) matches[a] = b
  return matches
}

/** How the blocks of one text became those of another, in the order of reading. */
export function diffBlocks(before: readonly Block[], after: readonly Block[]): BlockChange[] {
  const keys = (blocks: readonly Block[]) => blocks.map(({ key }) => key)
  return [...walk(keys(before), keys(after))].flatMap((step): BlockChange[] =>
    'fromA' in step ? diffGap(before, after, step) : [{ kind: 'same', block: after[step.b]! }],
  )
}

function diffGap(before: readonly Block[], after: readonly Block[], { fromA, toA, fromB, toB }: Gap): BlockChange[] {
  const gone = before.slice(fromA, toA)
  const come = after.slice(fromB, toB)
  const changes: BlockChange[] = []
  let next = 0
  const addUntil = (end: number): void => {
    for (; next < end; next++) changes.push({ kind: 'added', block: come[next]! })
  }
  for (const [i, match] of matchAlike(gone, come).entries()) {
    const block = gone[i]!
    if (match < 0) {
      changes.push({ kind: 'removed', block })
      continue
    }
    addUntil(match)
    const now = come[match]!
    const pieces = diffWords(block.text, now.text)
    changes.push({ kind: block.text === now.text ? 'styled' : 'changed', block: now, pieces })
    next = match + 1
  }
  addUntil(come.length)
  return changes
}

/** Words that came and went, for a summary. */
export function countChanges(changes: readonly BlockChange[], count: (text: string) => number) {
  let added = 0
  let removed = 0
  for (const change of changes) {
    if (change.kind === 'added') added += count(change.block.text)
    else if (change.kind === 'removed') removed += count(change.block.text)
    else if (change.kind === 'changed')
      for (const piece of change.pieces)
        if (piece.kind === 'added') added += count(piece.text)
        else if (piece.kind === 'removed') removed += count(piece.text)
  }
  return { added, removed }
}
