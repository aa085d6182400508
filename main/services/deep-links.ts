import { studioScheme } from '../../shared/contract/handshake.ts'

/** Paths that a link from outside the studio may open. They show something; none of them does anything. */
const allowed = [
  /^\/posts(\/[0-9A-Za-z_-]{1,26})?$/,
  /^\/plan$/,
  /^\/review$/,
  /^\/settings\/(account|profile|publishing|appearance|devices|security|about)$/,
]

/**
 * `grover-studio://open/posts/ID` → the command `go:/posts/ID`. Everything else is undefined: links come from anybody, so
 * they are parsed, compared with a list, and carry no query, no fragment and no account.
 */
export function commandOfLink(link: string): string | undefined {
  if (link.length > 300 || !URL.canParse(link)) return undefined
  const url = new URL(link)
  if (url.protocol !== `${studioScheme}:` || url.host !== 'open' || url.username || url.search || url.hash)
    return undefined
  return allowed.some((path) => path.test(url.pathname)) ? `go:${url.pathname}` : undefined
}
