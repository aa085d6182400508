import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type pg from 'pg'
import { GroverError } from '../../shared/errors.ts'
import type { Clock } from '../http/app.ts'

export type Limit = { bucket: string; max: number; windowMs: number }

/**
 * Counts attempts in the database, so that several servers share one count. A bucket names what is counted: an address,
 * an account. E-mail addresses are keyed with the server's secret, so the table is no list of who was tried.
 */
export function createAttempts({ pool, clock, secret }: { pool: pg.Pool; clock: Clock; secret: string }) {
  const count = async ({ bucket, max, windowMs }: Limit): Promise<{ allowed: boolean; retryMs: number }> => {
    const now = clock.now()
    const { rows } = await pool.query<{ count: number; window_at: Date }>({
      name: 'accounts-attempt',
      text: `insert into attempts as a (bucket, window_at, count) values ($1, $2, 1)
             on conflict (bucket) do update set
               count = case when a.window_at <= $3 then 1 else least(a.count + 1, 1000000) end,
               window_at = case when a.window_at <= $3 then excluded.window_at else a.window_at end
             returning count, window_at`,
      values: [bucket, new Date(now), new Date(now - windowMs)],
    })
    const row = rows[0]
    if (!row) return { allowed: true, retryMs: 0 }
    return { allowed: row.count <= max, retryMs: Math.max(1000, row.window_at.getTime() + windowMs - now) }
  }

  return {
    /** The bucket of an account or address that may not stand in the table as it is. */
    keyed: (kind: string, value: string): string =>
      `${kind}:${createHmac('sha256', secret).update(value.trim().toLowerCase()).digest('base64url').slice(0, 27)}`,

    /** Counts one attempt against each. Errors: too_many_requests, with `retryAfter` seconds in its details. */
    async take(limits: Limit[]): Promise<void> {
      let retryMs = 0
      for (const limit of limits) {
        const { allowed, retryMs: wait } = await count(limit)
        if (!allowed) retryMs = Math.max(retryMs, wait)
      }
      if (retryMs === 0) return
      const seconds = Math.ceil(retryMs / 1000)
      throw new GroverError('too_many_requests', `Too many attempts; try again in ${spoken(seconds)}.`, {
        retryAfter: seconds,
      })
    },

    /** Counts one and says whether it is within the limit, for what is dropped in silence. */
    async tryTake(limit: Limit): Promise<boolean> {
      return (await count(limit)).allowed
    },

    /** Starts the counts anew. */
    async forget(limits: Limit[]): Promise<void> {
      await pool.query('delete from attempts where bucket = any($1)', [limits.map((limit) => limit.bucket)])
    },

    /** Takes an attempt back that turned out to be a rightful one. */
    async giveBack(limits: Limit[]): Promise<void> {
      await pool.query('update attempts set count = greatest(count - 1, 0) where bucket = any($1)', [
        limits.map((limit) => limit.bucket),
      ])
    },
  }
}

export type Attempts = ReturnType<typeof createAttempts>

const spoken = (seconds: number): string =>
  seconds < 90
    ? `${seconds} seconds`
    : seconds < 5400
      ? `${Math.ceil(seconds / 60)} minutes`
      : `${Math.ceil(seconds / 3600)} hours`

/** An IPv6 customer has a whole /64 to choose addresses from: it counts as one. */
export function addressBucket(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped) return mapped
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = (ip.split('%')[0] ?? ip).toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
