import { nestItems, type WordItem, wordItem } from './word-lists.ts'

/**
 * Makes pasted HTML say what its writer meant before the schema drops the rest: Word's paragraphs become lists again,
 * Google Docs' wrapping `<b>` goes, titles become headings. Pictures elsewhere on the web are not fetched (that would
 * tell their server who pastes, and break when it goes away): they become links. `data:` pictures are the writer's own
 * and are handed out for import, their place marked with `data-incoming`.
 */
export type CleanPaste = {
  html: string
  /** The `data:` address of each picture, by the number in its `data-incoming`. */
  incoming: string[]
}

const isWeb = (url: string): boolean => /^https?:\/\//i.test(url)

function fileName(url: string): string {
  try {
    const path = new URL(url).pathname
    return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) || new URL(url).hostname
  } catch {
    return url
  }
}

function replaceTag(element: Element, tag: string): void {
  const next = element.ownerDocument.createElement(tag)
  next.append(...element.childNodes)
  element.replaceWith(next)
}

/** Level 1 is the post's title, so a document's own outline moves down by one; below level 4 there is nothing. */
function headings(root: Element): void {
  const shift = root.querySelector('h1') ? 1 : 0
  for (const heading of [...root.querySelectorAll('h1, h2, h3, h4, h5, h6')]) {
    const level = Math.min(Number(heading.tagName[1]) + shift, 4)
    if (`H${level}` !== heading.tagName) replaceTag(heading, `h${level}`)
  }
}

function wordLists(root: Element): void {
  let run: { element: Element; item: WordItem }[] = []
  const flush = (): void => {
    if (run.length === 0) return
    const document = root.ownerDocument
    const build = (lists: ReturnType<typeof nestItems>, into: (list: Element) => void): void => {
      for (const list of lists) {
        const element = document.createElement(list.ordered ? 'ol' : 'ul')
        if (list.ordered && list.start > 1) element.setAttribute('start', String(list.start))
        for (const { index, children } of list.items) {
          const li = document.createElement('li')
          const p = document.createElement('p')
          p.append(...run[index]!.element.childNodes)
          li.append(p)
          build(children, (child) => li.append(child))
          element.append(li)
        }
        into(element)
      }
    }
    const first = run[0]!.element
    build(nestItems(run.map((entry) => entry.item)), (list) => first.before(list))
    for (const { element } of run) element.remove()
    run = []
  }
  for (const element of [...root.querySelectorAll('p, h1, h2, h3, h4, h5, h6, div, table')]) {
    const style = element.getAttribute('data-style') ?? ''
    const marks = [...element.querySelectorAll('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]')]
    const item = element.tagName === 'P' ? wordItem(style, marks[0]?.textContent ?? '') : null
    if (!item || (run.length > 0 && run.at(-1)!.element.nextElementSibling !== element)) flush()
    if (!item) continue
    for (const mark of marks) mark.remove()
    run.push({ element, item })
  }
  flush()
}

function pictures(root: Element): string[] {
  const incoming: string[] = []
  for (const image of [...root.querySelectorAll('img')]) {
    if (image.hasAttribute('data-hash')) continue
    const src = image.getAttribute('src') ?? ''
    const alt = image.getAttribute('alt')?.trim() ?? ''
    if (/^data:image\//i.test(src)) {
      image.setAttribute('data-incoming', String(incoming.length))
      image.removeAttribute('src')
      incoming.push(src)
    } else if (isWeb(src) && !image.closest('a')) {
      // One transparent pixel is a tracker, not a picture.
      if (image.getAttribute('width') === '1' || image.getAttribute('height') === '1') image.remove()
      else {
        const link = root.ownerDocument.createElement('a')
        link.setAttribute('href', src)
        link.textContent = alt || fileName(src)
        image.replaceWith(link)
      }
    } else image.replaceWith(alt)
  }
  return incoming
}

