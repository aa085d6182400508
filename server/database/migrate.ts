import { type Kysely, sql } from 'kysely'

/** One step of the database's history. Ids sort in the order of application and never change once landed. */
export type Migration = { id: string; up(tx: Kysely<never>): Promise<void> }

/** Any number all our servers agree on; it keeps two of them from migrating at once. */
const migrationLock = 4310_000_001

/**
 * Applies what is missing, all in one transaction under a lock: two servers starting together on an empty database both
 * come up. Errors: a migration's own; a database migrated by a newer Grover.
 */
export const migrate = <DB>(db: Kysely<DB>, migrations: readonly Migration[]): Promise<string[]> =>
  db.transaction().execute((tx) => applyMigrations(tx as unknown as Kysely<never>, migrations))

/** As `migrate`, on a connection that is in a transaction already. */
export async function applyMigrations(tx: Kysely<never>, migrations: readonly Migration[]): Promise<string[]> {
  const ordered = [...migrations].sort((a, b) => (a.id < b.id ? -1 : 1))
  await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(tx)
  await sql`create table if not exists migrations (id text primary key, applied_at timestamptz not null default now())`.execute(
    tx,
  )
  const { rows } = await sql<{ id: string }>`select id from migrations`.execute(tx)
  const applied = new Set(rows.map((row) => row.id))
  const unknown = [...applied].filter((id) => !ordered.some((m) => m.id === id))
  if (unknown.length > 0)
    throw new Error(`This database was written by a newer Grover (it has ${unknown.join(', ')}): update this server.`)
  const missing = ordered.filter((m) => !applied.has(m.id))
  for (const migration of missing) {
    await migration.up(tx)
    await sql`insert into migrations (id) values (${migration.id})`.execute(tx)
  }
  return missing.map((m) => m.id)
}

export const baseMigrations: Migration[] = [
  {
    id: '0001-workspaces',
    async up(tx) {
      await sql`
        create table workspaces (
          id text primary key,
          owner_id text not null,
          handle text not null unique,
          name text not null,
          seq bigint not null default 0,
          epoch text not null,
          created_at timestamptz not null default now(),
          number bigint generated always as identity unique
        )`.execute(tx)
      await sql`create index workspaces_by_owner on workspaces (owner_id)`.execute(tx)
      await sql`
        create table members (
          workspace_id text not null references workspaces (id) on delete cascade,
          user_id text not null,
          role text not null check (role in ('owner', 'editor', 'moderator', 'viewer')),
          primary key (workspace_id, user_id)
        )`.execute(tx)
      await sql`create index members_by_user on members (user_id)`.execute(tx)
    },
  },
]
