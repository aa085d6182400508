import type { ColumnType } from 'kysely'
import type { Timestamp } from '../database/tables.ts'

type NullableTimestamp = ColumnType<Date | null, Date | string | null, Date | string | null>

/** One post on one channel: what was planned, where that stands, and what is public. See publication.ts. */
export type PublicationTable = {
  workspace_id: string
  post_id: string
  channel: string
  plan_id: string
  mode: string
  local: string
  zone: string
  zone_data: string
  late: string
  due_at: NullableTimestamp
  state: string
  lease_until: NullableTimestamp
  lease_owner: string | null
  fence: number
  attempts: number
  problem: unknown
  needs: string[]
  missing: string[]
  live: boolean
  published_at: NullableTimestamp
  published_version: string
  revision: number
  slug: string
  release: string
  pending_release: string
  withdrawn: string
  received_at: Timestamp
  received_version: string
  deleted: boolean
}

/** Append-only: each time something became public, changed in public, or was taken down. */
export type PublicationLogTable = {
  workspace_id: string
  post_id: string
  channel: string
  seq: number
  action: string
  plan_id: string
  revision: number
  due_at: NullableTimestamp
  at: Timestamp
}

export type ScheduleTables = { publications: PublicationTable; publication_log: PublicationLogTable }
