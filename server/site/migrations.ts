import { sql } from 'kysely'
import type { Migration } from '../database/migrate.ts'

export const siteMigrations: Migration[] = [
  {
    // The workspace is part of the key, so that a tag many creators use is found among one creator's posts alone.
    id: '0501-tags',
    async up(tx) {
      await sql`
        create function site_tag_keys(workspace text, tags text[]) returns text[]
          language sql immutable strict parallel safe
          return array(select workspace || '/' || lower(tag) from unnest(tags) as tag)`.execute(tx)
      await sql`
        create index published_posts_tags on published_posts using gin (site_tag_keys(workspace_id, tags))
          where withdrawn_at is null and visibility = 'public'`.execute(tx)
    },
  },
]
