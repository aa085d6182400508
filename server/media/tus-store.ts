import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { DataStore, ERRORS, Server, Upload } from '@tus/server'
import type { Clock } from '../http/app.ts'
import { createLocker } from './locker.ts'
import type { Staging } from './staging.ts'
import type { UploadRows } from './upload-rows.ts'

/** How often it is noted that an upload's bytes are coming; far within the time after which it counts as idle. */
const touchEveryMs = 10_000

type Parts = { rows: UploadRows; staging: Staging; clock: Clock }

/**
 * The tus server's view of uploads: rows in the database, bytes in the staging folder. What is on the disk says how far
 * an upload has come. Source: https://tus.io/protocols/resumable-upload
 */
class TusStore extends DataStore {
  readonly #rows: UploadRows
  readonly #staging: Staging
  readonly #clock: Clock

  constructor({ rows, staging, clock }: Parts) {
    super()
    this.#rows = rows
    this.#staging = staging
    this.#clock = clock
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
    await this.#touch(id)
    return await this.#staging.write(id, this.#touching(id, source), offset)
  }

  /** As long as bytes come, however slowly: one request may take many minutes. */
  async *#touching(id: string, source: Readable): AsyncGenerator<Buffer> {
    let touchedAt = this.#clock.now()
    for await (const chunk of source as AsyncIterable<Buffer>) {
      if (this.#clock.now() - touchedAt >= touchEveryMs) {
        await this.#touch(id)
        touchedAt = this.#clock.now()
      }
      yield chunk
    }
  }

  async #touch(id: string): Promise<void> {
    if (!(await this.#rows.touch(id))) throw ERRORS.FILE_NOT_FOUND
  }

  override async remove(id: string): Promise<void> {
    await this.#rows.remove(id)
    await this.#staging.discard(id)
  }
}

type Hooks = Pick<ConstructorParameters<typeof Server>[0], 'onUploadCreate' | 'onUploadFinish' | 'onResponseError'>

export const createTusServer = (path: string, parts: Parts, hooks: Hooks): Server =>
  new Server({
    path,
    relativeLocation: true,
    datastore: new TusStore(parts),
    locker: createLocker(),
    // What came before is on the disk anyway.
    lockDrainTimeout: 100,
    namingFunction: () => randomBytes(16).toString('hex'),
    // Our own CORS rules hold; these would let everybody in.
    allowedOrigins: () => false,
    ...hooks,
  })
