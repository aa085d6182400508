import { createHash, randomBytes } from 'node:crypto'

/**
 * Who may talk to the browser host. A ticket in the address opens the studio once and turns into a cookie; both are 256 random
 * bits and are kept as digests, so looking one up takes the same time for a near guess as for a far one.
 */
export type Tickets = {
  issue(): string
  /** The session that this ticket becomes, or undefined when it was used or never issued. */
  redeem(ticket: string): string | undefined
  isOpen(session: string): boolean
}

/** Unused tickets and open sessions remembered: the oldest gives way. */
const most = 32

export function createTickets(): Tickets {
  const tickets = new Set<string>()
  const sessions = new Set<string>()
  return {
    issue: () => remember(tickets),
    redeem: (ticket) => (tickets.delete(digest(ticket)) ? remember(sessions) : undefined),
    isOpen: (session) => sessions.has(digest(session)),
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64')

function remember(set: Set<string>): string {
  const value = randomBytes(32).toString('base64url')
  set.add(digest(value))
  const [oldest] = set
  if (set.size > most && oldest !== undefined) set.delete(oldest)
  return value
}
