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
  {
    // A foreign key looks at each row by itself, which was a quarter of what taking in a document costs. This keeps the
    // same promise by the same lock, once for all rows of a statement.
    id: '0203-workspace-of-documents',
    async up(tx) {
      await sql`alter table documents drop constraint documents_workspace_id_fkey`.execute(tx)
      await sql`
        create function documents_have_workspace() returns trigger language plpgsql as $$
        declare
          wanted text;
        begin
          for wanted in select distinct workspace_id from added loop
            perform 1 from workspaces where id = wanted for key share;
            if not found then
              raise foreign_key_violation using message = format('There is no workspace %s.', wanted);
            end if;
          end loop;
          return null;
        end $$`.execute(tx)
      await sql`
        create trigger documents_have_workspace after insert on documents referencing new table as added
          for each statement execute function documents_have_workspace()`.execute(tx)
      await sql`
        create function documents_go_with_workspace() returns trigger language plpgsql as $$
        begin
          delete from documents where workspace_id in (select id from gone);
          return null;
        end $$`.execute(tx)
      await sql`
        create trigger documents_go_with_workspace after delete on workspaces referencing old table as gone
          for each statement execute function documents_go_with_workspace()`.execute(tx)
    },
  },
]
