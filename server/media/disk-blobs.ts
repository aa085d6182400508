import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, constants, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fail } from '../../shared/errors.ts'
import { type BlobStore, checkKey } from './blob-store.ts'
import { cleanFolder } from './clean-folder.ts'

/** Films are read in larger steps than Node's own 64 kB: fewer round trips for the same bytes. */
const readBytes = 256 * 1024

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/**
 * Blobs as files below `dir`. A file is written beside, flushed to the disk and then renamed, so that a crash leaves the
 * old state or the new one. `cleanUp` removes what a crash left half-written.
 */
export function createDiskBlobs(dir: string): BlobStore {
  // A key cannot begin with a dot, so it cannot collide.
  const incomingDir = join(dir, '.incoming')

  // Two levels: some file systems are slow with a hundred thousand files in one folder.
  const pathOf = (key: string) => {
    const parts = checkKey(key).split('/')
    const name = parts.pop() ?? ''
    return join(dir, ...parts, name.slice(0, 2), name)
  }

  async function settle(temporary: string, key: string): Promise<{ bytes: number }> {
    const path = pathOf(key)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // Windows flushes only what may be written to.
    await flush(temporary, 'r+')
    await rename(temporary, path)
    // The rename itself must survive a power cut: the server is about to say that it has the picture. Windows cannot
    // open a folder, and journals the rename.
    if (process.platform !== 'win32') await flush(dirname(path), 'r')
    return { bytes: (await stat(path)).size }
  }

  async function write(source: Readable | Buffer): Promise<string> {
    await mkdir(incomingDir, { recursive: true, mode: 0o700 })
    const temporary = join(incomingDir, randomUUID())
    try {
      await pipeline(
        Buffer.isBuffer(source) ? Readable.from([source]) : source,
        createWriteStream(temporary, { mode: 0o600 }),
      )
      return temporary
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  return {
    incomingDir,

    async put(key, source) {
      checkKey(key)
      if ('file' in source) {
        try {
          return await settle(source.file, key)
        } catch (error) {
          // Another file system: then it has to be copied.
          if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
          const result = await settle(await write(createReadStream(source.file)), key)
          await unlink(source.file)
          return result
        }
      }
      const temporary = await write(source)
      try {
        return await settle(temporary, key)
      } finally {
        await rm(temporary, { force: true })
      }
    },

    async get(key, range) {
      const path = pathOf(key)
      try {
        const handle = await open(path, 'r')
        return handle.createReadStream({ highWaterMark: readBytes, ...range })
      } catch (error) {
        if (isMissing(error)) return fail('not_found', 'There is no such file.')
        throw error
      }
    },

    async head(key) {
      try {
        return { bytes: (await stat(pathOf(key))).size }
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    async delete(key) {
      await rm(pathOf(key), { force: true })
    },

    async ready() {
      await mkdir(incomingDir, { recursive: true, mode: 0o700 })
      await access(incomingDir, constants.W_OK)
    },

    cleanUp: () => cleanFolder(incomingDir),
  }
}

async function flush(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
