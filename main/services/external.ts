import { fail } from '../../shared/errors.ts'

/**
 * An address the studio may hand to the operating system: https, or the companion server's own origin (which is plain http
 * on this machine). Anything else could start another program. Errors: `not_allowed`.
 */
export function externalAddress(text: string, serverUrl: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || url.username || url.password || !(url.protocol === 'https:' || url.origin === new URL(serverUrl).origin))
    fail('not_allowed', 'Only web addresses that begin with https can be opened.')
  return url.href
}
