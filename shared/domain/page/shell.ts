import { type Html, html, jsonForScript, plainLine } from '../html.ts'
import { hueStep } from './hue.ts'
import { creatorPath, type PageCreator, type PagePicture, type PageSite, type Theme } from './model.ts'
import { canonicalLanguage, directionOf, type Words, wordsFor } from './words.ts'

export type Head = {
  title: string
  description: string
  /** Path of the page, to be its canonical address; `null` for pages that should not be found. */
  path: string | null
  meta?: readonly (readonly [property: string, content: string])[]
  links?: readonly Html[]
  data?: unknown
}

export type Frame = { language: string; theme: Theme; accentHue: number; handle: string | null; name: string | null }

export const frameOf = (creator: PageCreator): Frame => creator

const feeds = (site: PageSite, frame: Frame): Html[] => {
  if (frame.handle === null) return []
  const base = site.origin + creatorPath(frame.handle)
  const name = plainLine(frame.name ?? frame.handle)
  return [
    html`<link rel="alternate" type="application/rss+xml" title="${name}" href="${base}/feed.xml">`,
    html`<link rel="alternate" type="application/atom+xml" title="${name} (Atom)" href="${base}/atom.xml">`,
    html`<link rel="alternate" type="application/feed+json" title="${name} (JSON)" href="${base}/feed.json">`,
  ]
}

/** The document around a page: head, skip link, landmarks. `body` brings header, main and footer. */
export function shell(site: PageSite, frame: Frame, head: Head, body: Html): string {
  const language = canonicalLanguage(frame.language)
  const { words } = wordsFor(language)
  const title = plainLine(head.title)
  const description = plainLine(head.description)
  const canonical = head.path === null ? null : site.origin + head.path
  const page = html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}" data-theme="${frame.theme}" data-hue="${hueStep(frame.accentHue)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${
  description &&
  html`<meta name="description" content="${description}">
`
}${
  canonical === null
    ? html`<meta name="robots" content="noindex">`
    : html`<meta name="robots" content="max-image-preview:large">
<link rel="canonical" href="${canonical}">
<meta property="og:url" content="${canonical}">`
}
<meta property="og:title" content="${title}">
${
  description &&
  html`<meta property="og:description" content="${description}">
`
}${(head.meta ?? []).map(([property, content]) =>
  property.startsWith('twitter:')
    ? html`<meta name="${property}" content="${content}">
`
    : html`<meta property="${property}" content="${content}">
`,
)}<meta name="color-scheme" content="light dark">
${site.preload.map(
  (href) => html`<link rel="preload" href="${href}" as="font" type="font/woff2" crossorigin>
`,
)}<link rel="stylesheet" href="${site.stylesheet}">
<link rel="icon" href="${site.icon}" type="image/svg+xml">
${feeds(site, frame)}${head.links ?? []}
${
  head.data !== undefined &&
  html`<script type="application/ld+json">${jsonForScript(head.data)}</script>
`
}</head>
<body>
<a class="skip" href="#text">${words.skip}</a>
${body}
</body>
</html>
`
  return page.markup
}

/** A person's picture, or the first letter of the name where there is none. */
export function avatar(site: PageSite, creator: PageCreator, size: 'small' | 'large'): Html {
  const src = creator.avatar ? site.imageUrl(creator.avatar.hash, 320) : null
  const px = size === 'small' ? 40 : 96
  if (src) return html`<img class="avatar ${size}" src="${src}" width="${px}" height="${px}" alt="">`
  const [initial] = [...new Intl.Segmenter().segment(plainLine(creator.name) || creator.handle)]
  return html`<span class="avatar ${size} monogram" aria-hidden="true">${(initial?.segment ?? '').toLocaleUpperCase()}</span>`
}

export const pictureAt = (site: PageSite, url: string): [string, string][] => [
  ['og:image', url.startsWith('/') ? site.origin + url : url],
  ['twitter:card', 'summary_large_image'],
]

/** The absolute address of a picture in the width that link previews like. */
export function previewPicture(site: PageSite, picture: PagePicture | null): [string, string][] {
  const url = picture && site.imageUrl(picture.hash, 1440)
  if (!picture || !url) return [['twitter:card', 'summary']]
  const width = Math.min(1440, picture.width)
  return [
    ...pictureAt(site, url),
    ...(picture.width > 0 && picture.height > 0
      ? ([
          ['og:image:width', String(width)],
          ['og:image:height', String(Math.round((picture.height * width) / picture.width))],
        ] as [string, string][])
      : []),
  ]
}

export function footer(creator: PageCreator, words: Words): Html {
  const base = creatorPath(creator.handle)
  return html`<footer class="site-footer">
<p><a href="${base}">${plainLine(creator.name) || creator.handle}</a></p>
<ul aria-label="${words.follow}">
<li><a href="${base}/feed.xml">RSS</a></li>
<li><a href="${base}/atom.xml">Atom</a></li>
<li><a href="${base}/feed.json">JSON Feed</a></li>
</ul>
<p class="made-with"><a href="/">${words.madeWith}</a></p>
</footer>`
}
