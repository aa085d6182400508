import type { Generated } from 'kysely'
import type { Timestamp } from '../database/tables.ts'

/** One replicated document as last written, deleted ones too: a tombstone tells devices that were away. */
export type DocumentTable = {
  workspace_id: string
  collection: string
  id: string
  /** Position in the workspace's order of commits; the only order there is. */
  seq: number
  /** Its first position: a device that had not come so far has never had it. */
  created_seq: Generated<number>
  deleted: boolean
  doc: unknown
  schema_version: number
  updated_at: Timestamp
}

/** Up to where a collection's tombstones are, or are about to be, purged. */
export type TombstoneFloorTable = { workspace_id: string; collection: string; seq: number; raised_at: Timestamp }

/** Up to which schema version every document of a collection has been brought. */
export type CollectionVersionTable = { collection: string; version: number }

export type SyncTables = {
  documents: DocumentTable
  tombstone_floors: TombstoneFloorTable
  collection_versions: CollectionVersionTable
}
