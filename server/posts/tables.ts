import type { ColumnType } from 'kysely'
import type { Timestamp } from '../database/tables.ts'

/** What readers see of a post: a copy made when it was published or updated, never the author's draft. */
export type PublishedPostTable = {
  workspace_id: string
  post_id: string
  slug: string
  title: string
  summary: string
  tags: string[]
  visibility: 'public' | 'members' | 'paid'
  /** Checked ProseMirror JSON. */
  body: unknown
  text: string
  words: number
  cover: string
  revision: number
  published_at: Timestamp
  updated_at: Timestamp
  withdrawn_at: ColumnType<Date | null, Date | string | null, Date | string | null>
}

/** Every version that was ever public. */
export type PostRevisionTable = {
  workspace_id: string
  post_id: string
  revision: number
  title: string
  summary: string
  body: unknown
  created_at: Timestamp
}

/** Every address a post ever had: one that is not its newest redirects to that. */
export type PostSlugTable = { workspace_id: string; slug: string; post_id: string }

/** Pictures that the public version of a post shows. */
export type PostMediaTable = { workspace_id: string; post_id: string; hash: string }

/** A body read and checked ahead of its time, from the version of the document with this `seq`. See prepared.ts. */
export type PreparedPostTable = {
  workspace_id: string
  post_id: string
  seq: number
  body: unknown
  text: string
  prepared_at: Timestamp
}

/** The creator's page, from the settings document `profile`. */
export type ProfileTable = {
  workspace_id: string
  name: string
  bio: string
  accent_hue: number
  theme: 'paper' | 'ink' | 'plain'
  avatar: string
  cover: string
  language: string
}

export type PostsTables = {
  published_posts: PublishedPostTable
  post_revisions: PostRevisionTable
  post_slugs: PostSlugTable
  post_media: PostMediaTable
  prepared_posts: PreparedPostTable
  profiles: ProfileTable
}
