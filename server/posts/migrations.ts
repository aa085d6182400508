import { sql } from 'kysely'
import type { Migration } from '../database/migrate.ts'

export const postsMigrations: Migration[] = [
  {
    id: '0401-posts',
    async up(tx) {
      await sql`
        create table published_posts (
          workspace_id text not null references workspaces (id) on delete cascade,
          post_id text not null,
          slug text not null collate "C",
          title text not null,
          summary text not null,
          tags text[] not null,
          visibility text not null check (visibility in ('public', 'members', 'paid')),
          body jsonb not null,
          text text not null,
          words integer not null,
          cover text not null,
          revision integer not null,
          published_at timestamptz not null,
          updated_at timestamptz not null,
          withdrawn_at timestamptz,
          primary key (workspace_id, post_id)
        )`.execute(tx)
      await sql`
        create unique index published_posts_live_slug on published_posts (workspace_id, slug)
          where withdrawn_at is null`.execute(tx)
      await sql`
        create index published_posts_feed on published_posts (workspace_id, published_at desc, post_id desc)
          where withdrawn_at is null and visibility = 'public'`.execute(tx)
      await sql`
        create table post_revisions (
          workspace_id text not null references workspaces (id) on delete cascade,
          post_id text not null,
          revision integer not null,
          title text not null,
          summary text not null,
          body jsonb not null,
          created_at timestamptz not null,
          primary key (workspace_id, post_id, revision)
        )`.execute(tx)
      // Bodies made ready ahead of their time. Unlogged: what a crash takes is made again from the document.
      await sql`
        create unlogged table prepared_posts (
          workspace_id text not null,
          post_id text not null,
          seq bigint not null,
          body jsonb not null,
          text text not null,
          prepared_at timestamptz not null,
          primary key (workspace_id, post_id)
        )`.execute(tx)
      // Byte order, so that "all addresses that begin with" is a range of the key.
      await sql`
        create table post_slugs (
          workspace_id text not null references workspaces (id) on delete cascade,
          slug text not null collate "C",
          post_id text not null,
          primary key (workspace_id, slug)
        )`.execute(tx)
      await sql`create index post_slugs_by_post on post_slugs (workspace_id, post_id)`.execute(tx)
      await sql`
        create table post_media (
          workspace_id text not null references workspaces (id) on delete cascade,
          post_id text not null,
          hash text not null,
          primary key (workspace_id, post_id, hash)
        )`.execute(tx)
      await sql`create index post_media_by_hash on post_media (workspace_id, hash)`.execute(tx)
      await sql`
        create table profiles (
          workspace_id text primary key references workspaces (id) on delete cascade,
          name text not null,
          bio text not null,
          accent_hue real not null,
          theme text not null check (theme in ('paper', 'ink', 'plain')),
          avatar text not null,
          cover text not null,
          language text not null
        )`.execute(tx)
    },
  },
]
