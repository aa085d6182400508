import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'

/** In bytes: what is stored, and what is announced and on its way. */
export type Space = { usedBytes: number; incomingBytes: number; files: number }

/** A file that is announced twice is counted once; `except`: a file that is not counted while on its way. */
export async function spaceOf(db: Kysely<Database>, workspaceId: string, except = ''): Promise<Space> {
  const { rows } = await sql<Space>`
    select coalesce(sum(bytes), 0)::float8 as "usedBytes", count(*)::int as files, (
      select coalesce(sum(bytes), 0)::float8 from (
        select max(bytes) as bytes from uploads
        where workspace_id = ${workspaceId} and not finished and hash <> ${except} group by hash
      ) announced
    ) as "incomingBytes" from blobs where workspace_id = ${workspaceId}`.execute(db)
  return rows[0]!
}

/** As people read sizes: `1.5 GB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return `${Number((bytes / 1000 ** step).toFixed(1))} ${units[step]}`
}
