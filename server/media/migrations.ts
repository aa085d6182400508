import { sql } from 'kysely'
import type { Migration } from '../database/migrate.ts'

export const mediaMigrations: Migration[] = [
  {
    id: '0301-blobs',
    async up(tx) {
      await sql`
        create table blobs (
          workspace_id text not null references workspaces (id) on delete cascade,
          hash text not null check (hash ~ '^[0-9a-f]{64}$'),
          type text not null,
          bytes bigint not null,
          width integer not null,
          height integer not null,
          created_at timestamptz not null,
          primary key (workspace_id, hash)
        )`.execute(tx)
    },
  },
]
