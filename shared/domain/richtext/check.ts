import { Fragment, type Mark, type Node } from '@tiptap/pm/model'
import { fail } from '../../errors.ts'
import { bodySchema, headingLevels } from './extensions.ts'
import { bodyLimits, hashPattern, isMedium } from './limits.ts'
import { safeHref, safePageHref } from './links.ts'

/** A node of a body as plain data: what Tiptap calls JSONContent, but nothing in it is trusted until checked. */
export type BodyNode = {
  type: string
  attrs?: Record<string, unknown>
  content?: BodyNode[]
  text?: string
  marks?: { type: string; attrs?: Record<string, unknown> }[]
}

/**
 * NUL and lone surrogates cannot be stored by PostgreSQL and the other control characters cannot be shown; a hostile or
 * broken update may carry them.
 */
export const cleanText = (value: unknown, max: number): string =>
  typeof value === 'string'
    ? value
        .slice(0, max)
        .toWellFormed()
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '')
    : ''

const integer = (value: unknown, min: number, max: number, otherwise: number): number => {
  const n = Number(value)
  return Number.isInteger(n) && n >= min && n <= max ? n : otherwise
}

type Attrs = Record<string, unknown>

function mediumAttrs(raw: Attrs, what: string): Attrs {
  const hash = raw.hash
  if (typeof hash !== 'string' || !hashPattern.test(hash))
    fail('body_invalid', `A ${what} in the text has no valid name. Remove it and insert it again.`)
  return {
    hash,
    alt: cleanText(raw.alt, 1000),
    width: integer(raw.width, 1, 100_000, 0),
    height: integer(raw.height, 1, 100_000, 0),
    caption: cleanText(raw.caption, 1000),
  }
}

/** The attributes each node keeps, made harmless. A node that is not named here does not exist. */
const nodeAttrs: Readonly<Record<string, (raw: Attrs) => Attrs>> = {
  paragraph: () => ({}),
  heading: (raw) => ({ level: integer(raw.level, headingLevels[0], headingLevels[2], headingLevels[0]) }),
  blockquote: () => ({}),
  bulletList: () => ({}),
  orderedList: (raw) => ({ start: integer(raw.start, 0, 1_000_000, 1) }),
  listItem: () => ({}),
  codeBlock: (raw) => {
    const language = cleanText(raw.language, 30)
    return { language: /^[a-z0-9+#-]{1,30}$/i.test(language) ? language : null }
  },
  horizontalRule: () => ({}),
  hardBreak: () => ({}),
  image: (raw) => mediumAttrs(raw, 'picture'),
  video: (raw) => mediumAttrs(raw, 'film'),
  audio: (raw) => mediumAttrs(raw, 'recording'),
  gallery: () => ({}),
  embed: (raw) => {
    const href = safePageHref(raw.href)
    if (!href) fail('body_invalid', 'An embedded link in the text is not a web address. Remove it and insert it again.')
    return { href, title: cleanText(raw.title, 300) }
  },
}

/** The marks of a run of text; a link with an address that must not be followed loses the link and keeps the text. */
function checkedMarks(raw: BodyNode['marks']): readonly Mark[] {
  let marks: readonly Mark[] = []
  for (const { type, attrs } of raw ?? []) {
    const markType = Object.hasOwn(bodySchema.marks, type) ? bodySchema.marks[type] : undefined
    if (!markType) fail('body_invalid', `The text has formatting that is not known here: “${cleanText(type, 40)}”.`)
    if (type === 'link') {
      const href = safeHref(attrs?.href)
      if (href) marks = markType.create({ href }).addToSet(marks)
    } else marks = markType.create().addToSet(marks)
  }
  return marks
}

type Count = { nodes: number; characters: number; images: number }

/** Counts and refuses what is too much, before anything is built from it. */
export function guard(count: Count, depth: number, characters: number): void {
  count.nodes++
  count.characters += characters
  if (depth > bodyLimits.depth)
    fail('body_invalid', 'The text is nested too deeply: lists or quotes inside each other.')
  if (count.nodes > bodyLimits.nodes) fail('body_invalid', `The text has more than ${bodyLimits.nodes} parts.`)
  if (count.characters > bodyLimits.characters)
    fail('body_invalid', `The text is longer than ${bodyLimits.characters} characters.`)
}

function checkedNode(raw: BodyNode, depth: number, count: Count): Node | null {
  guard(count, depth, raw.text?.length ?? 0)
  if (raw.type === 'text') {
    if (typeof raw.text !== 'string') fail('body_invalid', 'The text has a part that is not known here: “text”.')
    const text = cleanText(raw.text, bodyLimits.characters)
    return text === '' ? null : bodySchema.text(text, checkedMarks(raw.marks))
  }
  const clean = Object.hasOwn(nodeAttrs, raw.type) ? nodeAttrs[raw.type] : undefined
  const type = bodySchema.nodes[raw.type]
  if (!clean || !type) fail('body_invalid', `The text has a part that is not known here: “${cleanText(raw.type, 40)}”.`)
  if (isMedium(type.name) && ++count.images > bodyLimits.images)
    fail('body_invalid', `A post can hold ${bodyLimits.images} pictures, films and recordings at most.`)
  const children = checkedChildren(raw, depth, count)
  const attrs = clean(raw.attrs ?? {})
  // Two devices' edits can merge into what the schema does not allow, such as a list without items. The editor drops
  // such a node when it shows the document; so do we, so that what is published is what the author saw.
  return type.validContent(Fragment.from(children)) ? type.create(attrs, children) : null
}

function checkedChildren(raw: BodyNode, depth: number, count: Count): Node[] {
  const children: Node[] = []
  for (const child of raw.content ?? []) {
    const node = checkedNode(child, depth + 1, count)
    if (node) children.push(node)
  }
  return children
}

/**
 * Builds the document that `raw` describes, from known nodes, marks and attributes only.
 * @throws GroverError `body_invalid` with a sentence for anything else.
 */
export function checkBody(raw: BodyNode): Node {
  if (raw.type !== 'doc') fail('body_invalid', 'The text of the post is not a document.')
  const count: Count = { nodes: 0, characters: 0, images: 0 }
  const blocks = checkedChildren(raw, 0, count).filter((node) => node.isBlock && node.type.name !== 'listItem')
  const doc = bodySchema.topNodeType.createAndFill(null, blocks)
  if (!doc) return fail('body_invalid', 'The text of the post could not be read.')
  doc.check()
  return doc
}
