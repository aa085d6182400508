import { escapeHtml } from '../html.ts'
import type { BodyNode } from './check.ts'
import { bodyLimits, hashPattern } from './limits.ts'
import { safeHref, safePageHref } from './links.ts'

/** Widths, in CSS pixels × density, that pictures are offered in beside their own. */
export const imageWidths = [320, 640, 960, 1440, 1920] as const

export type RenderOptions = {
  /** Where the bytes of a picture are; with a width, a copy about that wide. `null`: the picture is not to be had. */
  imageUrl: (hash: string, width?: number) => string | null
  /** What there is to play of a film or recording; `null`, or no such function: nothing yet, and it is left out. */
  media?: (hash: string) => PlayableMedia | null
  /** How wide the text column gets, for the browser's choice among the widths. */
  sizes?: string
}

/** A film or recording by the addresses of what was made of it. */
export type PlayableMedia = {
  /** Best first: a browser takes the first that it can play. */
  sources: { src: string; type: string }[]
  poster: string | null
  captions: { src: string; language: string; label: string }[]
  /** At another origin than the page, which has to ask for captions as a stranger. */
  isElsewhere?: boolean
}

const size = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 100_000 ? value : null

const string = (value: unknown): string => (typeof value === 'string' ? value : '')

/** `srcset` candidates narrower than the picture itself, and the picture. */
function srcset(hash: string, width: number, imageUrl: RenderOptions['imageUrl']): string {
  const candidates = imageWidths.filter((w) => w < width).map((w) => `${imageUrl(hash, w)} ${w}w`)
  return [...candidates, `${imageUrl(hash)} ${width}w`].join(', ')
}

/** An `<img>` with its measures, so that the text does not jump when it arrives. */
export function renderImage(
  image: { hash: string; alt: string; width: number | null; height: number | null },
  options: RenderOptions & { eager?: boolean },
): string {
  const { hash, alt, width, height } = image
  const src = hashPattern.test(hash) ? options.imageUrl(hash) : null
  if (src === null) return ''
  const measures = width && height ? ` width="${width}" height="${height}"` : ''
  const set = width
    ? ` srcset="${escapeHtml(srcset(hash, width, options.imageUrl))}" sizes="${escapeHtml(options.sizes ?? '(max-width: 46rem) 100vw, 42rem')}"`
    : ''
  const loading = options.eager ? ' fetchpriority="high"' : ' loading="lazy"'
  return `<img src="${escapeHtml(src)}"${set}${measures} alt="${escapeHtml(alt)}"${loading} decoding="async">`
}

function figure(node: BodyNode, options: RenderOptions): string {
  const attrs = node.attrs ?? {}
  const img = renderImage(
    {
      hash: string(attrs.hash),
      alt: string(attrs.alt),
      width: size(attrs.width),
      height: size(attrs.height),
    },
    options,
  )
  if (img === '') return ''
  const caption = string(attrs.caption)
  return `<figure>${img}${caption ? `<figcaption dir="auto">${escapeHtml(caption)}</figcaption>` : ''}</figure>`
}

/** Native controls, so that it plays with no script; nothing is fetched before it is asked for but the first picture. */
function player(node: BodyNode, options: RenderOptions): string {
  const attrs = node.attrs ?? {}
  const hash = string(attrs.hash)
  const media = hashPattern.test(hash) ? (options.media?.(hash) ?? null) : null
  const first = media?.sources[0]
  if (!media || !first) return ''
  const tag = node.type === 'video' ? 'video' : 'audio'
  const [width, height, alt, caption] = [
    size(attrs.width),
    size(attrs.height),
    string(attrs.alt),
    string(attrs.caption),
  ]
  const poster = media.poster && tag === 'video' ? ` poster="${escapeHtml(media.poster)}"` : ''
  const measures = width && height && tag === 'video' ? ` width="${width}" height="${height}" playsinline` : ''
  const name = alt || caption
  const stranger = media.isElsewhere ? ' crossorigin="anonymous"' : ''
  const sources = media.sources.map(({ src, type }) => `<source src="${escapeHtml(src)}" type="${escapeHtml(type)}">`)
  const tracks = media.captions.map(
    ({ src, language, label }) =>
      `<track kind="captions" src="${escapeHtml(src)}" srclang="${escapeHtml(language)}" label="${escapeHtml(label || language)}">`,
  )
  const words = caption ? `<figcaption dir="auto">${escapeHtml(caption)}</figcaption>` : ''
  return `<figure class="${tag}"><${tag} controls preload="${poster ? 'none' : 'metadata'}"${poster}${measures}${stranger}${name ? ` aria-label="${escapeHtml(name)}"` : ''}>${sources.join('')}${tracks.join('')}<a href="${escapeHtml(first.src)}">${escapeHtml(name || first.src)}</a></${tag}>${words}</figure>`
}

