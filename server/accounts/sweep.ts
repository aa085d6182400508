import type { Clock } from '../http/app.ts'
import { holdDays } from './auth-routes.ts'
import type { AccountsDb } from './handles.ts'

const dayMs = 86_400_000

/**
 * Removes what has run out. Sign-ups whose address was never confirmed go after a week, so that nobody can keep an
 * address or a handle from its owner; somebody who has ever signed in is never touched. Safe on several servers at once.
 */
export async function sweep(db: AccountsDb, clock: Clock, confirmFirst: boolean): Promise<void> {
  const now = new Date(clock.now())
  const ago = (ms: number) => new Date(now.getTime() - ms)
  await db.deleteFrom('sessions').where('expires_at', '<', now).execute()
  await db.deleteFrom('verifications').where('expires_at', '<', now).execute()
  await db.deleteFrom('studio_sign_ins').where('expires_at', '<', now).execute()
  await db.deleteFrom('attempts').where('window_at', '<', ago(dayMs)).execute()
  await db.deleteFrom('revoked_sessions').where('at', '<', ago(dayMs)).execute()
  await db.deleteFrom('handle_claims').where('held_until', '<', now).execute()
  if (!confirmFirst) return
  // One statement, however many they are: ids as parameters have a limit.
  await db
    .with('gone', (query) =>
      query
        .deleteFrom('users')
        .where('email_verified', '=', false)
        .where('first_signed_in_at', 'is', null)
        .where('created_at', '<', ago(holdDays * dayMs))
        .returning('id'),
    )
    .deleteFrom('workspaces')
    .where('owner_id', 'in', (query) => query.selectFrom('gone').select('id'))
    .execute()
}
