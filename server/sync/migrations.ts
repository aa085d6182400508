import { sql } from 'kysely'
import type { Migration } from '../database/migrate.ts'

export const syncMigrations: Migration[] = [
  {
    id: '0201-documents',
    async up(tx) {
      await sql`
        create table documents (
          workspace_id text not null references workspaces (id) on delete cascade,
          collection text not null,
          id text not null,
          seq bigint not null,
          deleted boolean not null,
          doc jsonb not null,
          schema_version integer not null,
          updated_at timestamptz not null,
          primary key (workspace_id, collection, id),
          constraint documents_in_order unique (workspace_id, collection, seq)
        )`.execute(tx)
      // Socket.io's own: payloads too large for a notification. Ours are far below, but its adapter asks for the table.
      await sql`
        create table socket_io_attachments (
          id bigserial unique,
          created_at timestamptz default now(),
          payload bytea
        )`.execute(tx)
    },
  },
  {
    id: '0202-horizon-and-versions',
    async up(tx) {
      await sql`alter table documents add column created_seq bigint not null default 0`.execute(tx)
      await sql`create index documents_tombstones on documents (updated_at) where deleted`.execute(tx)
      await sql`
        create index documents_versions_of_post on documents (workspace_id, (doc ->> 'postId'))
        where collection = 'versions' and not deleted`.execute(tx)
      await sql`
        create table tombstone_floors (
          workspace_id text not null references workspaces (id) on delete cascade,
          collection text not null,
          seq bigint not null,
          raised_at timestamptz not null,
          primary key (workspace_id, collection)
        )`.execute(tx)
      await sql`create table collection_versions (collection text primary key, version integer not null)`.execute(tx)
    },
  },
]
