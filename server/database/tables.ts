import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Role } from '../../shared/collections/access.ts'

/** A `timestamptz`: read as Date, written as Date or ISO string. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>

export type WorkspaceTable = {
  id: string
  owner_id: string
  handle: string
  name: string
  /** The last sequence number drawn; updating it is the lock that makes commit order sequence order. */
  seq: Generated<number>
  /** New for a database restored from a backup, so that devices notice. */
  epoch: string
  created_at: Timestamp
  /** Counts the workspaces, with gaps, so that a list of all of them has pages of a known size. */
  number: GeneratedAlways<number>
}

export type MemberTable = {
  workspace_id: string
  user_id: string
  role: Role
}

export type BaseTables = { workspaces: WorkspaceTable; members: MemberTable }
