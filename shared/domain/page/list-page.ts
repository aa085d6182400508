import { type Html, html, plainLine, trusted } from '../html.ts'
import { renderImage } from '../richtext/render.ts'
import { readingMinutes } from '../richtext/words.ts'
import { creatorPath, type ListPageModel, type PagePost, type PageSite, postPath, tagPath } from './model.ts'
import { avatar, footer, frameOf, previewPicture, shell } from './shell.ts'
import { timeElement } from './when.ts'
import { type Words, wordsFor } from './words.ts'

/** One post in the list; the newest of all has its picture large. */
function entry(site: PageSite, model: ListPageModel, post: PagePost, lead: boolean, words: Words): Html {
  const { creator } = model
  const href = postPath(creator.handle, post.slug)
  const picture = post.cover
    ? renderImage(
        { ...post.cover, alt: '' },
        { imageUrl: site.imageUrl, sizes: lead ? '(max-width: 48rem) 100vw, 45rem' : '8rem', eager: lead },
      )
    : ''
  const summary = plainLine(post.summary) || post.excerpt
  return html`<li class="${lead ? 'entry lead' : 'entry'}"><article>
${picture && html`<a class="thumb" href="${href}" tabindex="-1" aria-hidden="true">${trusted(picture)}</a>`}
<div><h2 dir="auto"><a href="${href}">${plainLine(post.title) || words.untitled}</a></h2>
${summary && html`<p class="summary" dir="auto">${summary}</p>`}
<p class="meta">${timeElement(post.publishedAt, creator)}<span>${words.readingMinutes(readingMinutes(post.words))}</span>${post.tags
    .slice(0, 3)
    .map((tag) => html`<a href="${tagPath(creator.handle, tag)}" dir="auto">${plainLine(tag)}</a>`)}</p></div>
</article></li>`
}

function pager(model: ListPageModel, base: string, words: Words): Html | null {
  if (!model.newer && !model.older) return null
  return html`<nav class="pager" aria-label="${words.pages}">${
    model.newer ? html`<a rel="prev" href="${base}?after=${model.newer}">${words.newerPosts}</a>` : html`<span></span>`
  }${model.older && html`<a rel="next" href="${base}?before=${model.older}">${words.olderPosts}</a>`}</nav>`
}

/** A creator's front page, or the posts under one of their tags. */
export function renderListPage(site: PageSite, model: ListPageModel): string {
  const { creator, tag, posts, first } = model
  const { words } = wordsFor(creator.language)
  const name = plainLine(creator.name) || creator.handle
  const home = creatorPath(creator.handle)
  const base = tag === null ? home : tagPath(creator.handle, tag)
  const front = tag === null && first
  const coverImage = creator.cover
    ? renderImage({ ...creator.cover, alt: '' }, { imageUrl: site.imageUrl, sizes: '100vw', eager: true })
    : ''
  const heading = front
    ? html`<header class="creator${coverImage ? ' has-cover' : ''}">
${coverImage && html`<div class="banner">${trusted(coverImage)}</div>`}
<div class="who">${avatar(site, creator, 'large')}
<h1 dir="auto">${name}</h1>
${creator.bio && html`<p class="bio" dir="auto">${creator.bio}</p>`}
<p class="follow"><a href="${home}/feed.xml" type="application/rss+xml">${words.follow}</a></p></div>
</header>`
    : html`<header class="masthead"><a href="${home}">${avatar(site, creator, 'small')}<span dir="auto">${name}</span></a></header>`
  const body = html`${heading}
<main id="text" class="list">
${
  front
    ? html`<h2 class="hidden">${words.posts}</h2>`
    : html`<h1 class="list-title" dir="auto">${tag === null ? words.allPosts : words.tagged(plainLine(tag))}</h1>`
}
${
  posts.length === 0
    ? html`<p class="nothing">${words.nothingYet(name)}</p>`
    : html`<ol class="entries">
${posts.map((post, i) => entry(site, model, post, front && i === 0 && post.cover !== null, words))}
</ol>`
}
${pager(model, base, words)}
</main>
${footer(creator, words)}`
  return shell(
    site,
    frameOf(creator),
    {
      title: tag === null ? name : `${words.tagged(plainLine(tag))} — ${name}`,
      description: creator.bio,
      // Pages further back change with every new post: search engines should keep the posts, not the pages.
      path: first ? base : null,
      meta: [['og:type', 'profile'], ['og:site_name', name], ...previewPicture(site, creator.cover ?? creator.avatar)],
      data: front
        ? {
            '@context': 'https://schema.org',
            '@type': 'ProfilePage',
            mainEntity: {
              '@type': 'Person',
              name,
              description: plainLine(creator.bio) || undefined,
              url: site.origin + home,
            },
          }
        : undefined,
    },
    body,
  )
}
