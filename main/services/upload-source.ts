import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { sniffBytes, sniffType } from '../../shared/domain/media-type.ts'
import { isMissing } from './files.ts'

/** A file of this device, ready to be sent. */
export type UploadSource = { path: string; bytes: number; type: string }
export type FindSource = (hash: string) => Promise<UploadSource | undefined>

/** Finds files in the studio's content-addressed folder; undefined for what is not here. */
export const createFindSource =
  (folder: string): FindSource =>
  async (hash) => {
    const path = join(folder, hash.slice(0, 2), hash)
    try {
      const handle = await open(path)
      try {
        const { size } = await handle.stat()
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
        const type = sniffType(buffer.subarray(0, bytesRead))
        return type === null ? undefined : { path, bytes: size, type }
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }
