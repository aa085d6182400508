import { safeHref, safePageHref } from '../../../../shared/domain/richtext/links.ts'

/**
 * The address a person means by what they typed or pasted: `example.org/a` is https, `me@example.org` is mail. Null when
 * it is no address at all.
 */
export function addressOf(typed: string): string | null {
  const text = typed.trim()
  if (text === '' || /\s/.test(text)) return null
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/:]+:\d+(\/|$)/.test(text)) return safeHref(text)
  if (/^[^/@]+@[^/@]+\.[^/@]+$/.test(text)) return safeHref(`mailto:${text}`)
  if (!/^[^/?#]+\.[^/?#.]{2,}/.test(text) && !/^localhost(:\d+)?(\/|$)/.test(text)) return null
  return safeHref(`https://${text}`)
}

/** The address, when what was pasted is one web address and nothing else. Bare words with a full stop are not taken. */
export function soleAddress(pasted: string): string | null {
  const text = pasted.trim()
  return /^https?:\/\/\S+$/i.test(text) ? safePageHref(text) : null
}

/** What a card says under its title: "example.org/path", without what nobody reads. */
export function shownAddress(href: string): string {
  const url = URL.parse(href)
  if (!url) return href
  const path = url.pathname === '/' ? '' : url.pathname
  return url.host.replace(/^www\./, '') + path
}
