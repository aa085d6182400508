import type { Timestamp } from '../database/tables.ts'

/** A picture of a workspace whose bytes are in the blob store, under its sha256. */
export type BlobTable = {
  workspace_id: string
  hash: string
  type: string
  bytes: number
  width: number
  height: number
  created_at: Timestamp
}

export type MediaTables = { blobs: BlobTable }
