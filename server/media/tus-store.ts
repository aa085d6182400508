import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { DataStore, ERRORS, type Locker, type RequestRelease, Server, Upload } from '@tus/server'
import type { Staging } from './staging.ts'
import type { UploadRows } from './upload-rows.ts'

/**
 * The tus server's view of uploads: rows in the database, bytes in the staging folder. What is on the disk says how far
 * an upload has come. Source: https://tus.io/protocols/resumable-upload
 */
class TusStore extends DataStore {
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

/**
 * One request at a time for each upload: who comes asks the one before to end, and waits until it has. The line of a
 * sender that is gone may look alive for long.
 */
function createLocker(): Locker {
  const held = new Map<string, { release: RequestRelease; freed: PromiseWithResolvers<void> }>()
  return {
    newLock(id) {
      let mine: PromiseWithResolvers<void> | undefined
      return {
        async lock(signal, release) {
          for (let holder = held.get(id); holder; holder = held.get(id)) {
            await holder.release()
            const given = Promise.withResolvers<void>()
            const giveUp = () => given.resolve()
            signal.addEventListener('abort', giveUp, { once: true })
            if (signal.aborted) giveUp()
            await Promise.race([holder.freed.promise, given.promise])
            signal.removeEventListener('abort', giveUp)
            if (signal.aborted) throw ERRORS.ERR_LOCK_TIMEOUT
          }
          mine = Promise.withResolvers()
          held.set(id, { release, freed: mine })
        },
        async unlock() {
          if (mine && held.get(id)?.freed === mine) held.delete(id)
          mine?.resolve()
        },
      }
    },
  }
}

type Hooks = Pick<ConstructorParameters<typeof Server>[0], 'onUploadCreate' | 'onUploadFinish' | 'onResponseError'>

export const createTusServer = (path: string, rows: UploadRows, staging: Staging, hooks: Hooks): Server =>
  new Server({
    path,
    relativeLocation: true,
    datastore: new TusStore(rows, staging),
    locker: createLocker(),
    // What came before is on the disk anyway.
    lockDrainTimeout: 100,
    namingFunction: () => randomBytes(16).toString('hex'),
    // Our own CORS rules hold; these would let everybody in.
    allowedOrigins: () => false,
    ...hooks,
  })
