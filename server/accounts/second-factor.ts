import { fail } from '../../shared/errors.ts'
import type { Attempts } from './attempts.ts'
import type { Answer } from './bridge.ts'
import type { AccountsDb } from './handles.ts'
import { hashToken } from './token.ts'

/**
 * A code is good for one sign-in (RFC 6238, 5.2): one read over a shoulder is worth nothing. The session it opened a second
 * time is ended again. Errors: second_factor_failed.
 */
export const createRefuseRepeated =
  ({ db, attempts }: { db: AccountsDb; attempts: Attempts }) =>
  async (answer: Answer, code: string): Promise<void> => {
    const userId = (answer.body?.user as { id?: string } | undefined)?.id ?? ''
    // Longer than better-auth takes a code: 30 seconds and one step to either side.
    if (await attempts.tryTake({ bucket: attempts.keyed('totp', `${userId}:${code}`), max: 1, windowMs: 120_000 }))
      return
    if (answer.token) await db.deleteFrom('sessions').where('token_hash', '=', hashToken(answer.token)).execute()
    fail('second_factor_failed', 'This code has been used; wait for the next one.')
  }
