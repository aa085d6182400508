import type { OidcProvider } from '../config.ts'
import type { Auth, AuthParts } from './auth.ts'
import { ownOrigin } from './origin.ts'

/**
 * better-auth, loaded when somebody first signs up or in: it is a fifth of the program, and readers and devices that are
 * signed in never need it. Made once per provider: one that does not answer holds up nobody but the people who come
 * through it.
 */
export function createAuth(parts: AuthParts): (provider?: OidcProvider) => Promise<Auth> {
  const made = new Map<string, Auth>()
  return async (provider) => {
    const { makeBetterAuth } = await import('./better-auth.ts')
    // The server's own address is not known before it listens.
    const key = `${ownOrigin(parts.config)} ${provider?.id ?? ''}`
    const auth = made.get(key) ?? makeBetterAuth(parts, provider)
    made.set(key, auth)
    return auth
  }
}
