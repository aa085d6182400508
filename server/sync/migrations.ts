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
]
