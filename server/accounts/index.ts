import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { fail, type GroverError } from '../../shared/errors.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { isStorable } from '../database/storable.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Mailer } from '../mail/mailer.ts'
import { accountPages } from './account-pages.ts'
import { createAttempts } from './attempts.ts'
import { authRoutes } from './auth-routes.ts'
import { createBridge } from './bridge.ts'
import { handleRoutes } from './handle-routes.ts'
import type { AccountsDb } from './handles.ts'
import { createLimits } from './limits.ts'
import { createAuth } from './load-auth.ts'
import { createAccountMails } from './mails.ts'
import { memberRoutes } from './member-routes.ts'
import type { Parts } from './parts.ts'
import { passwordRoutes } from './password-routes.ts'
import { providerRoutes } from './provider-routes.ts'
import { createRevocations } from './revocations.ts'
import { createRefuseRepeated } from './second-factor.ts'
import { sessionRoutes } from './session-routes.ts'
import { createSettle } from './settle.ts'
import { studioSignIn } from './studio-sign-in.ts'
import { sweep } from './sweep.ts'

const sweepEveryMs = 3_600_000
/** Longer than a hash and a few queries take on a busy machine. */
const usualAnswerStepMs = 400

export type AccountsOptions = {
  db: Kysely<Database>
  pool: pg.Pool
  config: Config
  mail: Mailer
  clock: Clock
  log: Log
  /** See settle.ts. */
  answerStepMs?: number
} & Pick<Parts, 'authenticate' | 'sync' | 'onHandleChanged'>

/** Accounts, sessions and handles: everything about who somebody is. */
export function createAccounts(options: AccountsOptions) {
  const { db: anyDb, pool, config, mail, clock, log, authenticate, sync, onHandleChanged } = options
  const { answerStepMs = usualAnswerStepMs } = options
  const db = anyDb as unknown as AccountsDb
  // Where no mail goes out, nobody could confirm anything: then an address is taken at its word.
  const confirmFirst = mail.delivers
  const pending = new Set<Promise<unknown>>()
  const later = (work: Promise<unknown>) => {
    const kept = work
      .catch((error: unknown) => log.error({ err: error }, 'work beside an answer failed'))
      .finally(() => pending.delete(kept))
    pending.add(kept)
  }

  const attempts = createAttempts({ pool, clock, secret: config.secret })
  const limits = createLimits({ config, attempts, db })
  const mails = createAccountMails({ config, mail, attempts, log })
  const auth = createAuth({
    config,
    db,
    clock,
    log,
    mails,
    confirmFirst,
    onConfirmed: (userId) => confirmed(db, userId),
    // Whoever reads the account's mailbox is let try again, however others have tried before.
    onNewPassword: (email) => attempts.forget(limits.guesses(email)),
    background: later,
  })
  const revocations = createRevocations({ pool, log })
  const parts: Parts = {
    config,
    db,
    clock,
    log,
    ask: createBridge({ config, auth, confirmFirst }),
    auth: () => auth(),
    attempts,
    limits,
    mails,
    authenticate,
    sync,
    onHandleChanged,
    confirmFirst,
    settle: createSettle(answerStepMs),
    refuseRepeated: createRefuseRepeated({ db, attempts }),
    later,
  }
  let timer: NodeJS.Timeout | undefined

  return {
    onRevoked: revocations.onRevoked,

    async plugin(app: FastifyInstance): Promise<void> {
      acceptBodies(app)
      app.addHook('preHandler', async ({ params, query, body }) => {
        if (!isStorable([params, query, body]))
          fail('bad_request', 'The request contains characters that cannot be stored (U+0000 or half a pair).')
      })
      app.addHook('onError', async (_request, reply, error) => {
        const seconds = (error as unknown as GroverError).details?.retryAfter
        if (typeof seconds === 'number') void reply.header('retry-after', String(seconds))
      })
      authRoutes(app, parts)
      passwordRoutes(app, parts)
      providerRoutes(app, parts)
      sessionRoutes(app, parts)
      handleRoutes(app, parts)
      memberRoutes(app, parts)
      studioSignIn(app, parts)
      accountPages(app, parts)
    },

    /** Begins to hear of sessions that end on other servers, and to remove what has run out. */
    async start(): Promise<void> {
      await revocations.start()
      const clean = () => later(sweep(db, clock, confirmFirst))
      clean()
      timer = setInterval(clean, sweepEveryMs)
      timer.unref()
    },

    /** Ends when all mail that answers promised has been handed over. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await revocations.stop()
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>

/** The address belongs to whoever signed up with it: from now on the page stands under its handle. */
async function confirmed(db: AccountsDb, userId: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ email_verified: true })
    .where('id', '=', userId)
    .where('email_verified', '=', false)
    .execute()
  await db
    .updateTable('handles')
    .set({ open: true })
    .where('open', '=', false)
    .where('workspace_id', 'in', (query) => query.selectFrom('workspaces').select('id').where('owner_id', '=', userId))
    .execute()
}

/** Forms from our own pages; and JSON of nothing at all, as clients send with requests that need no body. */
function acceptBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') done(null, {})
    else void parseJson(request, text as string, done)
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 10_000 },
    (_request, text, done) => {
      done(null, Object.fromEntries(new URLSearchParams(text as string)))
    },
  )
}
