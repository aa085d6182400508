import type { ColumnType, Generated } from 'kysely'
import type { Timestamp } from '../database/tables.ts'

/** A file of a workspace whose bytes are in the blob store, under its sha256. */
export type BlobTable = {
  workspace_id: string
  hash: string
  type: string
  bytes: number
  /** 0 for what is no picture. */
  width: number
  height: number
  created_at: Timestamp
  /** Since when nothing refers to it, as far as the last look found. */
  unused_since: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
}

/** A file that is on its way, or has arrived lately, see uploads.ts. */
export type UploadTable = {
  id: string
  workspace_id: string
  /** As declared; checked when all has come. */
  hash: string
  type: string
  bytes: number
  touched_at: Timestamp
  finished: Generated<boolean>
}

/** What has been made of a film or recording, and the texts that go with it: the files its media document names. */
export type MediaFileTable = { workspace_id: string; media_id: string; hash: string }

/** A file of the store that no blob names (yet), see loose-files.ts. */
export type LooseFileTable = { workspace_id: string; hash: string; type: string; remove_after: Timestamp }

/**
 * Its one row names this database: what is outside it belongs to that name. One restored from a backup gets another; a
 * clone made with PostgreSQL's own tools has the same, and has to be given its own (docs/operations.md).
 */
export type InstallationTable = { is_one: Generated<boolean>; id: Generated<string> }

export type MediaTables = {
  blobs: BlobTable
  uploads: UploadTable
  media_files: MediaFileTable
  loose_files: LooseFileTable
  installation: InstallationTable
}
