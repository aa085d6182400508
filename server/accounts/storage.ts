import { kyselyAdapter } from '@better-auth/kysely-adapter'
import type { BetterAuthOptions } from 'better-auth'
import { APIError } from 'better-auth/api'
import { sql } from 'kysely'
import { newId } from '../../shared/domain/id.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Clock } from '../http/app.ts'
import { deviceFromUserAgent, requestFacts } from './facts.ts'
import { type AccountsDb, claimHandle, freeHandle } from './handles.ts'
import { hashToken } from './token.ts'

type Adapter = ReturnType<ReturnType<typeof kyselyAdapter>>
type Row = Record<string, unknown>
type Where = { field: string; value: unknown; operator?: string; connector?: string }

export type Storage = (options: BetterAuthOptions) => Adapter

/**
 * better-auth's own Kysely adapter with three changes to what reaches the database: a session's token is kept as a hash
 * only, a provider's tokens are not kept at all (we never call providers in a person's name), and a new user gets a
 * workspace, a membership and a handle in the same transaction.
 */
export function createStorage({
  db,
  clock,
  handlesOpenAtOnce,
}: {
  db: AccountsDb
  clock: Clock
  handlesOpenAtOnce: boolean
}): Storage {
  const over = (connection: AccountsDb, inTransaction: boolean): Storage => {
    return (options) => {
      const inner = kyselyAdapter(connection, { type: 'postgres', transaction: false })(options)
      const inOne = <T>(work: (adapter: Adapter, tx: AccountsDb) => Promise<T>): Promise<T> =>
        connection.transaction().execute((tx) => work(over(tx as AccountsDb, true)(options), tx as AccountsDb))

      const adapter: Adapter = {
        ...inner,
        async create(input) {
          if (input.model === 'user' && !inTransaction) return (await inOne((self) => self.create(input))) as never
          if (input.model === 'user') return (await createUser(inner, connection, input)) as never
          if (input.model === 'session') return (await createSession(inner, connection, input)) as never
          return (await inner.create({
            ...input,
            data: withoutProviderTokens(input.model, input.data as Row),
          } as never)) as never
        },
        async findOne(input) {
          return revealed(input, await inner.findOne<Row>(hidden(input))) as never
        },
        async findMany(input) {
          return (await inner.findMany<Row>(hidden(input))).map((row) => revealed(input, row)) as never
        },
        async update(input) {
          const update = withoutProviderTokens(input.model, input.update)
          return revealed(input, await inner.update<Row>(hidden({ ...input, update }))) as never
        },
        updateMany: (input) =>
          inner.updateMany(hidden({ ...input, update: withoutProviderTokens(input.model, input.update) })),
        delete: (input) => inner.delete(hidden(input)),
        deleteMany: (input) => inner.deleteMany(hidden(input)),
        count: (input) => inner.count(hidden(input)),
        async consumeOne(input) {
          return revealed(input, await inner.consumeOne<Row>(hidden(input))) as never
        },
        transaction: (work) => (inTransaction ? work(adapter) : (inOne((self) => work(self)) as never)),
      }
      return adapter
    }
  }

  async function createUser(inner: Adapter, tx: AccountsDb, input: Parameters<Adapter['create']>[0]): Promise<Row> {
    const now = new Date(clock.now())
    const data = input.data as Row
    const name = String(data.name ?? '').trim() || String(data.email).split('@')[0] || 'Creator'
    // Undone by itself when it fails: a taken address must not spoil the transaction that better-auth goes on to commit.
    await sql`savepoint new_person`.execute(tx)
    try {
      const user = (await inner.create({ ...input, data: { ...data, name } } as never)) as Row
      const userId = String(user.id)
      const handle = requestFacts.getStore()?.handle ?? (await freeHandle(tx, name, now, Math.random))
      const workspaceId = newId(clock.now())
      await tx
        .insertInto('workspaces')
        .values({ id: workspaceId, owner_id: userId, handle, name, epoch: newId(clock.now()), created_at: now })
        .execute()
      await tx.insertInto('members').values({ workspace_id: workspaceId, user_id: userId, role: 'owner' }).execute()
      const open = handlesOpenAtOnce || user.emailVerified === true
      await claimHandle(tx, { handle, workspaceId, open, now })
      return user
    } catch (error) {
      await sql`rollback to savepoint new_person`.execute(tx)
      throw creationProblem(error)
    }
  }

  async function createSession(inner: Adapter, tx: AccountsDb, input: Parameters<Adapter['create']>[0]): Promise<Row> {
    const now = new Date(clock.now())
    const data = input.data as Row
    const token = String(data.token)
    const userId = String(data.userId)
    const membership = await tx
      .selectFrom('members')
      .select('workspace_id')
      .where('user_id', '=', userId)
      .orderBy((order) => order.case().when('role', '=', 'owner').then(0).else(1).end())
      .orderBy('workspace_id')
      .executeTakeFirst()
    if (!membership) throw new APIError('FORBIDDEN', { code: 'not_allowed', message: 'This account has no workspace.' })
    await tx
      .updateTable('users')
      .set({ first_signed_in_at: now })
      .where('id', '=', userId)
      .where('first_signed_in_at', 'is', null)
      .execute()
    const session = (await inner.create({
      ...input,
      data: {
        ...data,
        token: hashToken(token),
        workspaceId: data.workspaceId ?? membership.workspace_id,
        deviceName:
          requestFacts.getStore()?.deviceName ?? data.deviceName ?? deviceFromUserAgent(data.userAgent as string),
        lastSeenAt: now,
      },
    } as never)) as Row
    return { ...session, token }
  }

  return over(db, false)
}

/** A query by token asks for the hash instead. */
function hidden<T extends { model: string; where?: unknown }>(input: T): T {
  if (input.model !== 'session' || !Array.isArray(input.where)) return input
  const where = (input.where as Where[]).map((condition) =>
    condition.field !== 'token'
      ? condition
      : {
          ...condition,
          value: Array.isArray(condition.value) ? condition.value.map(hashToken) : hashToken(String(condition.value)),
        },
  )
  return { ...input, where }
}

/** A session found by its token carries that token again; one found otherwise has none to give away. */
function revealed(input: { model: string; where?: unknown }, row: Row | null): Row | null {
  if (input.model !== 'session' || row === null) return row
  const byToken = ((input.where ?? []) as Where[]).find((condition) => condition.field === 'token')
  return { ...row, token: typeof byToken?.value === 'string' ? byToken.value : '' }
}

function withoutProviderTokens(model: string, data: Row): Row {
  if (model !== 'account') return data
  const { accessToken, refreshToken, idToken, accessTokenExpiresAt, refreshTokenExpiresAt, ...kept } = data
  return kept
}

/**
 * better-auth passes on its own kind of error only. A second sign-up for one address at the same moment is answered as a
 * taken address is: with 403, which better-auth turns into the answer of a fresh one.
 */
function creationProblem(error: unknown): unknown {
  if (error instanceof GroverError)
    return new APIError(statusName[error.status] ?? 'CONFLICT', { code: error.code, message: error.message })
  const { code, constraint } = (error ?? {}) as { code?: string; constraint?: string }
  if (code === '23505' && constraint === 'users_email_key')
    return new APIError('FORBIDDEN', { message: 'This address is taken.' })
  if (code === '23505' && constraint === 'workspaces_handle_key')
    return new APIError('CONFLICT', { code: 'handle_taken', message: 'This handle is taken.' })
  return error
}

const statusName: Record<number, 'CONFLICT' | 'UNPROCESSABLE_ENTITY'> = { 409: 'CONFLICT', 422: 'UNPROCESSABLE_ENTITY' }
