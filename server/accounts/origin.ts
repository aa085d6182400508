import type { IncomingHttpHeaders } from 'node:http'

/** Whether a request with an Origin comes from this server's own pages, by its public address or the one it was reached by. */
export function isOwnOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const { origin, host } = headers
  if (origin === undefined || origin === 'null') return false
  if (origin === publicUrl) return true
  // Reached by another name (a loopback address, a name in the local network): a browser sets both headers itself.
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
