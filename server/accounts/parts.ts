import type { Config } from '../config.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Sync, Tx } from '../sync/index.ts'
import type { Attempts } from './attempts.ts'
import type { Auth } from './auth.ts'
import type { Answer, Bridge } from './bridge.ts'
import type { AccountsDb } from './handles.ts'
import type { Limits } from './limits.ts'
import type { AccountMails } from './mails.ts'
import type { Authenticate } from './principal.ts'
import type { Settle } from './settle.ts'

/** What the routes of accounts are made from; wired in index.ts. */
export type Parts = {
  config: Config
  db: AccountsDb
  clock: Clock
  log: Log
  ask: Bridge
  auth: () => Promise<Auth>
  attempts: Attempts
  limits: Limits
  mails: AccountMails
  authenticate: Authenticate
  sync: Pick<Sync, 'transaction'>
  /** Whatever names the workspace's handle is brought along in the transaction that changes it. */
  onHandleChanged(tx: Tx, workspaceId: string): Promise<void>
  /** Whether an address must be confirmed before the first sign-in. */
  confirmFirst: boolean
  settle: Settle
  refuseRepeated(answer: Answer, code: string): Promise<void>
  /** Work that the answer does not wait for, but `stop` does. */
  later(work: Promise<unknown>): void
}
