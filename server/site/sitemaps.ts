import { creatorPath, html, postPath, trusted } from '../../shared/domain/page/index.ts'

const declaration = trusted('<?xml version="1.0" encoding="utf-8"?>\n')

/** A creator's page and posts. Source: https://www.sitemaps.org/protocol.html */
export function creatorSitemap(
  origin: string,
  handle: string,
  posts: readonly { slug: string; updatedAt: string }[],
): string {
  return html`${declaration}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>${origin}${creatorPath(handle)}</loc></url>
${posts.map(
  (post) => html`<url><loc>${origin}${postPath(handle, post.slug)}</loc><lastmod>${post.updatedAt}</lastmod></url>
`,
)}</urlset>
`.markup
}

/** A page of the sitemaps of creators who have published something. */
export function sitemapIndex(origin: string, creators: readonly { handle: string; newest: string }[]): string {
  return html`${declaration}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${creators.map(
  ({ handle, newest }) =>
    html`<sitemap><loc>${origin}${creatorPath(handle)}/sitemap.xml</loc><lastmod>${newest}</lastmod></sitemap>
`,
)}</sitemapindex>
`.markup
}

/** An index may not name another index, so each page of it is named here. */
export const robots = (origin: string, pages: number): string =>
  [
    'User-agent: *\nDisallow: /api/\nDisallow: /sync/\n',
    ...Array.from({ length: pages }, (_, i) => `Sitemap: ${origin}/sitemap.xml${i === 0 ? '' : `?page=${i + 1}`}`),
    '',
  ].join('\n')
