import type { Config } from '../config.ts'
import { type Attempts, addressBucket, type Limit } from './attempts.ts'
import type { AccountsDb } from './handles.ts'

const minute = 60_000
const hour = 60 * minute

/** How often what may be tried, by one network address and on one account; the number is the operator's to choose. */
export function createLimits({ config, attempts, db }: { config: Config; attempts: Attempts; db: AccountsDb }) {
  const max = () => config.limits.attemptsPerMinute
  const address = (what: string, ip: string, times = 1): Limit => ({
    bucket: `${what}:${addressBucket(ip)}`,
    max: max() * times,
    windowMs: minute,
  })
  const account = (what: string, email: string): Limit[] => [
    { bucket: attempts.keyed(what, email), max: max(), windowMs: minute },
    // Slow guessing from many addresses: a hundred tries a day is far from any password of ten characters.
    { bucket: attempts.keyed(`${what}-day`, email), max: max() * 10, windowMs: 24 * hour },
  ]
  return {
    /**
     * From an address at which the account is signed in already, guesses made elsewhere do not count: nobody keeps somebody
     * out by trying wrong passwords for them.
     */
    async signIn(ip: string, email: string): Promise<Limit[]> {
      const sessions = await db
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .select('sessions.ip_address')
        .where('users.email', '=', email.trim().toLowerCase())
        .execute()
      const known = sessions.some(({ ip_address }) => ip_address && addressBucket(ip_address) === addressBucket(ip))
      return [address('sign-in', ip), ...(known ? [] : account('sign-in', email))]
    },
    guesses: (email: string) => account('sign-in', email),
    signUp: (ip: string, email: string) => [address('sign-up', ip), ...account('sign-up', email)],
    letters: (ip: string, email: string) => [address('letter', ip), ...account('letter', email)],
    link: (ip: string) => [address('link', ip)],
    secondFactor: (ip: string) => [address('second', ip)],
    /** Asking for the password again of somebody signed in: whoever holds an unlocked laptop may not guess on. */
    password: (ip: string, userId: string) => [address('password', ip), ...account('password', userId)],
    exchange: (ip: string) => [address('exchange', ip, 3)],
    lookUp: (ip: string) => [address('look-up', ip, 12)],
    /** An old handle is kept for ever: nobody collects them. */
    handle: (workspaceId: string): Limit[] => [{ bucket: `handle:${workspaceId}`, max: 10, windowMs: 24 * hour }],
  }
}

export type Limits = ReturnType<typeof createLimits>
