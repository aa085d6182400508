import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The network brings 64 kB at a time; the disk is quicker with more. */
const flushBytes = 1024 * 1024
/** As often it is brought to the disk itself: the last byte is not answered before all is there. */
const syncBytes = 32 * 1024 * 1024

/** The hashes of so many files on their way are remembered; of more, and that is many, the file is read again. */
const rememberedHashes = 1000

export type Staging = ReturnType<typeof createStaging>

/**
 * Files while they arrive, in pieces, over any number of requests. What has come is hashed as it passes; only where this
 * process has not seen all of a file itself is it read again at the end.
 */
export function createStaging(dir: string) {
  const hashes = new Map<string, { sha256: Hash; bytes: number }>()
  const syncing = new Map<string, Promise<void>>()
  const pathOf = (id: string) => join(dir, id)

  /** Brings what was written to the disk while more comes, also with the next request. What fails is told by `synced`. */
  function sync(id: string): void {
    const work = (async () => {
      const handle = await open(pathOf(id), 'r+')
      await handle.datasync().finally(() => handle.close())
    })()
    syncing.set(id, work)
    work.catch(() => {})
  }

  async function synced(id: string): Promise<void> {
    try {
      await syncing.get(id)
    } finally {
      syncing.delete(id)
    }
  }

  return {
    pathOf,

    async create(id: string): Promise<void> {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await (await open(pathOf(id), 'wx', 0o600)).close()
      hashes.set(id, { sha256: createHash('sha256'), bytes: 0 })
      for (const oldest of hashes.keys()) {
        if (hashes.size <= rememberedHashes) break
        hashes.delete(oldest)
      }
    },

    /** What lies here, and when it was last written to, in epoch ms. */
    async list(): Promise<{ id: string; writtenAt: number }[]> {
      const ids = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      const found = await Promise.all(
        ids.map(async (id) => ({ id, writtenAt: (await stat(pathOf(id)).catch(() => null))?.mtimeMs })),
      )
      return found.flatMap(({ id, writtenAt }) => (writtenAt === undefined ? [] : [{ id, writtenAt }]))
    },

    /** How much has come; null where there is no such file. */
    async size(id: string): Promise<number | null> {
      return await stat(pathOf(id)).then(
        (info) => info.size,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null
          throw error
        },
      )
    },

    /** Writes from `offset` on until the source ends or breaks; resolves with where the file ends then. */
    async write(id: string, source: AsyncIterable<Buffer>, offset: number): Promise<number> {
      const known = hashes.get(id)
      const hash = known?.bytes === offset ? known : undefined
      if (!hash) hashes.delete(id)
      const handle = await open(pathOf(id), 'r+')
      let held: Buffer[] = []
      let heldBytes = 0
      let heldFrom = offset
      let syncedTo = offset
      let writing: Promise<unknown> = Promise.resolve()
      /** Begins to write what is held, which is hashed meanwhile. Who sends waits for the write before, and for the disk. */
      const flush = async () => {
        await writing
        if (heldFrom - syncedTo >= syncBytes) {
          await synced(id)
          syncedTo = heldFrom
          sync(id)
        }
        writing = writeAll(handle, held, heldFrom)
        writing.catch(() => {})
        for (const piece of held) hash?.sha256.update(piece)
        heldFrom += heldBytes
        if (hash) hash.bytes = heldFrom
        held = []
        heldBytes = 0
      }
      /** Also what came before the line broke: it need not come again. */
      const end = async () => {
        try {
          await flush()
          await writing
        } catch (error) {
          // What was hashed is not what is there.
          hashes.delete(id)
          throw error
        } finally {
          await handle.close()
        }
      }
      try {
        for await (const chunk of source) {
          held.push(chunk)
          heldBytes += chunk.length
          if (heldBytes >= flushBytes) await flush()
        }
      } finally {
        await end()
      }
      return heldFrom
    },

    /** The sha256 of the whole file, in lower-case hex. */
    async hash(id: string): Promise<string> {
      await synced(id)
      const known = hashes.get(id)
      if (known && known.bytes === (await stat(pathOf(id))).size) return known.sha256.copy().digest('hex')
      const sha256 = createHash('sha256')
      for await (const chunk of createReadStream(pathOf(id), { highWaterMark: 1024 * 1024 })) sha256.update(chunk)
      return sha256.digest('hex')
    },

    /** Harmless where the file was moved away or never was. */
    async discard(id: string): Promise<void> {
      hashes.delete(id)
      syncing.delete(id)
      await rm(pathOf(id), { force: true })
    },
  }
}

/** Writes all of it, however much the system takes at a time; resolves with where that ends. */
async function writeAll(handle: FileHandle, pieces: Buffer[], offset: number): Promise<number> {
  let rest = pieces
  let at = offset
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest, at)
    at += bytesWritten
    rest = rest.flatMap((piece) => {
      const written = Math.min(piece.length, bytesWritten)
      bytesWritten -= written
      return written === piece.length ? [] : [piece.subarray(written)]
    })
  }
  return at
}
