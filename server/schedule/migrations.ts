import { sql } from 'kysely'
import type { Migration } from '../database/migrate.ts'

export const scheduleMigrations: Migration[] = [
  {
    id: '0402-publications',
    async up(tx) {
      await sql`
        create table publications (
          workspace_id text not null references workspaces (id) on delete cascade,
          post_id text not null,
          channel text not null default 'native',
          plan_id text not null,
          mode text not null check (mode in ('draft', 'schedule', 'now')),
          local text not null,
          zone text not null,
          zone_data text not null,
          late text not null check (late in ('ask', 'publish', 'skip')),
          due_at timestamptz,
          state text not null check (state in ('draft', 'waiting', 'scheduled', 'claimed', 'held', 'late', 'published',
            'skipped', 'withdrawn', 'failed')),
          lease_until timestamptz,
          lease_owner text,
          fence bigint not null default 0,
          attempts integer not null default 0,
          problem jsonb,
          needs text[] not null default '{}',
          missing text[] not null default '{}',
          live boolean not null default false,
          published_at timestamptz,
          published_version text not null default '',
          revision integer not null default 0,
          slug text not null default '',
          release text not null default '',
          pending_release text not null default '',
          withdrawn text not null default '',
          received_at timestamptz not null,
          received_version text not null,
          deleted boolean not null default false,
          primary key (workspace_id, post_id, channel),
          check (state not in ('scheduled', 'claimed') or due_at is not null),
          check (state <> 'claimed' or lease_until is not null)
        )`.execute(tx)
      // What is due: few rows, however many workspaces there are and whatever has been published.
      await sql`create index publications_due on publications (due_at) where state = 'scheduled'`.execute(tx)
      await sql`create index publications_leases on publications (lease_until) where state = 'claimed'`.execute(tx)
      await sql`create index publications_waiting on publications (due_at) where state = 'waiting'`.execute(tx)
      // Those that a stored picture may set free.
      await sql`
        create index publications_missing on publications (workspace_id, post_id) where missing <> '{}'`.execute(tx)
      await sql`
        create index publications_in_order on publications (workspace_id, due_at, post_id)
          where channel = 'native' and not deleted`.execute(tx)
      await sql`create index publications_by_state on publications (workspace_id, state, due_at)`.execute(tx)
      await sql`
        create index publications_zones on publications (zone_data)
          where mode = 'schedule' and state in ('waiting', 'scheduled', 'held')`.execute(tx)

      await sql`
        create table publication_log (
          workspace_id text not null references workspaces (id) on delete cascade,
          post_id text not null,
          channel text not null default 'native',
          seq bigint generated always as identity,
          action text not null check (action in ('publish', 'update', 'withdraw', 'restore')),
          plan_id text not null,
          revision integer not null,
          due_at timestamptz,
          at timestamptz not null,
          primary key (workspace_id, post_id, channel, seq)
        )`.execute(tx)
      // The last line of defence: the database itself refuses to publish one plan twice.
      await sql`
        create unique index publication_log_once on publication_log (workspace_id, post_id, channel, plan_id)
          where action = 'publish'`.execute(tx)
    },
  },
]
