import { type Html, html, plainLine, trusted } from '../html.ts'
import { renderHtml, renderImage } from '../richtext/render.ts'
import { readingMinutes } from '../richtext/words.ts'
import {
  creatorPath,
  type MediaEnclosure,
  type PageCreator,
  type PageSite,
  type PostPageModel,
  postPath,
  tagPath,
} from './model.ts'
import { avatar, footer, frameOf, pictureAt, previewPicture, shell } from './shell.ts'
import { dateIn, timeElement } from './when.ts'
import { type Words, wordsFor } from './words.ts'

/** An update within the hour is a typing mistake put right, not news. */
const newsworthyMs = 3_600_000

const nameOf = (creator: PageCreator): string => plainLine(creator.name) || creator.handle

function byline({ creator, post }: PostPageModel, words: Words): Html {
  const updated = Date.parse(post.updatedAt) - Date.parse(post.publishedAt) > newsworthyMs
  return html`<p class="meta">${timeElement(post.publishedAt, creator)}<span>${words.readingMinutes(readingMinutes(post.words))}</span>${
    updated && html`<span>${words.updated(dateIn(post.updatedAt, creator))}</span>`
  }</p>`
}

function tagList(creator: PageCreator, tags: readonly string[], words: Words): Html | null {
  if (tags.length === 0) return null
  return html`<ul class="tags" aria-label="${words.tags}">${tags.map(
    (tag) => html`<li><a href="${tagPath(creator.handle, tag)}" rel="tag" dir="auto">${plainLine(tag)}</a></li>`,
  )}</ul>`
}

function neighbours({ creator, newer, older }: PostPageModel, words: Words): Html | null {
  if (!newer && !older) return null
  const link = (post: PostPageModel['newer'], label: string, rel: string) =>
    post &&
    html`<a class="${rel}" rel="${rel}" href="${postPath(creator.handle, post.slug)}"><span>${label}</span><strong dir="auto">${plainLine(post.title) || words.untitled}</strong></a>`
  return html`<nav class="neighbours" aria-label="${words.morePosts}">${link(older, words.olderPost, 'prev')}${link(newer, words.newerPost, 'next')}</nav>`
}

function articleData(site: PageSite, { creator, post }: PostPageModel, picture: string | undefined) {
  return {
    '@context': 'https://schema.org',
    '@type': 'Article',
    headline: plainLine(post.title),
    description: plainLine(post.summary) || post.excerpt || undefined,
    datePublished: post.publishedAt,
    dateModified: post.updatedAt,
    wordCount: post.words,
    inLanguage: creator.language,
    keywords: post.tags.length > 0 ? post.tags.map(plainLine) : undefined,
    image: picture,
    mainEntityOfPage: site.origin + postPath(creator.handle, post.slug),
    author: { '@type': 'Person', name: nameOf(creator), url: site.origin + creatorPath(creator.handle) },
  }
}

/** Source: https://ogp.me/#structured */
function playedElsewhere(
  { origin }: PageSite,
  { kind, path, type, width, height }: MediaEnclosure,
): [string, string][] {
  const hasSize = kind === 'video' && width > 0 && height > 0
  const size: [string, string][] = [
    ['og:video:width', String(width)],
    ['og:video:height', String(height)],
  ]
  return [[`og:${kind}`, origin + path], [`og:${kind}:type`, type], ...(hasSize ? size : [])]
}

/** The script finds its words here, as it is the same for all pages. */
const playerLink = ({ src, hls }: NonNullable<PageSite['player']>, { speed, quality, automatic }: Words): Html =>
  html`<script type="module" src="${src}" data-player="${JSON.stringify({ hls, speed, quality, automatic })}"></script>`

/** A post as its readers see it: the same for the public page and for the author's preview, on or off line. */
export function renderPostPage(site: PageSite, model: PostPageModel): string {
  const { creator, post } = model
  const { words } = wordsFor(creator.language)
  const title = plainLine(post.title) || words.untitled
  const summary = plainLine(post.summary)
  const home = creatorPath(creator.handle)
  const cover = post.cover
    ? trusted(
        renderImage(
          { ...post.cover, alt: '' },
          { imageUrl: site.imageUrl, sizes: '(max-width: 64rem) 100vw, 60rem', eager: true },
        ),
      )
    : null
  const poster = post.cover ? null : model.enclosure?.poster
  const picture = poster ? pictureAt(site, poster) : previewPicture(site, post.cover)
  const body = html`<header class="masthead"><a href="${home}">${avatar(site, creator, 'small')}<span dir="auto">${nameOf(creator)}</span></a></header>
<main id="text">
<article class="post">
<header>
<h1 dir="auto">${title}</h1>
${summary && html`<p class="standfirst" dir="auto">${summary}</p>`}
${byline(model, words)}
</header>
${cover && html`<div class="cover">${cover}</div>`}
<div class="prose">${trusted(renderHtml(post.body, { ...site, sizes: '(max-width: 48rem) 100vw, 45rem' }))}</div>
${tagList(creator, post.tags, words)}
</article>
${neighbours(model, words)}
<aside class="author" aria-label="${words.about(nameOf(creator))}">${avatar(site, creator, 'large')}<div><p class="name" dir="auto">${nameOf(creator)}</p>
${creator.bio && html`<p class="bio" dir="auto">${creator.bio}</p>`}<p><a href="${home}">${words.home(nameOf(creator))}</a></p></div></aside>
</main>
${footer(creator, words)}`
  return shell(
    site,
    frameOf(creator),
    {
      title: `${title} — ${nameOf(creator)}`,
      description: summary || post.excerpt,
      path: model.preview ? null : postPath(creator.handle, post.slug),
      meta: [
        ['og:type', 'article'],
        ['og:site_name', nameOf(creator)],
        ['article:published_time', post.publishedAt],
        ['article:modified_time', post.updatedAt],
        ...post.tags.map((tag): [string, string] => ['article:tag', plainLine(tag)]),
        ...picture,
        ...(model.enclosure ? playedElsewhere(site, model.enclosure) : []),
      ],
      ...(site.player ? { links: [playerLink(site.player, words)] } : {}),
      data: articleData(site, model, picture.find(([property]) => property === 'og:image')?.[1]),
    },
    body,
  )
}