function players(root: Element): void {
  for (const frame of [...root.querySelectorAll('iframe, video, audio, embed, object')]) {
    if (frame.hasAttribute('data-hash')) continue
    const src = frame.getAttribute('src') ?? frame.querySelector('source')?.getAttribute('src') ?? ''
    const url = src.startsWith('//') ? `https:${src}` : src
    if (!isWeb(url)) {
      frame.remove()
      continue
    }
    const card = root.ownerDocument.createElement('a')
    card.setAttribute('data-embed', '')
    card.setAttribute('href', url)
    card.textContent = frame.getAttribute('title')?.trim() ?? ''
    frame.replaceWith(card)
  }
}

/**
 * Weight and slant that Docs and Word write as styles, as the tags they mean. The page's policy lets no inline style
 * through, so the schema's own reading of styles sees nothing.
 */
function meantStyles(root: Element): void {
  for (const element of [...root.querySelectorAll('[data-style]')]) {
    const style = element.getAttribute('data-style') ?? ''
    element.removeAttribute('data-style')
    if (/^H[1-6]$/.test(element.tagName)) continue
    const wrap = (tag: string): void => {
      const inner = root.ownerDocument.createElement(tag)
      inner.append(...element.childNodes)
      element.append(inner)
    }
    if (/font-weight:\s*(bold|[6-9]00)/i.test(style) && !element.closest('h1, h2, h3, h4, h5, h6')) wrap('strong')
    if (/font-style:\s*(italic|oblique)/i.test(style)) wrap('em')
    if (/text-decoration[a-z-]*:[^;]*line-through/i.test(style)) wrap('s')
  }
}

/**
 * Styles and event handlers under another name: styles are read by us, handlers by nobody, and the page's policy need not
 * refuse each of a thousand of them.
 */
const disarmed = (html: string): string =>
  html.replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/\s(style|on[a-z]+)(\s*=)/gi, ' data-$1$2'))

/** Parses inertly: nothing in the HTML is loaded or run. */
export function cleanPaste(html: string): CleanPaste {
  const root = new DOMParser().parseFromString(disarmed(html), 'text/html').body
  for (const gone of [...root.querySelectorAll('script, style, meta, link, title, noscript, template')]) gone.remove()
  const comments = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT)
  const found: Node[] = []
  while (comments.nextNode()) found.push(comments.currentNode)
  for (const comment of found) comment.parentNode?.removeChild(comment)
  // Google Docs wraps everything in a <b> that is not bold; Word writes empty <o:p> for every paragraph.
  for (const wrap of [...root.querySelectorAll('b[id^="docs-internal-guid"], o\\:p')])
    wrap.replaceWith(...wrap.childNodes)
  for (const title of [...root.querySelectorAll('p.MsoTitle, p.title')]) replaceTag(title, 'h1')
  for (const subtitle of [...root.querySelectorAll('p.MsoSubtitle, p.subtitle')]) replaceTag(subtitle, 'h2')
  for (const quote of [...root.querySelectorAll('p.MsoQuote, p.MsoIntenseQuote')]) replaceTag(quote, 'blockquote')
  wordLists(root)
  meantStyles(root)
  headings(root)
  players(root)
  const incoming = pictures(root)
  return { html: root.innerHTML, incoming }
}

/** True when HTML on the clipboard carries words: then they are meant, not the picture of them that Word adds. */
export const hasWords = (html: string): boolean =>
  (new DOMParser().parseFromString(disarmed(html), 'text/html').body.textContent ?? '').trim() !== ''

/** The file in a `data:` address; null when it is broken. No `fetch`: the page's policy forbids it for `data:`. */
export function fileOf(dataUrl: string, name: string): File | null {
  const match = /^data:(image\/[a-z0-9.+-]+)((?:;[^,;]+)*),(.*)$/is.exec(dataUrl)
  if (!match) return null
  const [, type = '', options = '', data = ''] = match
  try {
    const text = /;base64/i.test(options) ? atob(data.trim()) : decodeURIComponent(data)
    return new File([Uint8Array.from(text, (c) => c.charCodeAt(0))], name, { type: type.toLowerCase() })
  } catch {
    return null
  }
}
