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
  {
    id: '0303-loose-files',
    async up(tx) {
      // Refers to nothing: a workspace that is gone leaves files too.
      await sql`
        create table loose_files (
          workspace_id text not null,
          hash text not null,
          type text not null,
          remove_after timestamptz not null,
          primary key (workspace_id, hash)
        )`.execute(tx)
      await sql`create index loose_files_by_time on loose_files (remove_after)`.execute(tx)
      await sql`
        create function note_loose_file() returns trigger language plpgsql as $$ begin
          insert into loose_files (workspace_id, hash, type, remove_after)
          values (old.workspace_id, old.hash, old.type, '-infinity') on conflict do nothing;
          return null;
        end $$`.execute(tx)
      await sql`
        create trigger note_loose_file after delete on blobs
        for each row execute function note_loose_file()`.execute(tx)
    },
  },
  {
    id: '0304-installation',
    async up(tx) {
      await sql`
        create table installation (
          is_one boolean primary key default true check (is_one),
          id text not null default gen_random_uuid()
        )`.execute(tx)
      await sql`insert into installation default values`.execute(tx)
    },
  },
]
