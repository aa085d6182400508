/** The only schemes a link on a page may have. Everything else (`javascript:`, `data:`, `file:`, relative paths) is no link. */
const schemes = new Set(['https:', 'http:', 'mailto:'])

/** The longest address kept; browsers and servers agree on little beyond it. */
const maxHrefLength = 2000

/**
 * The address as the URL standard writes it, or `null` when it must not become a link. It is parsed, never matched by
 * pattern: browsers drop tabs and line breaks inside a scheme, so `java\nscript:` would pass a careless test.
 */
export function safeHref(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > maxHrefLength) return null
  const url = URL.parse(value.trim())
  if (!url || !schemes.has(url.protocol)) return null
  if (url.protocol !== 'mailto:' && url.hostname === '') return null
  return url.href.length > maxHrefLength ? null : url.href
}

/** As `safeHref`, for what is fetched or opened as a page of its own: no `mailto:`. */
export function safePageHref(value: unknown): string | null {
  const href = safeHref(value)
  return href === null || href.startsWith('mailto:') ? null : href
}
