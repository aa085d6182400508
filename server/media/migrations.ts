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
  {
    id: '0302-uploads',
    async up(tx) {
      await sql`
        create table uploads (
          id text primary key,
          workspace_id text not null references workspaces (id) on delete cascade,
          hash text not null check (hash ~ '^[0-9a-f]{64}$'),
          type text not null,
          bytes bigint not null,
          touched_at timestamptz not null,
          finished boolean not null default false
        )`.execute(tx)
      await sql`create index uploads_by_workspace on uploads (workspace_id)`.execute(tx)
      await sql`create index uploads_by_age on uploads (touched_at)`.execute(tx)
      await sql`
        create table media_files (
          workspace_id text not null references workspaces (id) on delete cascade,
          media_id text not null,
          hash text not null,
          primary key (workspace_id, media_id, hash)
        )`.execute(tx)
      await sql`create index media_files_by_hash on media_files (workspace_id, hash)`.execute(tx)
      await sql`alter table blobs add column unused_since timestamptz`.execute(tx)
    },
  },
]
