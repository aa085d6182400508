import { type AnyExtension, getSchema, mergeAttributes, Node } from '@tiptap/core'
import { StarterKit } from '@tiptap/starter-kit'
import { hashPattern } from './limits.ts'
import { safeHref, safePageHref } from './links.ts'

/** Name of the Yjs XML fragment that holds a post's text. */
export const bodyField = 'body'

/** Levels of heading inside a body; level 1 is the title, which is a field of its own. */
export const headingLevels = [2, 3, 4] as const

/**
 * A picture, named by the sha256 of its bytes. There is no `src`: where the bytes are is the business of whoever shows
 * the body (the studio's host, the server), and a page can never be made to load a stranger's picture.
 */
export const Picture = Node.create({
  name: 'image',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes() {
    return {
      hash: {
        default: '',
        parseHTML: (element) => element.getAttribute('data-hash') ?? '',
        renderHTML: ({ hash }) => ({ 'data-hash': hash }),
      },
      alt: { default: '' },
      width: { default: 0, parseHTML: (element) => Number(element.getAttribute('width')) || 0 },
      height: { default: 0, parseHTML: (element) => Number(element.getAttribute('height')) || 0 },
      caption: {
        default: '',
        parseHTML: (element) => element.getAttribute('data-caption') ?? '',
        renderHTML: ({ caption }) => (caption ? { 'data-caption': caption } : {}),
      },
    }
  },
  parseHTML() {
    return [
      {
        tag: 'img[data-hash]',
        getAttrs: (element) => (hashPattern.test(element.getAttribute('data-hash') ?? '') ? null : false),
      },
    ]
  },
  renderHTML({ HTMLAttributes }) {
    return ['img', mergeAttributes(HTMLAttributes)]
  },
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

/**
 * The one list of what a body may hold, for the editor and for the server's check alike. The editor passes its own
 * `picture` and `embed` (the same nodes, extended by a view) and adds collaboration, placeholder and menus on top;
 * undo is left out because the shared document brings its own.
 */
export function createBodyExtensions(views: { picture?: AnyExtension; embed?: AnyExtension } = {}): AnyExtension[] {
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
    views.embed ?? Embed,
  ]
}

/** The schema of a body. */
export const bodySchema = getSchema(createBodyExtensions())
