import type { Readable } from 'node:stream'
import { DataStore, ERRORS, Upload } from '@tus/server'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'
import type { Staging } from './staging.ts'

/** An upload as its sender declared it. */
export type UploadRow = {
  id: string
  workspaceId: string
  hash: string
  type: string
  bytes: number
  /** Taken in: its file is with the blobs, and the row only tells its sender so, should the answer have been lost. */
  finished: boolean
}

const columns = sql`id, workspace_id as "workspaceId", hash, type, bytes, finished`

export type UploadRows = ReturnType<typeof createUploadRows>

/** What is known of uploads, for every server of the database and across restarts. */
export function createUploadRows({ db, clock }: { db: Kysely<Database>; clock: Clock }) {
  const now = () => new Date(clock.now())
  return {
    async find(id: string): Promise<UploadRow | null> {
      const { rows } = await sql<UploadRow>`select ${columns} from uploads where id = ${id}`.execute(db)
      return rows[0] ?? null
    },
    async touch(id: string): Promise<void> {
      await sql`update uploads set touched_at = ${now()} where id = ${id}`.execute(db)
    },
    async finish(id: string): Promise<void> {
      await sql`update uploads set finished = true, touched_at = ${now()} where id = ${id}`.execute(db)
    },
    async remove(id: string): Promise<void> {
      await sql`delete from uploads where id = ${id}`.execute(db)
    },
    async untouchedSince(at: number): Promise<UploadRow[]> {
      const { rows } = await sql<UploadRow>`
        select ${columns} from uploads where touched_at < ${new Date(at)}`.execute(db)
      return rows
    },
  }
}

/**
 * The tus server's view of uploads: rows in the database, bytes in the staging folder. What is on the disk says how far
 * an upload has come. Source: https://tus.io/protocols/resumable-upload
 */
export class TusStore extends DataStore {
  readonly #rows: UploadRows
  readonly #staging: Staging

  constructor(rows: UploadRows, staging: Staging) {
    super()
    this.#rows = rows
    this.#staging = staging
    this.extensions = ['creation', 'creation-with-upload', 'termination']
  }

  /** The row was written where it was admitted. */
  override async create(upload: Upload): Promise<Upload> {
    await this.#staging.create(upload.id)
    return upload
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await this.#rows.find(id)
    const offset = row && (row.finished ? row.bytes : await this.#staging.size(id))
    if (row === null || offset === null) throw ERRORS.FILE_NOT_FOUND
    return new Upload({ id, size: row.bytes, offset })
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    try {
      return await this.#staging.write(id, source, offset)
    } finally {
      await this.#rows.touch(id)
    }
  }

  override async remove(id: string): Promise<void> {
    await this.#rows.remove(id)
    await this.#staging.discard(id)
  }
}