function embed(node: BodyNode): string {
  const href = safePageHref(node.attrs?.href)
  if (!href) return ''
  const { host } = new URL(href)
  const title = string(node.attrs?.title) || host
  return `<p class="embed"><a href="${escapeHtml(href)}" rel="nofollow noopener"><span class="embed-title" dir="auto">${escapeHtml(title)}</span> <span class="embed-host">${escapeHtml(host)}</span></a></p>`
}

const markTags = { bold: 'strong', italic: 'em', strike: 's', code: 'code' } as const

/** The marks inside a link, outermost first. */
function markedText(node: BodyNode): string {
  if (node.type === 'hardBreak') return '<br>'
  if (node.type !== 'text') return ''
  let html = escapeHtml(node.text ?? '')
  for (const name of ['code', 'strike', 'italic', 'bold'] as const) {
    if (node.marks?.some((mark) => mark.type === name)) html = `<${markTags[name]}>${html}</${markTags[name]}>`
  }
  return html
}

const hrefOf = (node: BodyNode): string | null =>
  safeHref(node.marks?.find((mark) => mark.type === 'link')?.attrs?.href)

/** Runs of text; neighbours with the same address become one link, whatever else changes within. */
function inline(nodes: readonly BodyNode[]): string {
  let html = ''
  let open: string | null = null
  for (const node of nodes) {
    const href = hrefOf(node)
    if (href !== open) {
      if (open !== null) html += '</a>'
      if (href !== null) html += `<a href="${escapeHtml(href)}" rel="nofollow noopener">`
      open = href
    }
    html += markedText(node)
  }
  return open === null ? html : `${html}</a>`
}

/**
 * A checked body as HTML: text escaped, tags and attributes from this file only, whatever the JSON claims to be.
 * What it does not know it leaves out.
 */
export function renderHtml(json: BodyNode, options: RenderOptions): string {
  const blocks = (nodes: readonly BodyNode[] | undefined, depth: number): string =>
    depth > bodyLimits.depth ? '' : (nodes ?? []).map((node) => block(node, depth)).join('')

  const block = (node: BodyNode, depth: number): string => {
    const text = () => inline(node.content ?? [])
    switch (node.type) {
      case 'paragraph':
        // An empty paragraph is how writers make room; on the page the style makes it.
        return node.content?.length ? `<p dir="auto">${text()}</p>` : ''
      case 'heading': {
        const level = node.attrs?.level
        const tag = level === 3 ? 'h3' : level === 4 ? 'h4' : 'h2'
        return node.content?.length ? `<${tag} dir="auto">${text()}</${tag}>` : ''
      }
      case 'blockquote':
        return `<blockquote dir="auto">${blocks(node.content, depth + 1)}</blockquote>`
      case 'bulletList':
        return `<ul dir="auto">${blocks(node.content, depth + 1)}</ul>`
      case 'orderedList': {
        const start = Number(node.attrs?.start)
        return `<ol dir="auto"${Number.isInteger(start) && start !== 1 ? ` start="${start}"` : ''}>${blocks(node.content, depth + 1)}</ol>`
      }
      case 'listItem':
        return `<li>${blocks(node.content, depth + 1)}</li>`
      case 'codeBlock': {
        const code = (node.content ?? []).map((child) => escapeHtml(child.text ?? '')).join('')
        // Code may be wider than the page: then it scrolls, and the keyboard must be able to.
        return `<pre tabindex="0" dir="ltr"><code>${code}</code></pre>`
      }
      case 'horizontalRule':
        return '<hr>'
      case 'image':
        return figure(node, options)
      case 'video':
      case 'audio':
        return player(node, options)
      case 'gallery':
        return `<div class="gallery">${blocks(node.content, depth + 1)}</div>`
      case 'embed':
        return embed(node)
      default:
        return ''
    }
  }
  return blocks(json.content, 0)
}

/** The films and recordings that a body shows, by hash. */
export function playedIn(json: BodyNode): string[] {
  const own = json.type === 'video' || json.type === 'audio' ? [string(json.attrs?.hash)] : []
  return [...new Set([...own, ...(json.content ?? []).flatMap(playedIn)])]
}
