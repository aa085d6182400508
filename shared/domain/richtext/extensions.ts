import { type AnyExtension, getSchema, mergeAttributes, Node } from '@tiptap/core'
import { StarterKit } from '@tiptap/starter-kit'
import { hashPattern } from './limits.ts'
import { safeHref, safePageHref } from './links.ts'

/** Name of the Yjs XML fragment that holds a post's text. */
export const bodyField = 'body'

/** Levels of heading inside a body; level 1 is the title, which is a field of its own. */
export const headingLevels = [2, 3, 4] as const

const mediumAttributes = () => ({
  hash: {
    default: '',
    parseHTML: (element: HTMLElement) => element.getAttribute('data-hash') ?? '',
    renderHTML: ({ hash }: Record<string, unknown>) => ({ 'data-hash': hash }),
  },
  alt: { default: '' },
  width: { default: 0, parseHTML: (element: HTMLElement) => Number(element.getAttribute('width')) || 0 },
  height: { default: 0, parseHTML: (element: HTMLElement) => Number(element.getAttribute('height')) || 0 },
  caption: {
    default: '',
    parseHTML: (element: HTMLElement) => element.getAttribute('data-caption') ?? '',
    renderHTML: ({ caption }: Record<string, unknown>) => (caption ? { 'data-caption': caption } : {}),
  },
})

/** A medium as a block of its own, kept in HTML as `<tag data-hash>`. */
const medium = (name: string, tag: string) =>
  Node.create({
    name,
    group: 'block',
    atom: true,
    draggable: true,
    addAttributes: mediumAttributes,
    parseHTML() {
      return [
        {
          tag: `${tag}[data-hash]`,
          getAttrs: (element) => (hashPattern.test(element.getAttribute('data-hash') ?? '') ? null : false),
        },
      ]
    },
    renderHTML({ HTMLAttributes }) {
      return [tag, mergeAttributes(HTMLAttributes)]
    },
  })

/**
 * A picture, named by the sha256 of its bytes. There is no `src`: where the bytes are is the business of whoever shows
 * the body (the studio's host, the server), and a page can never be made to load a stranger's picture.
 */
export const Picture = medium('image', 'img')

/**
 * A film or a recording, named by the sha256 of its original. What is played, shown before and read beside it are its
 * variants, which whoever shows the body knows: so a film that is made again is new wherever it stands.
 */
export const Film = medium('video', 'video')
export const Recording = medium('audio', 'audio')

/** Pictures beside each other; each keeps its own description and caption, and is merged by itself. */
export const Gallery = Node.create({
  name: 'gallery',
  group: 'block',
  content: 'image+',
  isolating: true,
  draggable: true,
  parseHTML: () => [{ tag: 'div[data-gallery]' }],
  renderHTML: () => ['div', { 'data-gallery': '' }, 0],
})

/**
 * A link that stands on its own as a card: a video, a song, another page. It stays a link; nothing of the other site is
 * loaded into the reader's browser.
 */
export const Embed = Node.create({
  name: 'embed',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes() {
    return {
      href: { default: '' },
      title: { default: '', parseHTML: (element) => element.textContent ?? '', rendered: false },
    }
  },
  parseHTML() {
    return [
      {
        tag: 'a[data-embed]',
        // Before the link mark, which would take it for a piece of text.
        priority: 1100,
        getAttrs: (element) => (safePageHref(element.getAttribute('href')) ? null : false),
      },
    ]
  },
  renderHTML({ node, HTMLAttributes }) {
    const title = String(node.attrs.title || node.attrs.href)
    return ['a', mergeAttributes({ 'data-embed': '', rel: 'nofollow noopener' }, HTMLAttributes), title]
  },
})

type BodyViews = Partial<Record<'picture' | 'film' | 'recording' | 'gallery' | 'embed', AnyExtension>>

/**
 * The one list of what a body may hold, for the editor and for the server's check alike. The editor passes
 * views of its own (the same nodes, extended) and adds collaboration, placeholder and menus on top;
 * undo is left out because the shared document brings its own.
 */
export function createBodyExtensions(views: BodyViews = {}): AnyExtension[] {
  return [
    StarterKit.configure({
      heading: { levels: [...headingLevels] },
      underline: false,
      undoRedo: false,
      // It would append a paragraph to every document that is merely looked at.
      trailingNode: false,
      link: {
        openOnClick: false,
        autolink: true,
        linkOnPaste: true,
        defaultProtocol: 'https',
        isAllowedUri: (url) => safeHref(url) !== null || safeHref(`https://${url}`) !== null,
        HTMLAttributes: { rel: 'nofollow noopener', target: null },
      },
    }),
    views.picture ?? Picture,
    views.film ?? Film,
    views.recording ?? Recording,
    views.gallery ?? Gallery,
    views.embed ?? Embed,
  ]
}

/** The schema of a body. */
export const bodySchema = getSchema(createBodyExtensions())
