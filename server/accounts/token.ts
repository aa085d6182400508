import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** What is kept of a token, a code or a flow: they are 160 random bits and more, so a plain hash cannot be guessed back. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

export const sessionCookie = 'grover.session_token'
export const sessionCookies = [sessionCookie, `__Secure-${sessionCookie}`]

/** One cookie's value as it was sent; of several with one name the first, as servers commonly do. */
export function readCookie(header: string | undefined, ...names: string[]): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name = '', value = ''] = part.split(/=(.*)/s, 2)
    if (names.includes(name.trim())) return value.trim()
  }
  return undefined
}

/**
 * The session token of a request. better-auth signs the ones it hands out in cookies and headers (`token.signature`);
 * the part before the dot is the secret that counts, so both forms are taken.
 */
export function readSessionToken(headers: IncomingHttpHeaders): { token: string; from: 'bearer' | 'cookie' } | null {
  const bearer = /^bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const cookie = readCookie(headers.cookie, ...sessionCookies)
  const raw = bearer ?? cookie
  const token = raw?.split(/[.%]/, 1)[0]
  if (!token || token.length < 20 || token.length > 100) return null
  return { token, from: bearer === undefined ? 'cookie' : 'bearer' }
}
