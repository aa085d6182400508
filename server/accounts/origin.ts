import type { IncomingHttpHeaders } from 'node:http'
import type { Config } from '../config.ts'

/** This server's address; before it listens on one, a stand-in that no link goes out with. */
export const ownOrigin = ({ publicUrl }: Pick<Config, 'publicUrl'>): string => publicUrl || 'http://127.0.0.1'

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
