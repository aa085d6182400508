import type pg from 'pg'
import { fail } from '../../shared/errors.ts'
import type { Config } from '../config.ts'
import type { Clock, Log } from '../http/app.ts'
import { sessionDays } from './auth.ts'
import { isOwnOrigin } from './origin.ts'
import type { Authenticate, Role } from './principal.ts'
import { hashToken, readSessionToken } from './token.ts'

/** Written down at most this often per session: a device list needs no finer grain, and most requests write nothing. */
const seenEveryMs = 60_000

type Row = { id: string; user_id: string; workspace_id: string; role: Role; last_seen_at: Date }

/**
 * The session lookup of every request: one prepared query over two unique indexes, nothing cached, so that a revoked session
 * or a lost membership is refused by the next request on any server.
 */
export function createAuthenticate({
  pool,
  clock,
  config,
  log,
}: {
  pool: pg.Pool
  clock: Clock
  config: Pick<Config, 'publicUrl'>
  log: Log
}): Authenticate {
  return async (request) => {
    const found = readSessionToken(request.headers)
    if (!found) return fail('sign_in_required', 'Sign in first.')
    // A browser sends cookies along with requests that other sites cause; a bearer token only with our own.
    if (found.from === 'cookie' && !mayUseCookie(request, config.publicUrl))
      return fail('sign_in_required', 'Sign in first: a cookie from another site is not enough.')
    const now = clock.now()
    const { rows } = await pool.query<Row>({
      name: 'accounts-authenticate',
      text: `select s.id, s.user_id, s.workspace_id, m.role, s.last_seen_at
             from sessions s
             join members m on m.workspace_id = s.workspace_id and m.user_id = s.user_id
             where s.token_hash = $1 and s.expires_at > $2`,
      values: [hashToken(found.token), new Date(now)],
    })
    const row = rows[0]
    if (!row) return fail('sign_in_required', 'This session has ended; sign in again.')
    if (now - row.last_seen_at.getTime() > seenEveryMs) {
      // Beside the request: that somebody was seen is no reason to let them wait, or to fail.
      pool
        .query('update sessions set last_seen_at = $2, expires_at = $3 where id = $1', [
          row.id,
          new Date(now),
          new Date(now + sessionDays * 86_400_000),
        ])
        .catch((error: unknown) => log.warn({ err: error }, 'last-seen time not written'))
    }
    return { userId: row.user_id, sessionId: row.id, workspaceId: row.workspace_id, role: row.role }
  }
}

function mayUseCookie({ headers, method }: Parameters<Authenticate>[0], publicUrl: string): boolean {
  const site = headers['sec-fetch-site']
  if (headers.origin !== undefined) return isOwnOrigin(headers, publicUrl)
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    // A link followed from elsewhere may open a page, and no more.
    return method === 'GET' && headers['sec-fetch-mode'] === 'navigate'
  }
  return method === 'GET' || method === 'HEAD' || site === 'same-origin'
}
