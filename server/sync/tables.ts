import type { Timestamp } from '../database/tables.ts'

/** One replicated document as last written, deleted ones too: a tombstone tells devices that were away. */
export type DocumentTable = {
  workspace_id: string
  collection: string
  id: string
  /** Position in the workspace's order of commits; the only order there is. */
  seq: number
  deleted: boolean
  doc: unknown
  schema_version: number
  updated_at: Timestamp
}

export type SyncTables = { documents: DocumentTable }
