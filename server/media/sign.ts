import { createHmac, timingSafeEqual } from 'node:crypto'

export type Signature = { expires: number; signature: string }

/**
 * Addresses that hold for a while, for what is not public: an HMAC with the server's secret over the workspace, what is
 * addressed and when that ends (in seconds). What is signed for one address opens no other.
 */
export function createSigner({ secret, now }: { secret: string; now: () => number }) {
  const mac = (workspaceId: string, subject: string, expires: number) =>
    createHmac('sha256', secret).update(`media\n${workspaceId}\n${subject}\n${expires}`).digest()

  const signUntil = (workspaceId: string, subject: string, expires: number): Signature => ({
    expires,
    signature: mac(workspaceId, subject, expires).toString('base64url'),
  })

  return {
    /** For `ttl` milliseconds from now. */
    sign: (workspaceId: string, subject: string, ttl: number): Signature =>
      signUntil(workspaceId, subject, Math.ceil((now() + ttl) / 1000)),
    signUntil,
    check(workspaceId: string, subject: string, { expires, signature }: Signature): 'good' | 'wrong' | 'expired' {
      const given = Buffer.from(signature, 'base64url')
      const right = mac(workspaceId, subject, expires)
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'wrong'
      return expires * 1000 < now() ? 'expired' : 'good'
    },
  }
}
export type Signer = ReturnType<typeof createSigner>

export const signedQuery = ({ expires, signature }: Signature): string => `?expires=${expires}&signature=${signature}`
